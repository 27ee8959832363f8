"""A case goes to another queue: sealed anew, in the outbox too, and nobody there has seen it yet."""

import json
import os
from pathlib import Path

import pytest

from selfreferral import alarms, delivery, reconciliation, routing
from selfreferral import events as outbox_events
from selfreferral.models import Endpoint, Queue, Referral
from selfreferral.transports import handovers
from selfreferral.transports.memory import Memory
from services_directory import unsealing
from tests.triage import going_over
from tests.triage.conftest import ESCROW, SENT, come_in
from tests.triage.going_over import NOW, everything, hand_on
from tests.triage.teams import NAMES
from triage import clocks, codes, decisions, events, handing_on, reading, telling
from triage.decisions import BY_SLUG, NotNow
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
keys, ready = going_over.keys, going_over.ready


def lines(case: Case) -> list[str]:
    return [event.what for event in outbox_events.Event.objects.filter(reference=case.reference)]


def test_it_arrives_there_as_a_new_one_with_all_that_was_done(ready, person) -> None:
    case = hand_on(ready())
    there, old = person("ida", high_risk="worker"), person("wren", provider="worker")
    case.refresh_from_db()
    assert (case.queue, case.state, case.opened_at, case.claimed_by) == ("high-risk", "received", None, None)
    assert (case.sent_at, case.due_at) == (SENT, clocks.due(NOW, case.urgency, "high-risk"))
    assert come_in(old).get(f"/desk/{case.reference}/").status_code == 404
    letter = reading.read(case, user=there, now=NOW)
    note = "Handed on from Plain provider on 20 November 2026 because the risk is higher than it looked."
    assert letter.notes[-1] == note and "Marigold" in str(letter.parts)
    row = CaseEvent.objects.get(what="hand-on")
    assert row.detail == "from provider, to high-risk, higher"
    page = come_in(there).get(f"/desk/{case.reference}/").content.decode()
    assert "from Plain provider; to High-risk team; the risk is higher than it looked" in page
    assert [event.what for event in events.of_case(case.reference)][:2] == ["received", "hand-on"]


def test_the_outbox_goes_along_and_nothing_differs(ready) -> None:
    case = hand_on(ready())
    row = Referral.objects.get()
    assert (row.queue.slug, row.state, row.digest) == ("high-risk", "received", case.digest)
    assert bytes(row.sealed) == bytes(case.sealed) and row.journey and row.received_at == SENT
    assert lines(case) == ["accepted", "handed on to high-risk", "received"]
    assert not +reconciliation.compare(now=NOW), "the outbox and the desk differ"
    assert events.first_fault() is None and outbox_events.first_broken(case.reference) is None
    assert telling.catch_up(now=NOW) == 0 and Referral.objects.get().state == "received"


def test_the_alarms_count_it_where_it_is_now(ready) -> None:
    case = ready()
    assert alarms.by_queue(alarms.unopened()) == {}
    hand_on(case, urgent=True)
    assert alarms.by_queue(alarms.unopened()) == {"high-risk": 1}
    assert alarms.fresh("high-risk") == [case.reference] and alarms.fresh("provider") == []


def test_opening_and_closing_there_is_told_like_any_other(ready, person) -> None:
    case, ida = hand_on(ready()), person("ida", high_risk="worker")
    case = Case.objects.get()
    reading.read(case, user=ida, now=NOW)
    for slug, answers in (("claim", {}), ("close", {"outcome": "supported"})):
        decisions.decide(BY_SLUG[slug], case, user=ida, answers=answers, now=NOW)
    assert Referral.objects.get().state == "closed" and lines(case)[-2:] == ["opened", "closed"]
    decisions.decide(BY_SLUG["reopen"], case, user=ida, answers={}, now=NOW)
    assert Referral.objects.get().state == "opened" and lines(case)[-1] == "reopened"


