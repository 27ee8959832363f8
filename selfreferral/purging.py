"""What the outbox forgets: the letter, later when and how it went, later the lines about it.

Reference and digest stay for good, so that nobody can bring the letter back unnoticed. What nobody
received, opened or closed is never purged, however old it is.
"""

import logging
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.module_loading import import_string

from selfreferral import events, turns, wiping
from selfreferral.models import Event, Referral

AT_ONCE = 200
WHAT = BY = "purge"
State = Referral.State
logger = logging.getLogger("selfreferral.purging")


def daily(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: once a day, by one of the workers."""
    turns.daily(WHAT, lambda: everywhere(now=now))


def everywhere(*, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """How many of each went, or would go, by the names of REFERRAL_PURGES. One that fails keeps none of
    the others from its turn, and is raised at the end, so that the day does not count as done."""
    gone: dict[str, int] = {}
    problems = []
    for name, path in settings.REFERRAL_PURGES.items():
        try:
            gone[name] = import_string(path)(now=now, dry_run=dry_run)
        except Exception as problem:
            logger.exception("Something that is old enough could not be deleted; the others are")
            problems.append(problem)
    if any(gone.values()) and not dry_run:
        wiping.wipe()
    if problems:
        raise problems[0]
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
        went = closed.update(state=State.PURGED, sealed=b"", mark="", urgency="", age_band="", area_code="")
        if went:
            events.append(reference, State.PURGED, by=BY, now=now)
    return went


def thin(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many purged letters lost all but reference, digest, team and year."""
    purged = Event.objects.filter(reference=OuterRef("reference"), what__in=[State.PURGED, events.FORGOTTEN])
    since = Subquery(purged.order_by("number").values("at")[:1])
    rows = Referral.objects.filter(state=State.PURGED, received_at__isnull=False).annotate(since=since)
    old = rows.filter(since__lte=now - settings.RETENTION["tombstone"])
    if dry_run:
        return old.count()
    return sum(_thin(pk, first_of_year(at)) for pk, at in list(old.values_list("pk", "created_at")))


def _thin(pk: int, year: datetime) -> int:
    bare = {"carrier": "", "received_at": None, "handed_on_at": None, "attempts": 0, "fence": 0}
    return Referral.objects.filter(pk=pk, state=State.PURGED).update(
        journey=uuid.uuid4(), created_at=year, **bare
    )


def first_of_year(moment: datetime) -> datetime:
    return moment.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def forget_lines(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many lines went, of letters that are purged. What is kept keeps its record."""
    lines = Event.objects.filter(reference=OuterRef("reference")).order_by("-number")
    last = Referral.objects.filter(state=State.PURGED).annotate(
        last_at=Subquery(lines.values("at")[:1]), last_what=Subquery(lines.values("what")[:1])
    )
    old = last.filter(last_at__lte=now - settings.RETENTION["record"]).exclude(last_what=events.FORGOTTEN)
    references = old.values_list("reference", flat=True)
    if dry_run:
        return Event.objects.filter(reference__in=references).count()
    return sum(events.forget(reference, now=now, by=BY) for reference in list(references))
