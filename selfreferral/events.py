"""What happened to a referral, line by line, each chained to the one before by its hash."""

import hashlib
import json
from datetime import UTC, datetime

from selfreferral.models import Event


def append(reference: str, what: str, *, by: str, now: datetime) -> Event:
    """One more line about `reference`, in the caller's transaction.

    Two writers at the same moment cannot both have the same number: one of them gets an
    IntegrityError and its whole transaction ends.
    """
    last = Event.objects.filter(reference=reference).order_by("-number").first()
    event = Event(
        reference=reference,
        number=last.number + 1 if last else 1,
        what=what,
        at=now,
        by=by,
        previous_hash=last.hash if last else "",
    )
    event.hash = line_hash(event)
    event.save(force_insert=True)
    return event


def line_hash(event: Event) -> str:
    """SHA-256 over everything in the line, in hex."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = [event.previous_hash, event.reference, event.number, event.what, at, event.by]
    return hashlib.sha256(json.dumps(line).encode()).hexdigest()


def first_broken(reference: str) -> int | None:
    """The number of the first line that was changed, moved or taken out; None when the chain holds."""
    previous = ""
    for number, event in enumerate(Event.objects.filter(reference=reference).order_by("number"), start=1):
        if (event.number, event.previous_hash, event.hash) != (number, previous, line_hash(event)):
            return number
        previous = event.hash
    return None