@pytest.mark.parametrize(("before", "raised"), [("routine", True), ("soon", True), ("urgent", False)])
def test_urgency_is_only_ever_raised(ready, person, before: str, raised: bool) -> None:
    case, lead = ready(urgency=before), person("lena", high_risk="lead")
    for urgent in (False, True):
        to = "young-people" if urgent else "high-risk"
        case = hand_on(case, to, urgent=urgent)
        expected = "urgent" if urgent else before
        assert (case.urgency, Referral.objects.get().urgency) == (expected, expected)
        assert reading.envelope_of(case)["urgency"] == expected
        Case.objects.update(state="opened", opened_at=NOW, claimed_by=lead, claimed_at=NOW)
        case = Case.objects.get()
    made = "made_urgent" in CaseEvent.objects.filter(what="hand-on").order_by("number").last().detail
    why = reading.unseal(case).why_urgent
    assert made == raised == ("handed it on as urgent" in why[-1])


def test_a_letter_for_leads_stays_for_leads(ready, person) -> None:
    case = hand_on(ready(leads_only=True))
    with pytest.raises(reading.LeadsOnly):
        reading.read(case, user=person("ida", high_risk="worker"), now=NOW)
    assert reading.read(case, user=person("lee", high_risk="lead"), now=NOW).notes


MAY_GO = {
    "provider": {"high-risk", "young-people", "children", "independent"},
    "high-risk": {"provider", "young-people", "children", "independent"},
    "young-people": {"provider", "high-risk", "children", "independent"},
    "children": {"provider", "high-risk", "young-people", "independent"},
    "own-behaviour": set(),
    "independent": set(),
}


@pytest.mark.parametrize("here", NAMES)
def test_where_it_may_go(ready, here: str) -> None:
    case = ready(here)
    assert {queue.slug for queue in handing_on.destinations(case)} == MAY_GO[here]
    before = everything()
    for to in {*NAMES, "nowhere"} - MAY_GO[here]:
        with pytest.raises(NotNow):
            hand_on(case, to)
    assert everything() == before
    case.age_band = routing.CHILD
    assert {queue.slug for queue in handing_on.destinations(case)} == MAY_GO[here] & {
        "children",
        "independent",
    }


def test_a_second_queue_for_own_behaviour_takes_its_own_only(ready, monkeypatch) -> None:
    Queue.objects.create(slug="second", name="Second", recipients=[])
    rules = [{"queue": "second", "when": {"who": [routing.OWN]}, "why": "x"}, *routing.RULES]
    monkeypatch.setattr(routing, "in_force", lambda: routing.RuleSet(rules, routing.URGENT_WHEN))
    found = {queue.slug for queue in handing_on.destinations(ready("own-behaviour"))}
    assert found == {"second"}
    assert "second" not in {queue.slug for queue in handing_on.destinations(ready("provider"))}


def test_only_keys_of_the_new_queue_open_it(ready, keys, desk_key, settings, tmp_path: Path) -> None:
    case = hand_on(ready(), "independent", "conflict")
    for shut in (desk_key, ESCROW):
        with pytest.raises(unsealing.CannotOpen):
            unsealing.open(case.sealed, [shut])
    assert json.loads(unsealing.open(case.sealed, [keys["independent"]]))["queue"] == "independent"
    file = tmp_path / "outside.txt"
    file.write_text(str(keys["independent"]))
    os.chmod(file, 0o600)
    settings.TRIAGE_KEY_FILE = str(file)
    assert reading.unseal(case).notes


def test_to_a_team_that_is_not_at_this_desk_the_outbox_delivers_it(ready, person) -> None:
    Memory.box.clear()
    Queue.objects.filter(slug="high-risk").update(transport="memory")
    case = hand_on(ready())
    assert (case.queue, case.state, case.outcome) == ("provider", "closed", "handed_on")
    row = Referral.objects.get()
    assert (row.state, row.queue.slug, row.received_at) == ("ready", "high-risk", None)
    held = delivery.lease(now=NOW)
    assert held and delivery.deliver(held, now=NOW)
    assert Memory.box[case.reference].queue_slug == "high-risk"
    assert telling.catch_up(now=NOW) == 0, "what was closed here must not close it there"
    assert Referral.objects.get().state == "received" and not +reconciliation.compare(now=NOW)
    with pytest.raises(NotNow, match="handed on to a team that is not at this desk"):
        decisions.decide(BY_SLUG["reopen"], case, user=case.claimed_by, answers={}, now=NOW)
    Memory.box.clear()


