"""A case goes to another queue: sealed anew, in the outbox too, and nobody there has seen it yet."""

import json
import os
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from pyrage import x25519

from selfreferral import alarms, delivery, reconciliation, routing
from selfreferral import events as outbox_events
from selfreferral.models import Endpoint, Queue, Referral
from selfreferral.transports import handovers
from selfreferral.transports.memory import Memory
from services_directory import unsealing
from tests.triage.conftest import ESCROW, SENT, come_in, later
from tests.triage.teams import NAMES, teams
from triage import clocks, codes, decisions, events, forms, handing_on, reading, telling
from triage.decisions import BY_SLUG, NotNow
from triage.models import Case, CaseEvent
from triage.transport import Inbox

pytestmark = pytest.mark.django_db
NOW = later(hours=4)
State = Referral.State


@pytest.fixture
def keys(db, desk_key) -> dict[str, x25519.Identity]:
    return teams(desk_key)


@pytest.fixture
def ready(keys, send, person) -> Callable[..., Case]:
    """`ready("provider")`: opened and held by a lead of its queue, with its row in the outbox."""

    def one(queue: str = "provider", *, state: str = State.OPENED, **options: Any) -> Case:
        case = send(queue=queue, **{"version": 2, "leads_only": False, **options})
        row = Referral.objects.create(
            reference=case.reference,
            journey=uuid.uuid4(),
            queue=Queue.objects.get(slug=queue),
            urgency=case.urgency,
            sealed=case.sealed,
            digest=case.digest,
            state=state,
            created_at=SENT,
            received_at=SENT,
        )
        outbox_events.append(row.reference, "accepted", by="form", now=SENT)
        lead = person(f"lead-{case.reference}", **{queue: "lead"})
        Case.objects.update(state="opened", opened_at=SENT, claimed_by=lead, claimed_at=SENT)
        return Case.objects.get(pk=case.pk)

    return one


def hand_on(case: Case, to: str = "high-risk", reason: str = "higher", **answers: Any) -> Case:
    given = {"queue": to, "reason": reason, "urgent": False, **answers}
    return decisions.decide(BY_SLUG["hand-on"], case, user=case.claimed_by, answers=given, now=NOW)


def lines(case: Case) -> list[str]:
    return [event.what for event in outbox_events.Event.objects.filter(reference=case.reference)]


def everything() -> list[Any]:
    return [list(model.objects.values()) for model in (Case, Referral, outbox_events.Event)]


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


def test_a_letter_under_a_reference_that_somebody_closed_otherwise_is_refused(ready) -> None:
    case = ready()
    Case.objects.update(state="closed", closed_at=NOW, outcome="supported")
    Referral.objects.update(state="ready", next_attempt_at=SENT, queue=Queue.objects.get(slug="high-risk"))
    held = delivery.lease(now=NOW)
    assert held and not delivery.deliver(held, now=NOW)
    assert Referral.objects.get().state == "quarantined" and Case.objects.get().queue == case.queue


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


def test_a_worker_that_was_handing_over_the_old_letter_writes_nothing(ready) -> None:
    """Its receipt was not recorded yet when somebody here had read the letter and handed it on."""
    case = ready(state=State.READY)
    Referral.objects.update(next_attempt_at=SENT)
    held = delivery.lease(now=NOW)
    assert held
    hand_on(case)
    assert delivery.deliver(held, now=NOW) is False
    assert Referral.objects.get().state == "received" and Case.objects.get().queue == "high-risk"
    assert not +reconciliation.compare(now=NOW)


def test_who_was_reading_it_meanwhile_has_not_opened_it_there(ready) -> None:
    case = ready()
    stale = Case.objects.get()
    hand_on(case)
    stale.state = "received"
    reading.mark_opened(stale, now=NOW)
    assert Case.objects.get().state == "received" and Referral.objects.get().state == "received"


def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError("event_once")

    monkeypatch.setattr(outbox_events, "append", fail)


TROUBLE: dict[str, tuple[Callable[[pytest.MonkeyPatch], object], str]] = {
    "busy": (busy, "try again"),
    "no keys": (lambda _: Queue.objects.filter(slug="high-risk").update(recipients=[]), "no keys that work"),
    "shut": (lambda _: Case.objects.update(digest="0" * 64), "could not be opened"),
    "not active": (lambda _: Queue.objects.filter(slug="high-risk").update(active=False), "cannot go"),
    "no outbox": (
        lambda _: (Referral.objects.all().delete(), Queue.objects.update(transport="memory")),
        "reached by the outbox",
    ),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_when_it_cannot_be_done_nothing_is_changed(ready, monkeypatch, name: str) -> None:
    case = ready()
    bring_about, words = TROUBLE[name]
    bring_about(monkeypatch)
    before = everything()
    with pytest.raises(NotNow, match=words):
        hand_on(case)
    assert everything() == before
    assert events.of_case(case.reference)[-1].detail == "hand-on"


def test_without_its_row_on_the_record_nothing_is_handed_on(ready, monkeypatch) -> None:
    case, before = ready(), everything()
    monkeypatch.setattr(events, "write", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand_on(case)
    assert everything() == before


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


def test_of_two_stale_looks_the_second_changes_nothing(ready) -> None:
    looks = [ready()]
    looks.append(Case.objects.get())
    hand_on(looks[0], "young-people", "age")
    before = everything()
    with pytest.raises(NotNow):
        hand_on(looks[1])
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_it_on_at_once_one_does(ready) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("its transactions begin one after the other; a stale look is tried above")
    case, came = ready(), []
    start = threading.Barrier(2)

    def press(to: str) -> None:
        try:
            start.wait(10)
            hand_on(case, to)
            came.append(to)
        except NotNow:
            came.append("")
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[to]) for to in ("high-risk", "young-people")]
    for one in presses:
        one.start()
    for one in presses:
        one.join(30)
    there = Case.objects.get()
    assert sorted(came) == sorted(["", there.queue])
    assert Referral.objects.get().queue.slug == there.queue
    assert CaseEvent.objects.filter(what="hand-on").count() == 1
    assert not +reconciliation.compare(now=NOW)
    assert Inbox().holds([there.reference]) == {there.reference: there.digest}


def test_a_team_without_a_lead_is_named_before_a_letter_for_leads_goes_there(keys, send, person) -> None:
    lead = person("lena", provider="lead", young_people="lead")
    for leads_only in (True, False):
        case = send(version=2, leads_only=leads_only)
        reading.read(case, user=lead, now=later())
        page = come_in(lead).get(f"/desk/{case.reference}/hand-on/").content.decode()
        assert (f"High-risk team {forms.NO_LEAD}" in page) == leads_only
        assert f"advocate {forms.NO_LEAD}" not in page
