"""What is forgotten when a case has been closed for long enough: the letter, and all but its number.

Reference, digest and times stay, so that nobody can bring the letter back unnoticed. What nobody
received, opened or closed is never purged, however old it is.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.module_loading import import_string

from selfreferral import events, turns
from selfreferral.models import Event, Referral

AT_ONCE = 200
WHAT = BY = "purge"
State = Referral.State
logger = logging.getLogger("selfreferral.purging")


def daily(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: once a day, by one of the workers."""
    turns.daily(WHAT, lambda: everywhere(now=now))


def everywhere(*, now: datetime, dry_run: bool = False) -> int:
    """How many letters went, here and wherever REFERRAL_PURGES says; or would go."""
    gone = sum(import_string(path)(now=now, dry_run=dry_run) for path in settings.REFERRAL_PURGES)
    if gone and not dry_run:
        wipe()
    return gone


def due(*, now: datetime) -> QuerySet[Referral]:
    """Closed, by the last line about it, longer ago than RETENTION["closed_case"]."""
    closed = Event.objects.filter(reference=OuterRef("reference"), what=State.CLOSED)
    ended = Subquery(closed.order_by("-number").values("at")[:1])
    longest = now - settings.RETENTION["closed_case"]
    return Referral.objects.filter(state=State.CLOSED).annotate(ended=ended).filter(ended__lte=longest)


def purge(*, now: datetime, dry_run: bool = False) -> int:
    """How many letters went. Run again, it goes on where it was interrupted."""
    if dry_run:
        return due(now=now).count()
    gone = 0
    while references := list(due(now=now).order_by("pk").values_list("reference", flat=True)[:AT_ONCE]):
        gone += sum(_forget(reference, now=now) for reference in references)
    return gone


def _forget(reference: str, *, now: datetime) -> int:
    with transaction.atomic():
        closed = Referral.objects.filter(reference=reference, state=State.CLOSED)
        went = closed.update(state=State.PURGED, sealed=b"", urgency="", age_band="", area_code="")
        if went:
            events.append(reference, State.PURGED, by=BY, now=now)
    return went


def wipe() -> bool:
    """SQLite: out of the write-ahead log, too. Its pages are overwritten as they come free
    (secure_delete); PostgreSQL gives them to others after its next VACUUM.

    False when somebody was reading, or a transaction is open; the next checkpoint does it then.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return connection.vendor != "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _pages, _moved = cursor.fetchone()
    if busy:
        logger.warning("The write-ahead log could not be emptied now; it is at the next checkpoint")
    return not busy
