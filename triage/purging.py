"""The desk forgets what the outbox forgets: letters of cases that were closed long ago."""

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
