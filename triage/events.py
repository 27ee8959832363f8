"""Adds to the desk's record and checks that nobody else did."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from triage.models import CaseEvent, RecordHead

ONLY_HEAD = 1
What = CaseEvent.What
# Rows that change nothing about a case: whoever looked, or was sent away.
LOOKS = (What.OPENING, What.UNREADABLE, What.REFUSED, What.REPEATS, What.PRINTED)


@transaction.atomic
def write(what: str, *, now: datetime, reference: str = "", by: str = "", detail: str = "") -> CaseEvent:
    """One more row at the end of the chain. Raises when it cannot be written: then nothing happened."""
    RecordHead.objects.get_or_create(pk=ONLY_HEAD)
    head = RecordHead.objects.select_for_update().get(pk=ONLY_HEAD)
    event = CaseEvent(
        number=head.number + 1,
        what=what,
        reference=reference,
        by=by,
        at=now,
        detail=detail,
        previous_hash=head.hash,
    )
    event.hash = digest(event)
    event.save()
    head.number, head.hash = event.number, event.hash
    head.save()
    return event


def digest(event: CaseEvent) -> str:
    """SHA-256, in hex, over every column of the row but the hash itself."""
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    columns: list[Any] = [event.number, event.what, event.reference, event.by, moment, event.detail]
    return hashlib.sha256(json.dumps([*columns, event.previous_hash]).encode()).hexdigest()


def first_fault() -> int | None:
    """The number of the first row that was changed, removed or added by hand; None when all is well."""
    number, previous = 0, ""
    for event in CaseEvent.objects.order_by("number").iterator():
        number += 1
        if event.number != number or event.previous_hash != previous or event.hash != digest(event):
            return number
        previous = event.hash
    head = RecordHead.objects.filter(pk=ONLY_HEAD).first()
    if head and (head.number, head.hash) != (number, previous):
        return number + 1
    return None


def faults() -> int:
    """REFERRAL_RECORDS: 1 when the record is not whole, else 0."""
    return 0 if first_fault() is None else 1


def of_case(reference: str) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(reference=reference).order_by("number"))


def last_change(reference: str) -> int:
    """The number of the last row that changed the case; 0 when there is none."""
    changes = CaseEvent.objects.filter(reference=reference).exclude(what__in=LOOKS)
    return changes.order_by("-number").values_list("number", flat=True).first() or 0
