"""Once a day: is everything that was handed over really there, and is every record whole?

What the receiver has lost goes to it again; what it holds and we do not know is counted. How many
differed on a day stands in Comparison, and the alarm reads it there. Each difference is counted
once: the next day it counts only if it has come up anew.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from selfreferral import events, receipts, turns
from selfreferral.models import Comparison, Event, Referral
from selfreferral.transports import base

WHAT = "reconciliation"
MISSING, OTHER, UNKNOWN = "missing there", "another letter there", "unknown here"
DIFFERENCES = (MISSING, OTHER, UNKNOWN)
RECORD = "broken record"
AT_ONCE = 200
logger = logging.getLogger("selfreferral.reconciliation")
State = Referral.State
HANDED_OVER = (State.RECEIVED, State.OPENED, State.CLOSED)


def daily(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: once a day, by one of the workers."""
    turns.daily(WHAT, lambda: compare(now=now))


def compare(*, now: datetime) -> Counter[str]:
    """How many of each difference. One that is not over yet when it is noted ends as an alarm.

    Raises what one way of delivering raised, after the others and the record have been looked at.
    """
    found: Counter[str] = Counter({name: 0 for name in (*DIFFERENCES, RECORD)})
    failed: Exception | None = None
    for name in settings.REFERRAL_TRANSPORTS:
        try:
            transport = base.named(name)
            found += there(name, transport, now=now)
            found[UNKNOWN] += unknown(transport, now=now)
        except base.Unsupported:
            continue  # its receipts are all that we have
        except Exception as fault:
            logger.exception("What one way of delivering holds could not be compared; the others are")
            failed = fault
    found[RECORD] = sum(import_string(path)() for path in settings.REFERRAL_RECORDS)
    for name in (*DIFFERENCES, RECORD):
        Comparison.objects.update_or_create(day=now.date(), what=name, defaults={"number": found[name]})
    if failed:
        raise failed  # the day is not done: it is tried again in an hour, and missed after a day
    return found


def last_found(names: Iterable[str]) -> int:
    """How many the last comparison found, of these differences."""
    last = Comparison.objects.order_by("-day").values("day")[:1]
    return sum(Comparison.objects.filter(day=last, what__in=names).values_list("number", flat=True))


def there(name: str, transport: base.Transport, *, now: datetime) -> Counter[str]:
    """Asks for everything that was handed over and not purged, a few at a time."""
    found: Counter[str] = Counter()
    ours = Referral.objects.carried_by(name).filter(state__in=HANDED_OVER).defer("sealed")
    last = 0
    while page := list(ours.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = page[-1].pk
        held = transport.holds([referral.reference for referral in page])
        for referral in page:
            if held.get(referral.reference) != referral.digest:
                what = OTHER if referral.reference in held else MISSING
                found[what] += settle(referral, what, now=now)
    return found


def settle(referral: Referral, what: str, *, now: datetime) -> bool:
    """Puts it on record and sends it again, unless it is closed: what has ended must not come back.

    False when it was noted before, or has moved on in the meantime.
    """
    with transaction.atomic():
        as_it_was = Referral.objects.filter(pk=referral.pk, state=referral.state)
        if referral.state == State.CLOSED:
            last = Event.objects.filter(reference=referral.reference).order_by("-number").first()
            if last and last.what == what:
                return False
            changed = as_it_was.exists()
        else:
            changed = bool(
                as_it_was.update(state=State.READY, received_at=None, surprises=0, next_attempt_at=Now())
            )
        if changed:
            events.append(referral.reference, what, by=WHAT, now=now)
    return changed


def unknown(transport: base.Transport, *, now: datetime) -> int:
    """Letters that lie there and that we know nothing of: we were restored from an old backup."""
    found = 0
    for page in transport.everything():
        like_ours = {reference for reference in page if receipts.REFERENCE.fullmatch(reference)}
        if len(like_ours) < len(set(page)):
            logger.warning("A receiver names letters that cannot be ours")
        known = set(Referral.objects.filter(reference__in=like_ours).values_list("reference", flat=True))
        known |= set(
            Event.objects.filter(reference__in=like_ours, what=UNKNOWN).values_list("reference", flat=True)
        )
        for reference in like_ours - known:
            events.append(reference, UNKNOWN, by=WHAT, now=now)
            found += 1
    return found
