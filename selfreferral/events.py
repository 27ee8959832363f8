"""What happened to a referral, line by line, each chained to the one before by its hash."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef

from selfreferral.models import Event, Referral


def append(reference: str, what: str, *, by: str, now: datetime, first: bool = False) -> Event:
    """One more line about `reference`, in the caller's transaction. Nobody looks for an earlier one
    where the caller says that it is the first.

    Two writers at the same moment cannot both have the same number: one of them gets an
    IntegrityError and its whole transaction ends.
    """
    last = None if first else Event.objects.filter(reference=reference).order_by("-number").first()
    event = Event(
        reference=reference,
        number=last.number + 1 if last else 1,
        what=what,
        at=now,
        by=by,
        previous_hash=last.hash if last else "",
    )
    event.hash = line_hash(event)
    # The letter's row before its line, as everybody else does, so that no two wait for each other.
    Referral.objects.filter(reference=reference).update(head=event.hash)
    event.save(force_insert=True)
    return event


def line_hash(event: Event) -> str:
    """SHA-256 over everything in the line, in hex."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = [event.previous_hash, event.reference, event.number, event.what, at, event.by]
    return hashlib.sha256(json.dumps(line).encode()).hexdigest()


def first_broken(reference: str) -> int | None:
    """The number of the first line that was changed, moved or taken out; None when the chain holds."""
    return _first_broken(Event.objects.filter(reference=reference).order_by("number"))


def _first_broken(lines: Iterable[Event]) -> int | None:
    previous = ""
    for number, event in enumerate(lines, start=1):
        if (event.number, event.previous_hash, event.hash) != (number, previous, line_hash(event)):
            return number
        previous = event.hash
    return None


def broken() -> int:
    """REFERRAL_RECORDS: of how many referrals the chain does not hold; a letter without a line is one."""
    lines = Event.objects.order_by("reference", "number").iterator()
    chains = [_first_broken(chain) for _reference, chain in groupby(lines, key=attrgetter("reference"))]
    without = ~Exists(Event.objects.filter(reference=OuterRef("reference")))
    return len(chains) - chains.count(None) + Referral.objects.filter(without).count()
