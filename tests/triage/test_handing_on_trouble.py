"""Handing on that cannot be done, that comes too late or that two do at once changes nothing by halves."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from selfreferral import delivery, reconciliation
from selfreferral import events as outbox_events
from selfreferral.models import Queue, Referral
from tests.triage import going_over
from tests.triage.conftest import SENT, come_in, later
from tests.triage.going_over import NOW, State, everything, hand_on
from triage import events, forms, reading
from triage.decisions import NotNow
from triage.models import Case, CaseEvent
from triage.transport import Inbox

pytestmark = pytest.mark.django_db
keys, ready = going_over.keys, going_over.ready


def test_a_letter_under_a_reference_that_somebody_closed_otherwise_is_refused(ready) -> None:
    case = ready()
    Case.objects.update(state="closed", closed_at=NOW, outcome="supported")
    Referral.objects.update(state="ready", next_attempt_at=SENT, queue=Queue.objects.get(slug="high-risk"))
    held = delivery.lease(now=NOW)
    assert held and not delivery.deliver(held, now=NOW)
    assert Referral.objects.get().state == "quarantined" and Case.objects.get().queue == case.queue


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
