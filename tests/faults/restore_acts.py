"""Backups of one side, in forks: taken as text, and put back over whatever has happened since."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import connection, models, transaction
from django.utils import timezone

from selfreferral import reconciliation
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Event, Referral
from triage.models import Case

# From what points to what is pointed at; queues and their keys are no part of what is restored.
OUTBOX = ["DraftPart", "Draft", "Event", "Referral", "Heartbeat", "DailyCount", "Comparison"]
DESK = ["Case", "CaseEvent", "RecordHead"]
SIDES = {"selfreferral": OUTBOX, "triage": DESK}


def tables(side: str) -> list[type[models.Model]]:
    return [apps.get_model(side, name) for name in SIDES[side]]


def backup(side: str) -> Iterator[Any]:
    rows = [row for model in reversed(tables(side)) for row in model._default_manager.order_by("pk")]
    yield serializers.serialize("xml", rows)  # JSON would round the times, and break the record


def restore(side: str, text: str) -> Iterator[Any]:
    """Everything of this side is again as it was when `text` was taken."""
    with transaction.atomic(), connection.cursor() as cursor, unguarded(cursor, side):
        for model in tables(side):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        for row in serializers.deserialize("xml", text):
            row.save()
    yield "restored"


@contextmanager
def unguarded(cursor: Any, side: str) -> Iterator[None]:
    """Without the guards in the database, as whoever puts a backup back does."""
    names = [model._meta.db_table for model in tables(side)]
    if connection.vendor == "postgresql":
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked bars the next line
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        return
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    guards = [(name, sql) for name, sql, table in cursor.fetchall() if table in names]
    for name, _ in guards:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _, sql in guards:
        cursor.execute(sql)


def deliver_some(number: int) -> Iterator[Any]:
    """The letters that were sent first, and no more."""
    later = Referral.objects.order_by("pk")[number:].values_list("pk", flat=True)
    Referral.objects.filter(pk__in=list(later)).update(next_attempt_at=None)
    yield drain()
    Referral.objects.filter(next_attempt_at=None, state="ready").update(next_attempt_at=timezone.now())


def compare() -> Iterator[Any]:
    """What the daily comparison finds, and whose references it has put on record by now."""
    found = reconciliation.compare(now=timezone.now())
    named = Event.objects.filter(what__in=reconciliation.DIFFERENCES).values_list("reference", flat=True)
    yield {what: number for what, number in found.items() if number}
    yield sorted(set(named))


def close(reference: str) -> Iterator[Any]:
    """Answered and closed at the desk, and the outbox knows."""
    now = timezone.now()
    Case.objects.filter(reference=reference).update(state="closed", opened_at=now, closed_at=now)
    yield Referral.objects.filter(reference=reference).update(state="closed")
