"""The outcome for a professional: who may tell it, to whom it goes, and what the record says."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from selfreferral import outcomes
from selfreferral.models import OutcomeLink, Queue
from tests.sinks import Mail
from tests.triage.conftest import come_in, later
from tests.triage.teams import teams
from triage import decisions, events, reading
from triage import outcomes as desk_outcomes
from triage.models import Case

pytestmark = pytest.mark.django_db
ADDRESS = "gp@example.org"
TELL = {"outcome": "contact", "address": ADDRESS, "safe": "on"}
ASKED: dict[str, Any] = {
    "version": 2,
    "leads_only": False,
    "outcome_to": {"email": ADDRESS, "own_reference": "P-77"},
    "safe_contact": [
        {
            "title": "To reach the person",
            "items": [
                {"question": "The email address", "answer": "her.own@example.org"},
                {"question": "Your number or email address for this", "answer": ADDRESS},
            ],
        }
    ],
}


@pytest.fixture(autouse=True)
def queues(db, desk_key) -> None:
    teams(desk_key)


@pytest.fixture
def case(send, worker) -> Case:
    """Opened and taken on by wanda."""
    case = send(**ASKED)
    reading.read(case, user=worker, now=later())
    return decisions.decide(decisions.BY_SLUG["claim"], case, user=worker, answers={}, now=later(minutes=1))


def press(client: Client, case: Case, **changes: str) -> Any:
    return client.post(f"/desk/{case.reference}/outcome/", {**TELL, **changes})


def record(case: Case) -> list[str]:
    return [event.what for event in events.of_case(case.reference)]


def test_the_page_shows_their_address_and_that_goes_on_the_record_first(case, at_desk: Client) -> None:
    before = record(case)
    page = at_desk.get(f"/desk/{case.reference}/outcome/").content.decode()
    assert f'value="{ADDRESS}"' in page and "her.own" not in page
    assert record(case) == [*before, "opening"]


def test_what_is_told_waits_sealed_and_stands_on_the_record_without_an_address(case, at_desk: Client) -> None:
    assert press(at_desk, case).status_code == 303
    link = OutcomeLink.objects.get()
    assert (link.reference, link.state, link.token_hash) == (case.reference, "waiting", None)
    for word in (b"gp@", b"P-77", b"contact"):
        assert word not in bytes(link.waiting)
    last = events.of_case(case.reference)[-1]
    assert (last.what, last.by, last.detail) == ("outcome", "wanda", "told_contact")
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "the mail has not gone out yet" in page and "We have been in contact)" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"safe": ""}, "Tick this only if it is safe"),
        ({"address": "her.own@example.org"}, "address of the person"),
        ({"address": "HER.OWN@Example.org"}, "address of the person"),
        ({"address": "no address"}, "no whole email address"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "no whole email address"),
        ({"outcome": "she is in refuge"}, "Choose what they may know"),
    ],
)
def test_what_is_not_safe_goes_nowhere(case, at_desk: Client, changes: dict[str, str], says: str) -> None:
    answer = press(at_desk, case, **changes)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not OutcomeLink.objects.exists()


def test_a_mended_address_is_on_the_record_as_that(case, at_desk: Client) -> None:
    press(at_desk, case, address="gp.office@example.org")
    assert events.of_case(case.reference)[-1].detail == "told_contact, corrected"


@pytest.mark.parametrize("asked", [None, {"email": "", "own_reference": ""}])
def test_nobody_is_told_who_did_not_ask(send, person, asked: Any) -> None:
    case = send(**{**ASKED, "outcome_to": asked})
    lead = person("lena", provider="lead")
    client = come_in(lead)
    page = client.get(f"/desk/{case.reference}/").content.decode()
    assert "Tell the professional" not in page
    assert press(client, case).status_code == 409 and not OutcomeLink.objects.exists()


def test_the_team_outside_the_council_stays_out_of_its_mail(send, person) -> None:
    lead = person("ines", independent="lead")
    Queue.objects.filter(slug="independent").update(own_escrow=True)
    case = send(queue="independent", **ASKED)
    answer = press(come_in(lead), case)
    client = come_in(lead)
    client.get(f"/desk/{case.reference}/")
    answer = press(client, case)
    assert answer.status_code == 409 and desk_outcomes.KEPT_OUT in answer.content.decode()


def test_a_letter_for_leads_tells_a_worker_nothing_of_who_asked(send, worker, person) -> None:
    answers = []
    for asked in (ASKED["outcome_to"], None):
        case = send(**{**ASKED, "leads_only": True, "outcome_to": asked})
        reading.read(case, user=person(f"lead{bool(asked)}", provider="lead"), now=later())
        Case.objects.filter(pk=case.pk).update(claimed_by=worker, claimed_at=later())
        page = press(come_in(worker), case).content.decode()
        answers.append(page.replace(case.reference, ""))
    assert decisions.LEADS_ONLY in answers[0]
    assert "Nobody asked" not in answers[0] and "Nobody asked" not in answers[1]


def test_without_its_row_on_the_record_nothing_waits(case, at_desk: Client, monkeypatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(decisions.events, "write", fail)
    with pytest.raises(RuntimeError):
        press(at_desk, case)
    assert not OutcomeLink.objects.exists()


@pytest.fixture
def mail(settings) -> Any:
    sink = Mail()
    sink.up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.down()


def test_the_record_says_when_it_went_out_and_when_it_was_read(case, at_desk: Client, mail: Mail) -> None:
    press(at_desk, case)
    now = OutcomeLink.objects.get().created_at
    outcomes.go_round(now=now)
    desk_outcomes.catch_up(now=now)
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "the mail went out" in page and "Outcome: the mail went out" in page
    OutcomeLink.objects.update(state="read")
    assert desk_outcomes.catch_up(now=now) == 1
    assert desk_outcomes.catch_up(now=now) == 0
    changes = [what for what in record(case) if what not in events.LOOKS]
    assert changes[-3:] == ["outcome", "out_sent", "out_read"]
    assert events.first_fault() is None


@pytest.mark.parametrize("what", ["refused", "down"])
def test_a_mail_that_fails_is_told_and_nothing_is_marked_as_sent(
    case, at_desk, mail: Mail, what: str
) -> None:
    press(at_desk, case)
    now = OutcomeLink.objects.get().created_at
    if what == "refused":
        mail.refuses = ADDRESS
    else:
        mail.down()
    outcomes.go_round(now=now)
    desk_outcomes.catch_up(now=now)
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    says = {"refused": "refused the address", "down": "the mail has not gone out yet. It was tried 1 time."}
    assert says[what] in page and 'role="alert"' in page
    assert "out_sent" not in record(case)
    assert ("out_refused" in record(case)) == (what == "refused")


def test_what_was_read_between_two_rounds_has_both_lines(case, at_desk: Client, mail: Mail) -> None:
    press(at_desk, case)
    now = OutcomeLink.objects.get().created_at
    outcomes.go_round(now=now)
    OutcomeLink.objects.update(state="read")
    desk_outcomes.catch_up(now=now + timedelta(minutes=1))
    assert record(case)[-2:] == ["out_sent", "out_read"]
