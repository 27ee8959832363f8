"""Possible repeats: found by how somebody can be reached, shown to who may open both, decided by nobody."""

from datetime import timedelta
from typing import Any

import pytest

from tests.triage.conftest import SENT, come_in, later
from triage import access, events, reading, repeats
from triage.contact_details import emails_in, numbers_in
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
NUMBER = "The number to call"


def rules(*answers: str, question: str = NUMBER) -> dict[str, Any]:
    items = [{"question": question, "answer": answer} for answer in answers]
    parts = [{"title": "To reach the person who sent this", "items": items}]
    return {"version": 2, "leads_only": False, "safe_contact": parts}


def found(case: Case, user: Any, **pause: float) -> dict[str, tuple[str, ...]]:
    now = later(**pause)
    looked = repeats.find(case, reading.unseal(case), user=user, now=now)
    assert looked.whole
    return {repeat.case.reference: repeat.same for repeat in looked.found}


@pytest.mark.parametrize(
    "written",
    [
        "07700 900461",
        "+44 7700 900461",
        "0044 7700900461",
        "+44 (0)7700 900-461",
        "07700.900.461",
        "my mum: 07700900461, mornings",
    ],
)
def test_one_number_in_every_spelling(written: str) -> None:
    assert numbers_in(written) == {"+447700900461"}


@pytest.mark.parametrize(
    "written",
    [
        "Weekdays, 10am to 2pm",
        "10.00-12.00 14.00-16.00",
        "on 12/11/2026",
        "2026",
        "not on 01.02.1990 and 03",
        "496000",
        "٠٧٧",
    ],
)
def test_what_is_no_number(written: str) -> None:
    assert numbers_in(written) == set()


def test_an_email_without_case_and_with_its_dots() -> None:
    assert emails_in("Mari.Gold@Example.ORG.") == {"mari.gold@example.org"}
    assert emails_in("marigold@example.org") != emails_in("mari.gold@example.org")


def test_the_same_way_of_contact_is_a_possible_repeat(send, worker) -> None:
    number = send(**rules("+44 7700 900123"), reference="SAME-TEL")
    mail = send(**rules("Rose@example.org"), reference="SAME-ML")
    both = send(**rules("07700 900123, rose@EXAMPLE.org"))
    send(**rules("07700 900124", "rosa@example.org"))
    same = found(both, worker)
    assert same == {number.reference: (repeats.PHONE,), mail.reference: (repeats.EMAIL,)}


def test_it_stands_on_the_page_with_a_link_and_changes_nothing(send, at_desk) -> None:
    first, second = send(), send()
    before = Case.objects.values().get(pk=first.pk)
    page = at_desk.get(f"/desk/{second.reference}/").content.decode()
    assert f'Possible repeat: <a href="/desk/{first.reference}/">{first.reference}</a>' in page
    assert "not opened yet: the same phone number" in page
    assert Case.objects.values().get(pk=first.pk) == before
    whats = [event.what for event in events.of_case(second.reference)]
    assert whats == ["received", "opening", "repeats"]
    assert [event.what for event in events.of_case(first.reference)] == ["received"]


def test_the_record_stands_before_another_letter_is_opened(send, worker, monkeypatch) -> None:
    send()
    case = send()
    letter = reading.unseal(case)
    seen = []

    def unseal(other: Case) -> Any:
        seen.append(CaseEvent.objects.filter(what="repeats", reference=case.reference).count())
        return letter

    monkeypatch.setattr(reading, "unseal", unseal)
    repeats.find(case, letter, user=worker, now=later())
    assert seen == [1]


def test_nothing_to_compare_opens_nothing(send, worker) -> None:
    send()
    assert found(send(**rules("I will call you")), worker) == {}
    assert not CaseEvent.objects.filter(what="repeats").exists()


def test_a_letter_for_leads_is_found_by_a_lead_of_its_queue_alone(send, worker, person) -> None:
    held = send(**{**rules("07700 900461"), "leads_only": True})
    case = send()
    assert found(case, worker) == {}
    assert list(found(case, person("lena", provider="lead"))) == [held.reference]
    elsewhere = person("otto", provider="worker", high_risk="lead")
    assert found(case, elsewhere) == {}


def test_what_may_not_be_opened_is_not_compared(send, person) -> None:
    send(queue="high-risk")
    send(queue="children")
    case = send()
    ada = person("ada", provider="worker", children="auditor")
    assert access.visible_to(ada).count() == 2 and found(case, ada) == {}


def test_a_professionals_own_number_makes_no_repeat(send, worker) -> None:
    send(**rules("07700 900461", question=repeats.NOT_THEIRS))
    assert found(send(), worker) == {}


def test_what_was_purged_damaged_or_is_old_is_passed_over(send, worker) -> None:
    purged, damaged, old, good = send(), send(), send(), send()
    Case.objects.filter(pk=purged.pk).update(sealed=b"", state="closed", opened_at=SENT, closed_at=SENT)
    Case.objects.filter(pk=damaged.pk).update(sealed=b"damaged")
    case = send()
    Case.objects.filter(pk=old.pk).update(received_at=case.received_at - timedelta(days=366))
    looked = repeats.find(case, reading.unseal(case), user=worker, now=case.received_at)
    assert [repeat.case.reference for repeat in looked.found] == [good.reference]


def test_it_is_bounded_and_says_when_there_was_no_time(send, person, monkeypatch) -> None:
    worker = person("wanda", provider="worker")
    cases = [send() for _ in range(4)]
    monkeypatch.setattr(repeats, "MOST", 2)
    assert list(found(cases[0], worker)) == [cases[3].reference, cases[2].reference]
    monkeypatch.setattr(repeats, "SECONDS", -1.0)
    page = come_in(worker).get(f"/desk/{cases[0].reference}/").content.decode()
    assert "There was no time to compare all" in page and "Marigold" in page


# --- who harms -----------------------------------------------------------------------------
def harming(name: str, born: str) -> dict[str, Any]:
    items = [{"question": repeats.NAME, "answer": name}, {"question": repeats.BORN, "answer": born}]
    answers = [{"step": "harming", "title": "Who harms", "items": items}]
    return {"version": 2, "leads_only": False, "safe_contact": [], "answers": answers}


@pytest.mark.parametrize(
    ("name", "born", "same"),
    [
        ("José Smith", "3/5/1990", True),
        ("smith, jose", "3 May 1990", True),
        ("José Smith", "03.05.1990, I think", True),
        ("José Smith", "3rd March 1990", False),
        ("José Smith", "36", False),
        ("José Smith", "31/2/1990", False),
        ("José Smythe", "3/5/1990", False),
        ("", "3/5/1990", False),
    ],
)
def test_the_same_person_who_harms_by_name_and_date_of_birth(send, worker, name, born, same: bool) -> None:
    first, second = send(**harming("José Smith", "03/05/1990")), send(**harming(name, born))
    assert found(second, worker) == ({first.reference: (repeats.HARMS,)} if same else {})
