"""A call that a worker writes down: the form's own questions, and the same way to the team."""

import re
import uuid
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client

from selfreferral import checks, flow, phone, phone_views, phone_words, questions
from selfreferral.fields import Questions, words
from selfreferral.models import DailyCount, Draft, EqualityTick, Event, Referral
from selfreferral.questions import STEPS, Step
from selfreferral.sentences import SENTENCES
from tests.selfreferral.ways import WAYS, answers_of, is_seen
from tests.triage import calling
from tests.triage.calling import ADDRESS, ME, PAGE, RING, everything, letter, post, sent, show
from tests.triage.conftest import come_in
from triage.models import CaseEvent

pytestmark = pytest.mark.django_db
queues = calling.queues
CALLERS = ["me", "under_18", "someone", "professional", "own-behaviour"]


# --- the questions -------------------------------------------------------------------------
@pytest.mark.parametrize("may_ask", [False, True])
def test_every_question_of_the_form_is_asked_of_some_caller(settings, may_ask: bool) -> None:
    settings.CHILDREN_MAY_ASK = may_ask
    found = {step.slug for caller in CALLERS for step in phone.possible(caller, STEPS)} | {"who"}
    assert {step.slug for step in STEPS if step.asks and is_seen(step)} <= found


@pytest.mark.parametrize("way", WAYS)
def test_whatever_the_answers_bring_stands_on_the_page_already(way: str) -> None:
    answers = answers_of(way)
    possible = phone.possible(answers["who"]["who"], STEPS)
    seen = [step.slug for step in flow.visible(answers) if step.asks and step.slug != "who"]
    assert seen == [step.slug for step in possible if step.slug in seen], "in the order of the declaration"


@pytest.mark.parametrize("caller", CALLERS)
def test_the_page_asks_every_question_once_in_the_words_of_the_form(at_desk: Client, caller: str) -> None:
    page = unescape(at_desk.get(f"{ADDRESS}?who={caller}").content.decode())
    names = set(re.findall(r'name="([^"]+)"', page))
    for part in phone.Call.blank(caller).sections:
        for name, field in part.form.fields.items() if part.form else ():
            assert f"{part.step.slug}-{name}" in names
            assert str(field.label) in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len(names) < 200, "more fields than a door takes"


class HorseForm(Questions):
    horse = words("What is your horse called?")


def test_a_question_that_is_declared_is_asked_and_sent_by_itself(monkeypatch, at_desk: Client) -> None:
    about = next(number for number, step in enumerate(STEPS) if step.slug == "about")
    steps = (*STEPS[:about], Step("horse", "Your horse", HorseForm), *STEPS[about:])
    monkeypatch.setattr(questions, "STEPS", steps)
    assert "What is your horse called?" in show(at_desk)
    answer = post(at_desk, **ME, **{"horse-horse": "Bluebell"})
    assert "What is your horse called?: Bluebell" in everything(letter(sent(answer)))


# --- what is said aloud --------------------------------------------------------------------
def test_what_is_said_aloud_stands_at_a_step_that_there_is_in_sentences_that_are_declared() -> None:
    slugs = {step.slug for step in STEPS}
    for caller in CALLERS:
        said = phone_words.before(caller).says
        assert set(said) <= set(SENTENCES) and len(said) > 1, "who reads it, and who may be told"
    for slug, aloud in phone_words.ALOUD.items():
        assert slug in slugs and set(aloud.says) <= set(SENTENCES), slug


@pytest.mark.parametrize("caller", CALLERS)
def test_who_reads_it_and_who_may_be_told_stand_above_the_first_question(
    at_desk: Client, caller: str
) -> None:
    page = unescape(at_desk.get(f"{ADDRESS}?who={caller}").content.decode())
    first = page.index('class="desk-ask"')
    for slug in phone_words.aloud("before", caller).says:
        assert page.index(SENTENCES[slug].words) < first, slug


@pytest.mark.parametrize("caller", ["me", "under_18", "own-behaviour"])
def test_the_notice_for_people_under_18_is_there_before_what_happened_is_asked(at_desk, caller: str) -> None:
    page = unescape(at_desk.get(f"{ADDRESS}?who={caller}").content.decode())
    asked = page.index('id="part-contact"')
    for slug in set(phone_words.YOUNG) - ({"told_reads"} if caller == "own-behaviour" else set()):
        assert page.index(SENTENCES[slug].words) < asked, slug


