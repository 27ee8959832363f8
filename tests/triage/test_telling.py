"""The outbox learns that a letter was opened and closed, at once or at the next round."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError

from selfreferral import events as outbox_events
from selfreferral.management.commands import deliver_referrals
from selfreferral.models import Queue, Referral
from tests.triage.conftest import SENT, later
from triage import decisions, reading, telling
from triage.models import Case

pytestmark = pytest.mark.django_db


def outbox_row(case: Case, state: str) -> Referral:
    queue, _made = Queue.objects.get_or_create(slug=case.queue, defaults={"name": case.queue})
    return Referral.objects.create(
        reference=case.reference,
        journey=uuid.uuid4(),
        queue=queue,
        urgency=case.urgency,
        sealed=b"x",
        digest=case.digest,
        state=state,
        created_at=SENT,
    )


def told(row: Referral) -> list[str]:
    row.refresh_from_db()
    whats = outbox_events.Event.objects.filter(reference=row.reference).order_by("number")
    return [row.state, *whats.values_list("what", flat=True)]


def test_opening_and_closing_are_told_once(send, worker: Any) -> None:
    case = send()
    row = outbox_row(case, "received")
    reading.read(case, user=worker, now=later(minutes=1))
    reading.read(case, user=worker, now=later(minutes=2))
    assert told(row) == ["opened", "opened"]
    for slug, answers in (("claim", {}), ("close", {"outcome": "supported"})):
        decisions.decide(decisions.BY_SLUG[slug], case, user=worker, answers=answers, now=later(minutes=3))
    assert told(row) == ["closed", "opened", "closed"]
    assert outbox_events.first_broken(row.reference) is None


def test_what_is_opened_before_its_receipt_is_recorded_catches_up(send, worker) -> None:
    case = send()
    row = outbox_row(case, "leased")
    reading.read(case, user=worker, now=later(minutes=1))
    assert told(row) == ["leased"]  # the worker holds it; only the worker may write
    Referral.objects.update(state="received")
    deliver_referrals.ask_receivers()
    assert told(row) == ["opened", "opened"]
    assert telling.catch_up(now=later(minutes=9)) == 0


def test_nothing_goes_back(send, worker) -> None:
    case = send()
    rows = [outbox_row(case, "purged")]
    reading.read(case, user=worker, now=later(minutes=1))
    assert told(rows[0]) == ["purged"] and telling.catch_up(now=later(minutes=2)) == 0


def test_an_outbox_that_is_being_written_to_does_not_keep_a_case_shut(send, worker, monkeypatch) -> None:
    case = send()
    row = outbox_row(case, "received")

    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError("event_once")

    with monkeypatch.context() as busy:
        busy.setattr("triage.telling.events.append", fail)
        reading.read(case, user=worker, now=later(minutes=1))
    case.refresh_from_db()
    assert case.state == "opened" and told(row) == ["received"]
    assert telling.catch_up(now=later(minutes=2)) == 1 and told(row) == ["opened", "opened"]


def test_a_desk_without_an_outbox_works(send, worker) -> None:
    case = send()
    assert reading.read(case, user=worker, now=later()).parts
    assert not Referral.objects.exists()
