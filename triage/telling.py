"""Tells the outbox how far its letters have come, so that nothing counts as unseen that was seen.

A row of the outbox that has gone to another queue is that queue's: nothing here speaks for it.

The desk keeps working where there is no outbox in this database: then there is nobody to tell.
"""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from selfreferral import events
from selfreferral.models import Referral
from triage.models import Case

logger = logging.getLogger("triage.telling")
BY = "triage desk"
AT_ONCE = 200
State = Referral.State
# From which states of the outbox the case's own state moves it on, and what the outbox then writes down.
MOVES = {
    Case.State.OPENED: {State.RECEIVED: "opened", State.CLOSED: "reopened"},
    Case.State.CLOSED: {State.RECEIVED: "closed", State.OPENED: "closed"},
}


def tell(case: Case, *, now: datetime) -> bool:
    """Move the outbox's row on to the case's own state; whether it moved.

    A letter whose receipt the worker has not recorded yet is left to `catch_up`: the row is
    under lease, and only the worker may write to it.
    """
    ours = Referral.objects.filter(reference=case.reference, queue__slug=case.queue)
    for earlier, what in MOVES.get(Case.State(case.state), {}).items():
        try:
            with transaction.atomic():
                if ours.filter(state=earlier).update(state=case.state):
                    events.append(case.reference, what, by=BY, now=now)
                    return True
        except IntegrityError:
            logger.warning("The outbox was being written to; it is told at the next round")
            return False
    return False


def catch_up(*, now: datetime) -> int:
    """Tell whatever could not be told when it happened. How many moved."""
    references: set[str] = set()
    for state, earlier in MOVES.items():
        here = Case.objects.filter(
            reference=OuterRef("reference"), queue=OuterRef("queue__slug"), state=state
        )
        behind = Referral.objects.filter(Exists(here), state__in=list(earlier))
        references.update(behind.values_list("reference", flat=True)[:AT_ONCE])
    return sum(tell(case, now=now) for case in Case.objects.filter(reference__in=references).defer("sealed"))


def is_elsewhere(case: Case) -> bool:
    """Whether the outbox has sent the letter on to a queue that is not the case's."""
    return Referral.objects.filter(reference=case.reference).exclude(queue__slug=case.queue).exists()