# --- sending -------------------------------------------------------------------------------
def test_a_call_goes_the_way_of_the_form_and_says_so(worker, at_desk: Client) -> None:
    referral = sent(post(at_desk, **ME))
    assert (referral.queue.slug, referral.urgency, referral.age_band) == ("provider", "routine", "25-39")
    assert Event.objects.get(reference=referral.reference).by == "phone"
    given = letter(referral)
    assert given.entered_by == "Wanda"
    assert "No, never leave a message" in everything(given)
    assert any("came by phone" in note for note in given.notes)
    page = at_desk.get(f"/desk/{referral.reference}/").content.decode()
    assert "By phone, entered by Wanda" in page and "Written down from a call, wanda" in page
    assert DailyCount.objects.get(what="sent").step == "phone"
    assert not Draft.objects.filter(state="open").exists()


def test_nothing_but_one_safe_way_is_needed(at_desk: Client) -> None:
    answer = post(at_desk, **{"who-who": "me"})
    assert answer["Location"] == ADDRESS and not Referral.objects.exists()
    page = show(at_desk)
    assert "Tick at least one way" in page and 'href="#contact-ways_0"' in page
    assert sent(post(at_desk, **{"who-who": "me"}, **RING))


@pytest.mark.parametrize(
    ("typed", "queue", "urgency"),
    [
        ({**ME, "safe-now": "no"}, "high-risk", "urgent"),
        ({"who-who": "under_18", "young-age": "16-17", **RING}, "young-people", "routine"),
        ({"who-who": "someone", "them-name": "Rose", **RING}, "provider", "routine"),
        (
            {"who-who": "professional", "prof-email": "gp@example.org", "contact_them-ways": ["me"]},
            "provider",
            "routine",
        ),
        ({"who-who": "own-behaviour", "own_worry-words": "I shout", **RING}, "own-behaviour", "routine"),
        ({**ME, "harming-works": ["council"]}, "independent", "routine"),
    ],
)
def test_each_caller_reaches_the_team_of_the_rules(at_desk, typed: dict, queue: str, urgency: str) -> None:
    """Whoever wrote it down learns the reference, and not where it went."""
    answer = post(at_desk, **typed)
    referral = sent(answer)
    assert (referral.queue.slug, referral.urgency) == (queue, urgency)
    call_command("deliver_referrals", "--once", stdout=StringIO())
    page = at_desk.get(answer["Location"]).content.decode()
    assert referral.reference in page
    assert (f"/desk/{referral.reference}/" in page) == (queue == "provider")
    assert referral.queue.name not in page and queue not in page.replace("provider", "")


def test_two_presses_are_one_referral_and_one_reference(at_desk: Client) -> None:
    page = show(at_desk)
    equal = {"equality-sex": "female"}
    first, second = post(at_desk, page, **ME, **equal), post(at_desk, page, **ME, **equal)
    assert first["Location"] == second["Location"] and sent(first)
    assert Referral.objects.count() == CaseEvent.objects.filter(what="by_phone").count() == 1
    assert EqualityTick.objects.count() == 1
    assert sent(post(at_desk, **ME)) and Referral.objects.count() == 2, "the next call is another"


def test_a_correction_after_a_lost_answer_is_kept_and_sent_as_another(at_desk: Client) -> None:
    """The server took it, the browser never heard so, and the page with all its words stands open."""
    page = show(at_desk)
    first = sent(post(at_desk, page, **ME))
    corrected = {**ME, "contact-phone_number": "07700 900999"}
    assert post(at_desk, page, **corrected)["Location"] == ADDRESS, "no reference for what was not sent"
    assert Referral.objects.count() == 1
    again = show(at_desk)
    assert f"{first.reference} was sent already" in again and 'value="07700 900999"' in again
    second = sent(post(at_desk, again, **corrected))
    assert second != first and "07700 900999" in everything(letter(second))
    assert "was sent already" not in show(at_desk)


def test_the_same_page_in_two_windows_is_two_calls(at_desk: Client) -> None:
    post(at_desk, **{"who-who": "me"})  # not whole, so it waits
    one, two = show(at_desk), show(at_desk)
    first = sent(post(at_desk, one, **ME))
    assert post(at_desk, two, **{**ME, "about-name": "Bluebell"})["Location"] == ADDRESS
    page = show(at_desk)
    assert first.reference in page and "Bluebell" in page
    assert "Bluebell" in everything(letter(sent(post(at_desk, page, **{**ME, "about-name": "Bluebell"}))))


