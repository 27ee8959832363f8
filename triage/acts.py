"""One person before one case: what every decision looks at before it says yes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage import access
from triage.models import Case


class NotNow(Exception):
    """The case is no longer as it was, or the act is not theirs. The message says why, in plain words."""


@dataclass(frozen=True)
class Act:
    """One person before one case, at one moment."""

    case: Case
    user: Any
    role: str
    now: datetime

    @property
    def is_lead(self) -> bool:
        return self.role == access.Role.LEAD

    @property
    def is_free(self) -> bool:
        return self.case.claimed_by_id is None

    @property
    def holds_it(self) -> bool:
        return not self.is_free and self.case.claimed_by_id == self.user.pk

    @property
    def is_closed(self) -> bool:
        return self.case.state == Case.State.CLOSED

    @property
    def holder(self) -> str:
        """Who has it, by name; empty when nobody has."""
        user = self.case.claimed_by
        return (user.get_full_name() or user.get_username()) if user else ""
