"""What happened to a referral, line by line, each chained to the one before by its hash.

The letter's row holds the hash of its last line, so that a line cut off at the end shows, too. Who can
write to the whole database and knows this file can make all hashes anew: only a copy elsewhere shows that.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from selfreferral import guards
from selfreferral.models import Event, Referral

logger = logging.getLogger("selfreferral.events")
FORGOTTEN = "older lines deleted"


def begin(letter: Referral, what: str, *, by: str, now: datetime) -> None:
    """Stores a new letter with the first line about it, in the caller's transaction."""
    first = _line(letter.reference, what, by=by, now=now)
    letter.head = first.hash
    letter.save(force_insert=True)
    first.save(force_insert=True)


def append(reference: str, what: str, *, by: str, now: datetime) -> Event:
    """One more line about `reference`, in the caller's transaction.

    Two writers at the same moment cannot both have the same number: one of them gets an
    IntegrityError and its whole transaction ends.
    """
    last = Event.objects.filter(reference=reference).order_by("-number").first()
    event = _line(reference, what, by=by, now=now, last=last)
    # The letter's row before its line, as everybody else does, so that no two wait for each other.
    Referral.objects.filter(reference=reference).update(head=event.hash)
    event.save(force_insert=True)
    return event


def _line(reference: str, what: str, *, by: str, now: datetime, last: Event | None = None) -> Event:
    event = Event(
        reference=reference,
        number=last.number + 1 if last else 1,
        what=what,
        at=now,
        by=by,
        previous_hash=last.hash if last else "",
    )
    event.hash = line_hash(event)
    return event


def line_hash(event: Event) -> str:
    """SHA-256 over everything in the line, in hex."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = [event.previous_hash, event.reference, event.number, event.what, at, event.by]
    return hashlib.sha256(json.dumps(line).encode()).hexdigest()


def forget(reference: str, *, now: datetime, by: str) -> int:
    """Removes the lines about `reference`; how many. One stays in their place (FORGOTTEN): the next of
    the same chain, which carries the hash of the last that went. None goes while the chain does not hold.
    """
    if first_broken(reference) is not None:
        logger.error("A record is not whole, so nothing is deleted from it")
        return 0
    with transaction.atomic(), guards.removing():
        stays = append(reference, FORGOTTEN, by=by, now=now)
        older = Event.objects.filter(reference=reference, number__lt=stays.number)
        return older._raw_delete(older.db)


def first_broken(reference: str) -> int | None:
    """The number of the first line that was changed, moved or taken out; None when the chain holds."""
    letter = Referral.objects.filter(reference=reference).values_list("state", "head").first()
    return _first_broken(Event.objects.filter(reference=reference).order_by("number"), letter)


def _first_broken(lines: Iterable[Event], letter: tuple[str, str] | None) -> int | None:
    """`letter`: state and head of its row; None of one that is not here (events outlive it)."""
    number, previous = 0, ""
    for event in lines:
        if not number and event.what == FORGOTTEN and (letter is None or letter[0] == Referral.State.PURGED):
            number, previous = event.number - 1, event.previous_hash
        number += 1
        if (event.number, event.previous_hash, event.hash) != (number, previous, line_hash(event)):
            return number
        previous = event.hash
    return number + 1 if letter is not None and letter[1] != previous else None


def broken() -> int:
    """REFERRAL_RECORDS: of how many referrals the chain does not hold; a letter without a line is one."""
    letters = {
        reference: (state, head)
        for reference, state, head in Referral.objects.values_list("reference", "state", "head").iterator()
    }
    found = 0
    for reference, chain in groupby(
        Event.objects.order_by("reference", "number").iterator(), key=attrgetter("reference")
    ):
        found += _first_broken(chain, letters.pop(reference, None)) is not None
    return found + len(letters)
