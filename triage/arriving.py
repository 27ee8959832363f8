"""A case as it comes to a queue of this desk from another team. Opens and seals nothing."""

from datetime import datetime

from triage import clocks
from triage.models import Case, Outcome


def arrive(case: Case, queue: str, sealed: bytes, digest: str, *, now: datetime) -> None:
    """As a new one: nobody has opened it, nobody has it, and the clock starts again. Does not save."""
    case.queue, case.sealed, case.digest = queue, sealed, digest
    case.state, case.opened_at = Case.State.RECEIVED, None
    case.claimed_by = case.claimed_at = None
    case.closed_at, case.outcome = None, ""
    case.due_at = clocks.due(now, case.urgency, queue)


def may_come_back(case: Case, queue: str) -> bool:
    """Whether it was handed on to a team elsewhere, whose letters come to this desk by now."""
    handed_on = case.state == Case.State.CLOSED and case.outcome == Outcome.HANDED_ON
    return handed_on and case.queue != queue
