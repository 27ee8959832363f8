"""The desk forgets what the outbox forgets: letters, then when and how, then the lines about them.

The row of a case is never deleted: with its reference and digest it keeps an outbox that was
restored from an old backup from bringing the letter back (docs/decisions/comparing-and-forgetting.md).
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from triage import events
from triage.models import Case, CaseEvent

BY = "purge"


def purge(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many letters went. The case, its times, its outcome and its record stay."""
    longest = now - settings.RETENTION["closed_case"]
    old = Case.objects.closed().filter(closed_at__lte=longest).exclude(sealed=b"")
    if dry_run:
        return old.count()
    return sum(_forget(reference, now=now) for reference in list(old.values_list("reference", flat=True)))


@transaction.atomic
def _forget(reference: str, *, now: datetime) -> int:
    there = Case.objects.closed().filter(reference=reference).exclude(sealed=b"")
    went = there.update(sealed=b"", age_band="", area_code="")
    if went:
        events.write(CaseEvent.What.PURGED, now=now, reference=reference, by=BY)
    return went


def thin(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many purged cases lost all but reference, digest, team and year."""
    longest = now - settings.RETENTION["closed_case"] - settings.RETENTION["tombstone"]
    old = Case.objects.purged().filter(closed_at__lte=longest).exclude(urgency="")
    if dry_run:
        return old.count()
    return sum(_thin(case) for case in list(old.only("pk", "closed_at")))


def _thin(case: Case) -> int:
    if case.closed_at is None:
        return 0
    year = case.closed_at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    times = dict.fromkeys(("sent_at", "received_at", "due_at", "opened_at", "closed_at"), year)
    return (
        Case.objects.purged()
        .filter(pk=case.pk)
        .update(urgency="", outcome="", claimed_by=None, claimed_at=None, **times)
    )


def forget_lines(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many lines went from the beginning of the record.

    Up to the first that is too young, or about a case whose letter is kept: a chain has no holes.
    """
    young = CaseEvent.objects.filter(at__gt=now - settings.RETENTION["record"])
    kept = CaseEvent.objects.filter(reference__in=Case.objects.not_purged().values("reference"))
    firsts = [rows.order_by("number").values_list("number", flat=True).first() for rows in (young, kept)]
    stays = min(filter(None, firsts), default=events.end())
    gone = CaseEvent.objects.filter(number__lt=stays)
    return gone.count() if dry_run else events.forget(before=stays, now=now, by=BY)
