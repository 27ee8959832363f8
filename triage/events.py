"""Adds to the desk's record and checks that nobody else did."""

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from selfreferral import guards
from triage.models import CaseEvent, RecordHead

ONLY_HEAD = 1
logger = logging.getLogger("triage.events")
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


@transaction.atomic
def forget(*, before: int, now: datetime, by: str) -> int:
    """Removes the lines before number `before`; how many. A line of the same chain says up to where and
    with which hash (What.FORGOTTEN), so that whoever removes one more, or changes that line, is found out.
    From a record that is not whole nothing is removed: it says what was done to it.
    """
    if first_fault() is not None:
        logger.error("The desk's record is not whole, so nothing is deleted from it")
        return 0
    last = CaseEvent.objects.filter(number__lt=before).order_by("-number").first()
    if last is None:
        return 0
    write(What.FORGOTTEN, now=now, by=by, detail=f"{last.number} {last.hash}")
    gone = CaseEvent.objects.filter(number__lte=last.number)
    with guards.removing():
        return gone._raw_delete(gone.db)


def end() -> int:
    """One more than the number of the last line."""
    head = RecordHead.objects.filter(pk=ONLY_HEAD).first()
    return (head.number if head else 0) + 1


def beginning() -> tuple[int, str]:
    """Number and hash of the last line that was removed, as the latest FORGOTTEN says; 0, "" of none."""
    said = CaseEvent.objects.filter(what=What.FORGOTTEN).order_by("-number").first()
    number, _space, last_hash = said.detail.partition(" ") if said else ("0", "", "")
    return (int(number) if number.isdecimal() else 0), last_hash


def first_fault() -> int | None:
    """The number of the first row that was changed, removed or added by hand; None when all is well."""
    number, previous = beginning()
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