def test_nothing_in_the_database_tells_what_was_sent_from_a_guess_at_it(at_desk: Client) -> None:
    first, second = sent(post(at_desk, **ME)), sent(post(at_desk, **ME))
    assert first.mark and second.mark and first.mark != second.mark
    signed = signing.loads(PAGE.search(show(at_desk))[1], salt=phone_views.SALT)  # type: ignore[index]
    assert len(signed[2]) > 40, "the key, which nobody but the page has"


@pytest.mark.parametrize("who", ["nobody", "x" * 300])
def test_a_caller_who_is_none_of_the_form_s_is_asked_for_again(at_desk: Client, who: str) -> None:
    assert post(at_desk, **{**ME, "who-who": who})["Location"] == ADDRESS and not Referral.objects.exists()
    page = show(at_desk)
    assert 'href="#who-who_0"' in page and 'id="who-who_0"' in page and "Marigold" in page


def test_without_its_row_on_the_record_nothing_is_sent(at_desk: Client, monkeypatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    page = show(at_desk)
    monkeypatch.setattr("triage.phone.events.write", fail)
    assert post(at_desk, page, **ME)["Location"] == ADDRESS
    assert not Referral.objects.exists()
    page = show(at_desk)
    assert "not know whether it was sent" in page and "Marigold" in page and "07700 900461" in page


def test_equality_answers_are_counted_and_stand_in_no_letter(at_desk: Client) -> None:
    referral = sent(post(at_desk, **ME, **{"equality-sex": "female"}))
    assert "Female" not in everything(letter(referral))
    assert EqualityTick.objects.get().option == "female"


def test_a_desk_that_cannot_be_named_stops_the_start(settings) -> None:
    settings.PORTAL_DOORS = ["triage"]
    assert checks.phone_desk(None) == []
    settings.PHONE_DESK = "triage.phone.Dsek"
    assert [problem.id for problem in checks.phone_desk(None)] == ["selfreferral.E003"]


# --- who may -------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "status"), [("worker", 200), ("lead", 200), ("auditor", 403)])
def test_workers_and_leads_may_and_auditors_may_not(person, role: str, status: int) -> None:
    client = come_in(person("pat", provider=role))
    link = f'href="{ADDRESS}"' in client.get("/desk/").content.decode()
    answer = client.get(ADDRESS)
    assert (answer.status_code, link) == (status, status == 200)
    if role == "auditor":
        assert "Ask a worker or a lead" in answer.content.decode()
        assert CaseEvent.objects.filter(what="refused", by="pat", detail="by_phone").exists()
        assert client.post(ADDRESS, ME).status_code == 403 and not Referral.objects.exists()


def test_somebody_else_s_reference_shows_nothing(at_desk: Client, send, person) -> None:
    theirs = sent(post(come_in(person("lena", high_risk="lead")), **ME)).reference
    for reference in (theirs, send().reference, "ZZZ-999"):
        assert at_desk.get(f"{ADDRESS}{reference}/")["Location"] == "/desk/"


def test_a_page_of_ours_signed_for_another_is_no_page_of_theirs(at_desk: Client, person) -> None:
    page = show(come_in(person("lena", provider="lead")))
    assert post(at_desk, page, **ME)["Location"] == ADDRESS and not Referral.objects.exists()
    assert "Marigold" in show(at_desk)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"page": "x" * 9000},
        {"who-who": "nobody"},
        {"who-who": ["me", "someone"], "contact-ways": "nothing"},
        {**ME, "about-name": "\x00" * 50},
        {**ME, "about-name": "x" * 30_000},
        {**ME, "contact-phone_number": "\ufffd\u202e 1"},
        {**ME, "do": "change:nowhere"},
    ],
    ids=range(8),
)
def test_whatever_is_posted_is_never_our_error(at_desk: Client, typed: dict[str, Any]) -> None:
    signed = PAGE.search(show(at_desk))[1]  # type: ignore[index]
    body = {"page": signed, "do": "send", **typed}
    answer = at_desk.post(ADDRESS, body)
    assert answer.status_code in (303, 400)
    assert at_desk.get(ADDRESS).status_code == 200


def test_the_journey_is_signed(at_desk: Client) -> None:
    forged = f"{uuid.uuid4()}"
    assert at_desk.post(ADDRESS, {"page": forged, "do": "send", **ME})["Location"] == ADDRESS
    assert not Referral.objects.exists() and "Marigold" in show(at_desk)