def test_what_waits_for_a_team_elsewhere_comes_back_to_this_desk(ready, person) -> None:
    """Its receiver is down, and a manager sends the team's letters to the desk here."""
    Queue.objects.filter(slug="high-risk").update(transport="webhook")
    case = hand_on(ready(urgency="soon"), urgent=True)
    assert case.state == "closed" and Referral.objects.get().state == "ready"
    Queue.objects.filter(slug="high-risk").update(transport="inbox")
    for _press in range(2):  # the answer to the first was lost
        Referral.objects.update(state="ready", next_attempt_at=SENT)
        held = delivery.lease(now=NOW)
        assert held and delivery.deliver(held, now=NOW), "refused"
    case.refresh_from_db()
    assert (case.queue, case.state, case.outcome, case.claimed_by) == ("high-risk", "received", "", None)
    assert case.urgency == "urgent" and case.due_at > case.sent_at
    what = [event.what for event in events.of_case(case.reference)]
    assert what == ["received", "hand-on", "received"]
    assert reading.read(case, user=person("ida", high_risk="worker"), now=NOW).notes
    assert not +reconciliation.compare(now=NOW) and events.first_fault() is None


def test_a_letter_that_went_to_a_broker_before_may_go_there_again(ready) -> None:
    """Broker, desk, broker: by then it is sealed anew, and its digest is another."""
    case = ready("high-risk")
    endpoint = Endpoint.objects.create(
        queue=Queue.objects.get(slug="high-risk"), kind="amqp", url="amqps://a/"
    )
    handovers.handover_of(endpoint, case.reference, case.digest)
    case = hand_on(case, "provider", "lower")
    Case.objects.update(state="opened", opened_at=NOW, claimed_by=None, claimed_at=None)
    case = Case.objects.get()
    assert handovers.handover_of(endpoint, case.reference, case.digest).copies == 0


def test_a_desk_with_a_database_of_its_own_hands_on_too(ready) -> None:
    case = ready()
    Referral.objects.all().delete()
    assert hand_on(case).queue == "high-risk"


def test_it_is_said_in_the_list_and_the_page_is_not_opened(ready, person) -> None:
    """A lead of both teams: only their next look counts as opened there."""
    case = ready(urgency="urgent")
    lead = person("lee", provider="lead", high_risk="lead")
    client = come_in(lead)
    form = client.get(f"/desk/{case.reference}/hand-on/").content.decode()
    assert "High-risk team" in form and "Own behaviour" not in form and 'name="urgent"' not in form
    answer = client.post(f"/desk/{case.reference}/hand-on/", {"queue": "high-risk", "reason": "higher"})
    page = client.get(answer["Location"]).content.decode()
    assert "It is handed on" in page and case.reference in page
    assert Case.objects.get().state == "received"
    again = client.post(f"/desk/{case.reference}/hand-on/", {"queue": "provider", "reason": "lower"})
    assert again.status_code == 409 and "Nobody has opened it yet" in again.content.decode()


@pytest.mark.parametrize("reason", codes.Reason.values)
def test_every_reason_reads_on_after_because(ready, reason: str) -> None:
    note = reading.unseal(hand_on(ready(), reason=reason)).notes[-1]
    assert (
        note.endswith(f" because {codes.Reason(reason).label}.") and codes.Reason(reason).label[0].islower()
    )


@pytest.mark.parametrize("version", [1, 2])
def test_every_other_word_of_the_letter_is_what_it_was(ready, version: int) -> None:
    case = ready(version=version, notes=["Read this first."])
    before = reading.envelope_of(case)
    after = reading.envelope_of(hand_on(case))
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed == {"queue", "urgency", "notes"} and after["notes"][0] == "Read this first."
