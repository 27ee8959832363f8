"""Every declared decision: its button, its address, who may, and its row on the record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.triage.conftest import SENT, come_in, later
from tests.triage.teams import teams
from triage import access, codes, decisions, events, reading
from triage.decisions import BY_SLUG, DECISIONS, Act, NotNow
from triage.models import Case, CaseEvent, Outcome

pytestmark = pytest.mark.django_db
# What is sent by a form without a mistake. A new decision that asks something needs its own.
SENT_IN: dict[str, dict[str, str]] = {
    "tried": {"when": "2026-11-20T10:00", "way": "phone", "result": "no_answer"},
    "reached": {"when": "2026-11-20T11:00"},
    "refer": {"day": "2026-11-20", "agency": "marac"},
    "hand-on": {"queue": "high-risk", "reason": "higher"},
    "outcome": {"outcome": "contact", "address": "gp@example.org", "safe": "on"},
    "withdrawn": {"day": "2026-11-20"},
    "close": {"outcome": "supported"},
}
# A letter that is open to it, where not every letter is.
ASKED = {"version": 2, "leads_only": False, "safe_contact": [], "outcome_to": {"email": "gp@example.org"}}
LETTERS: dict[str, dict[str, Any]] = {"outcome": ASKED}
NOON = later(hours=5)
BY_DECISION = pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
ASKING = pytest.mark.parametrize(
    "decision", [one for one in DECISIONS if one.asks], ids=lambda decision: decision.slug
)


@pytest.fixture(autouse=True)
def queues(db, desk_key) -> None:
    teams(desk_key)


def ready_for(slug: str, case: Case, user: Any) -> Case:
    """The case as it must be before the decision is open to `user`."""
    reading.read(case, user=user, now=later(minutes=1))
    if slug != "claim":
        decide("claim", case, user)
    if slug == "reopen":
        decide("close", case, user)
    case.refresh_from_db()
    return case


def decide(slug: str, case: Case, user: Any, **options: Any) -> Case:
    now = options.pop("now", NOON)
    sent = options.pop("sent", SENT_IN.get(slug, {}))
    form = BY_SLUG[slug].form(sent, act=Act(case, user, access.role_at(user, case), now))
    assert form.is_valid() or slug == "hand-on", form.errors
    return decisions.decide(BY_SLUG[slug], case, user=user, answers=form.cleaned_data, now=now, **options)


@BY_DECISION
def test_a_decision_has_a_button_an_address_and_a_row_on_the_record(send, worker, at_desk, decision) -> None:
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    address = f"/desk/{case.reference}/{decision.slug}/"
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert f'{"href" if decision.asks else "action"}="{address}"' in page and f">{decision.label}</" in page
    answer = at_desk.post(address, SENT_IN.get(decision.slug, {}))
    assert answer.status_code == 303, answer.content.decode()
    row = [row for row in events.of_case(case.reference) if row.what not in events.LOOKS][-1]
    assert (row.what, row.by) == (decision.slug, "wanda") and row.get_what_display() != row.what
    assert not [code for code in row.detail.split(", ") if code in codes.WORDS and code == codes.WORDS[code]]


@ASKING
def test_a_decision_that_asks_has_a_page_of_its_own_that_changes_nothing(
    send, worker, at_desk, decision
) -> None:
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    before, rows = Case.objects.values().get(), CaseEvent.objects.count()
    page = at_desk.get(f"/desk/{case.reference}/{decision.slug}/").content.decode()
    assert f"<h1>{decision.label}</h1>" in page and "Marigold" not in page and "<textarea" not in page
    assert (Case.objects.values().get(), CaseEvent.objects.count()) == (before, rows + decision.opens)
    assert (events.of_case(case.reference)[-1].what == "opening") == decision.opens


@ASKING
def test_an_empty_form_comes_back_without_opening_the_letter(send, worker, at_desk, decision) -> None:
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    before, rows = Case.objects.values().get(), CaseEvent.objects.count()
    answer = at_desk.post(f"/desk/{case.reference}/{decision.slug}/", {})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Please check your answers" in page and "Marigold" not in page
    assert (Case.objects.values().get(), CaseEvent.objects.count()) == (before, rows)


@BY_DECISION
def test_a_decision_is_taken_by_post_alone(send, worker, at_desk: Client, decision) -> None:
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    before = Case.objects.values().get()
    for method in ("get", "head", "put", "delete"):
        answer = getattr(at_desk, method)(
            f"/desk/{case.reference}/{decision.slug}/", SENT_IN.get(decision.slug)
        )
        looks = decision.asks and method in ("get", "head")
        assert answer.status_code == (200 if looks else 405)
    assert Case.objects.values().get() == before


WORKS = {"holder": {"held"}, "lead": {"free", "held"}}
MAY: dict[str, dict[str, set[str]]] = {
    "claim": {
        "holder": {"new", "free"},
        "other": {"new", "free"},
        "lead": {"new", "new held", "free", "held"},
    },
    "release": {"holder": {"new held", "held"}, "lead": {"new held", "held"}},
    "reopen": {"holder": {"closed"}, "lead": {"closed", "closed long ago"}},
    "outcome": {
        "holder": {"held", "closed", "closed long ago"},
        "lead": {"free", "held", "closed", "closed long ago"},
    },
    **dict.fromkeys(["tried", "reached", "refer", "hand-on", "withdrawn", "close"], WORKS),
}
SITUATIONS = ["new", "new held", "free", "held", "closed", "closed long ago", "purged"]


def situated(case: Case, situation: str, holder: Any) -> Case:
    case.state, case.opened_at = ("received", None) if "new" in situation else ("opened", SENT)
    if "held" in situation or "closed" in situation or situation == "purged":
        case.claimed_by, case.claimed_at = holder, SENT
    if "closed" in situation or situation == "purged":
        days = 31 if "long" in situation else 1
        case.state, case.closed_at, case.outcome = "closed", NOON - timedelta(days=days), "supported"
    if situation == "purged":
        case.sealed = b""
    case.save()
    return case


@BY_DECISION
@pytest.mark.parametrize("situation", SITUATIONS)
def test_who_may_when(send, worker, person: Callable[..., Any], decision, situation: str) -> None:
    """Everybody before every case: the button and the press say the same, and a refusal is on the record."""
    people = {
        "holder": worker,
        "other": person("sami", provider="worker"),
        "lead": person("lena", provider="lead"),
        "auditor": person("ada", provider="auditor"),
        "elsewhere": person("otto", high_risk="lead"),
        "nobody": person("nobody"),
    }
    case = situated(send(**LETTERS.get(decision.slug, {})), situation, worker)
    for who, user in people.items():
        may = situation in MAY[decision.slug].get(who, set())
        assert (decision in decisions.open_to(user, case, now=NOON)) == may, who
        before = Case.objects.values().get()
        if may:
            with transaction.atomic():
                decide(decision.slug, Case.objects.get(), user)
                assert events.of_case(case.reference)[-1].what == decision.slug
                transaction.set_rollback(True)
        else:
            with pytest.raises(NotNow, match=r"\."):
                decide(decision.slug, Case.objects.get(), user)
            last = events.of_case(case.reference)[-1]
            assert (last.what, last.by, last.detail) == ("refused", user.get_username(), decision.slug), who
        assert Case.objects.values().get() == before
    assert events.first_fault() is None


@BY_DECISION
def test_without_its_row_on_the_record_nothing_is_decided(send, worker, monkeypatch, decision) -> None:
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    before = Case.objects.values().get()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(events, "write", fail)
    with pytest.raises(RuntimeError):
        decide(decision.slug, case, worker)
    assert Case.objects.values().get() == before


@BY_DECISION
def test_of_two_presses_the_second_is_told(send, worker, at_desk, decision) -> None:
    """A double click, or two people before the same page: what they saw is no longer so."""
    case = ready_for(decision.slug, send(**LETTERS.get(decision.slug, {})), worker)
    address, seen = f"/desk/{case.reference}/{decision.slug}/", events.last_change(case.reference)
    sent = {**SENT_IN.get(decision.slug, {}), "seen": str(seen)}
    assert at_desk.post(address, sent).status_code == 303
    there, answer = Case.objects.values().get(), at_desk.post(address, sent)
    assert answer.status_code == (
        404 if decision.slug == "hand-on" else 409
    )  # there it is not theirs any more
    assert Case.objects.values().get() == there
    done = CaseEvent.objects.filter(reference=case.reference, what=decision.slug)
    assert done.count() == 1 or decision.slug == "claim"


@BY_DECISION
def test_every_decision_has_words_on_the_record(decision) -> None:
    assert decision.slug in CaseEvent.What.values and decision.slug not in events.LOOKS
    assert decision.label and decision.label[0].isupper()


HELD_BACK = {"version": 2, "leads_only": True}


@BY_DECISION
def test_a_worker_does_nothing_with_a_letter_for_leads(send, person, worker, at_desk, decision) -> None:
    """Not even by an address that they wrote themselves; a lead may."""
    case, lead = send(**LETTERS.get(decision.slug, {}) | HELD_BACK), person("lena", provider="lead")
    states = {"claim": "new", "release": "new held", "reopen": "closed"}
    situated(case, states.get(decision.slug, "held"), worker)
    answer = at_desk.post(f"/desk/{case.reference}/{decision.slug}/", SENT_IN.get(decision.slug, {}))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Only a lead" in page and "Marigold" not in page
    with pytest.raises(NotNow):
        decide(decision.slug, case, worker)
    refused = events.of_case(case.reference)[-1]
    assert (refused.what, refused.detail) == ("refused", decision.slug)
    decide(decision.slug, Case.objects.get(), lead)


def test_what_cannot_be_opened_can_still_be_taken_on(send, worker, at_desk, settings) -> None:
    case = send(**HELD_BACK)
    settings.TRIAGE_KEY_FILE = "none"
    assert at_desk.post(f"/desk/{case.reference}/claim/").status_code == 303


def test_of_two_who_claim_the_second_reads_who_has_it(send, worker, person: Callable[..., Any]) -> None:
    case, stale = send(), Case.objects.get()
    second = come_in(person("sami", provider="worker"))
    decide("claim", case, worker)
    answer = second.post(f"/desk/{stale.reference}/claim/")
    page = answer.content.decode()
    assert answer.status_code == 409 and "That was not done" in page and "Wanda has it." in page
    assert "Marigold" not in page
    assert Case.objects.get().claimed_by == worker


def test_a_lead_takes_over_from_somebody_who_is_away(send, worker, person) -> None:
    case, lead = send(), person("lena", provider="lead")
    decide("claim", case, worker)
    assert decide("claim", case, lead).claimed_by == lead
    assert events.of_case(case.reference)[-1].detail == "taken over"


def test_what_is_given_back_is_free_again(send, worker, person) -> None:
    case = ready_for("release", send(), worker)
    decide("release", case, person("lena", provider="lead"))
    assert events.of_case(case.reference)[-1].detail == "by lead"
    assert decide("claim", case, person("sami", provider="worker")).claimed_by.get_username() == "sami"


def test_every_try_is_on_the_record_and_no_word_of_it(send, worker, at_desk) -> None:
    case = ready_for("tried", send(), worker)
    for result in codes.Result.values:
        sent = {**SENT_IN["tried"], "result": result, "note": "She was crying"}
        assert at_desk.post(f"/desk/{case.reference}/tried/", sent).status_code == 303
    tries = CaseEvent.objects.filter(what="tried").order_by("number")
    assert [row.detail for row in tries] == [
        f"2026-11-20 10:00, phone, {result}" for result in codes.Result.values
    ]
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "Tried to reach them, wanda (2026-11-20 10:00; By phone; No answer)" in page
    assert "crying" not in page and "crying" not in str(list(CaseEvent.objects.values()))


@pytest.mark.parametrize("agency", codes.Agency.values)
def test_it_is_referred_more_than_once(send, worker, at_desk, agency: str) -> None:
    case = ready_for("refer", send(), worker)
    for _ in range(2):
        sent = {**SENT_IN["refer"], "agency": agency}
        assert at_desk.post(f"/desk/{case.reference}/refer/", sent).status_code == 303
    rows = CaseEvent.objects.filter(what="refer").values_list("detail", flat=True)
    assert list(rows) == [f"{agency}, 2026-11-20"] * 2
    assert Case.objects.get().state == "opened"


@pytest.mark.parametrize(
    ("when", "words"),
    [("2099-01-01T10:00", "lies ahead"), ("2026-11-20T08:00", "before the request"), ("soon", "Put the day")],
)
@pytest.mark.parametrize("slug", ["tried", "reached", "refer", "withdrawn"])
def test_a_time_that_cannot_be_is_asked_again(
    send, worker, at_desk, slug: str, when: str, words: str
) -> None:
    case = ready_for(slug, send(), worker)
    name = "day" if "day" in SENT_IN[slug] else "when"
    typed = when[:10].replace("20T", "19T").replace("2026-11-20", "2026-11-19") if name == "day" else when
    answer = at_desk.post(f"/desk/{case.reference}/{slug}/", {**SENT_IN[slug], name: typed})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not CaseEvent.objects.filter(what=slug).exists()


@pytest.mark.parametrize("outcome", ["", "happy", "withdrawn", "supported' OR 1=1"])
def test_closing_asks_how_it_ended(send, worker, at_desk, outcome: str) -> None:
    case = ready_for("close", send(), worker)
    assert at_desk.post(f"/desk/{case.reference}/close/", {"outcome": outcome}).status_code == 422
    assert Case.objects.get().state == "opened"


@pytest.mark.parametrize("outcome", sorted(set(Outcome.values) - {"withdrawn"}))
def test_the_outcome_is_kept_and_on_the_record(send, worker, at_desk, outcome: str) -> None:
    case = ready_for("close", send(), worker)
    answer = at_desk.post(f"/desk/{case.reference}/close/", {"outcome": outcome})
    assert "is closed" in at_desk.get(answer["Location"]).content.decode()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", outcome) and case.closed_at
    assert events.of_case(case.reference)[-1].detail == outcome
    assert str(Outcome(outcome).label) in at_desk.get("/desk/?closed=1").content.decode()


def test_who_asks_us_to_stop_is_closed_with_that(send, worker) -> None:
    case = decide("withdrawn", ready_for("withdrawn", send(), worker), worker)
    assert (case.state, case.outcome, case.closed_at) == ("closed", "withdrawn", NOON)


def test_what_is_opened_again_is_open_and_can_be_closed_anew(send, worker) -> None:
    case = decide("reopen", ready_for("reopen", send(), worker), worker)
    assert (case.state, case.outcome, case.closed_at, case.claimed_by) == ("opened", "", None, worker)
    assert decide("close", case, worker).state == "closed"


def test_a_case_that_is_not_theirs_any_more_is_not_shown(send, worker, at_desk, monkeypatch) -> None:
    """Handed on by somebody else between the look and the press."""
    case = ready_for("close", send(), worker)

    def gone(*args: object, **kwargs: object) -> None:
        Case.objects.update(queue="high-risk")
        raise NotNow("It went.")

    monkeypatch.setattr(decisions, "decide", gone)
    answer = at_desk.post(f"/desk/{case.reference}/close/", SENT_IN["close"])
    assert answer.status_code == 404 and case.reference not in answer.content.decode()
