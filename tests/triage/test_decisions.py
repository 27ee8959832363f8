"""Every declared decision: its button, its address, who may, and its row on the record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.triage.conftest import come_in, later
from triage import decisions, events, reading
from triage.decisions import BY_SLUG, DECISIONS, NotNow
from triage.models import Case, CaseEvent, Outcome

pytestmark = pytest.mark.django_db
ANSWERS = {"close": {"outcome": "supported"}}  # what a valid form holds; a new decision may need its own


def ready_for(slug: str, case: Case, user: Any) -> Case:
    """The case as it must be before the decision is open to `user`."""
    reading.read(case, user=user, now=later(minutes=1))
    if slug != "claim":
        decisions.decide(BY_SLUG["claim"], case, user=user, answers={}, now=later(minutes=2))
    case.refresh_from_db()
    return case


def decide(slug: str, case: Case, user: Any, **answers: Any) -> Case:
    given = answers or ANSWERS.get(slug, {})
    return decisions.decide(BY_SLUG[slug], case, user=user, answers=given, now=later(minutes=9))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
def test_a_decision_has_a_button_an_address_and_a_row_on_the_record(send, worker, at_desk, decision) -> None:
    case = ready_for(decision.slug, send(), worker)
    address = f"/desk/{case.reference}/{decision.slug}/"
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert f'action="{address}"' in page and f">{decision.label}</button>" in page
    answer = at_desk.post(address, ANSWERS.get(decision.slug, {}))
    assert answer.status_code == 303
    row = events.of_case(case.reference)[-1]
    assert (row.what, row.by) == (decision.slug, "wanda") and row.get_what_display() != row.what
    assert address not in at_desk.get(f"/desk/{case.reference}/").content.decode()


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
def test_a_decision_is_taken_by_post_alone(send, worker, at_desk: Client, decision) -> None:
    case = ready_for(decision.slug, send(), worker)
    before = Case.objects.values().get()
    for method in ("get", "head", "put", "delete"):
        assert getattr(at_desk, method)(f"/desk/{case.reference}/{decision.slug}/").status_code == 405
    assert Case.objects.values().get() == before


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
@pytest.mark.parametrize("role", ["auditor", "elsewhere"])
def test_a_decision_is_not_for_who_may_not_read(send, worker, person, decision, role: str) -> None:
    case = ready_for(decision.slug, send(), worker)
    other = person("otto", **({"provider": "auditor"} if role == "auditor" else {"high_risk": "lead"}))
    assert decisions.open_to(other, case, now=later(minutes=9)) == []
    with pytest.raises(NotNow):
        decide(decision.slug, case, other)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
def test_without_its_row_on_the_record_nothing_is_decided(send, worker, monkeypatch, decision) -> None:
    case = ready_for(decision.slug, send(), worker)
    before = Case.objects.values().get()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(events, "write", fail)
    with pytest.raises(RuntimeError):
        decide(decision.slug, case, worker)
    assert Case.objects.values().get() == before


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.slug)
def test_every_decision_has_words_on_the_record(decision) -> None:
    assert decision.slug in CaseEvent.What.values
    assert decision.label and decision.label[0].isupper()


def test_of_two_who_claim_the_second_is_told(send, worker, person: Callable[..., Any]) -> None:
    case, stale = send(), Case.objects.get()
    second = come_in(person("sami", provider="worker"))
    decide("claim", case, worker)
    answer = second.post(f"/desk/{stale.reference}/claim/")
    page = answer.content.decode()
    assert answer.status_code == 409 and "That was not done" in page and "Wanda" in page
    assert "Marigold" not in page
    assert Case.objects.get().claimed_by == worker


def test_two_stale_looks_give_one_holder(send, worker, person) -> None:
    send()
    looks = [Case.objects.get(), Case.objects.get()]
    decide("claim", looks[0], worker)
    with pytest.raises(NotNow):
        decide("claim", looks[1], person("sami", provider="worker"))


def test_a_lead_takes_over_from_somebody_who_is_away(send, worker, person) -> None:
    case = send()
    decide("claim", case, worker)
    lead = person("lena", provider="lead")
    assert decide("claim", case, lead).claimed_by == lead
    assert events.of_case(case.reference)[-1].detail == "taken over"


def test_nobody_closes_what_nobody_has_read(send, worker, person) -> None:
    case = send()
    decide("claim", case, worker)
    for user in (worker, person("lena", provider="lead")):
        with pytest.raises(NotNow):
            decide("close", case, user)


def test_who_does_not_have_it_does_not_close_it(send, worker, person) -> None:
    case = ready_for("close", send(), worker)
    with pytest.raises(NotNow):
        decide("close", case, person("sami", provider="worker"))
    assert decide("close", case, person("lena", provider="lead")).state == "closed"


def test_what_is_closed_stays_closed(send, worker) -> None:
    case = decide("close", ready_for("close", send(), worker), worker)
    for decision in DECISIONS:
        with pytest.raises(NotNow):
            decide(decision.slug, case, worker)


@pytest.mark.parametrize("outcome", ["", "happy", "supported' OR 1=1"])
def test_closing_asks_how_it_ended_without_opening_the_letter(send, worker, at_desk, outcome: str) -> None:
    case = ready_for("close", send(), worker)
    readings = CaseEvent.objects.filter(what="opening").count()
    answer = at_desk.post(f"/desk/{case.reference}/close/", {"outcome": outcome})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Please check your answers" in page and "Marigold" not in page
    assert Case.objects.get().state == "opened"
    assert CaseEvent.objects.filter(what="opening").count() == readings


@pytest.mark.parametrize("outcome", Outcome.values)
def test_the_outcome_is_kept_and_on_the_record(send, worker, at_desk, outcome: str) -> None:
    case = ready_for("close", send(), worker)
    assert at_desk.post(f"/desk/{case.reference}/close/", {"outcome": outcome})["Location"] == "/desk/"
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", outcome) and case.closed_at
    assert events.of_case(case.reference)[-1].detail == outcome
    assert str(Outcome(outcome).label) in at_desk.get("/desk/?closed=1").content.decode()
