"""What the triage desk keeps: who may look, sealed cases, and the record of what was done."""

from triage.models.case import Case, Outcome
from triage.models.membership import Membership
from triage.models.record import CaseEvent, RecordHead

__all__ = ["Case", "CaseEvent", "Membership", "Outcome", "RecordHead"]
