"""Tells the outbox how far its letters have come, so that nothing counts as unseen that was seen.

The desk keeps working where there is no outbox in this database: then there is nobody to tell.
"""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from selfreferral import events
from selfreferral.models import Referral
from triage.models import Case

logger = logging.getLogger("triage.telling")
BY = "triage desk"
BEHIND = Referral.State.RECEIVED, Referral.State.OPENED
AT_ONCE = 200


def tell(case: Case, *, now: datetime) -> bool:
    """Move the outbox's row on to the case's own state; whether it moved.

    A letter whose receipt the worker has not recorded yet is left to `catch_up`: the row is
    under lease, and only the worker may write to it.
    """
    earlier = {Case.State.OPENED: BEHIND[:1], Case.State.CLOSED: BEHIND}.get(Case.State(case.state), ())
    try:
        with transaction.atomic():
            behind = Referral.objects.filter(reference=case.reference, state__in=earlier)
            moved = bool(behind.update(state=case.state))
            if moved:
                events.append(case.reference, case.state, by=BY, now=now)
    except IntegrityError:
        logger.warning("The outbox was being written to; it is told at the next round")
        return False
    return moved


def catch_up(*, now: datetime) -> int:
    """Tell whatever could not be told when it happened. How many moved."""
    seen = Case.objects.exclude(state=Case.State.RECEIVED).values("reference")
    ended = Case.objects.closed().values("reference")
    behind = Referral.objects.filter(
        Q(state=Referral.State.RECEIVED, reference__in=seen)
        | Q(state=Referral.State.OPENED, reference__in=ended)
    )
    references = list(behind.values_list("reference", flat=True)[:AT_ONCE])
    return sum(tell(case, now=now) for case in Case.objects.filter(reference__in=references).defer("sealed"))
