"""What a person may decide about a case. Each is declared once, in DECISIONS.

From the declaration follow its address, its button, who may press it, and its row on the record.
`tests/triage/test_decisions.py` walks the list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from triage import access, events, telling
from triage.forms import CloseForm
from triage.models import Case


class NotNow(Exception):
    """The case is no longer as it was when the person looked at it, or the act is not theirs."""


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
    def holds_it(self) -> bool:
        return self.case.claimed_by_id is not None and self.case.claimed_by_id == self.user.pk


@dataclass(frozen=True)
class Decision:
    """`slug` is its address and its name on the record; `label` stands on the button.

    `open_to` says whether this person may do it now. `apply` changes the case, which is locked
    and saved around it, and returns a code for the record, never words that somebody wrote.
    """

    slug: str
    label: str
    open_to: Callable[[Act], bool]
    apply: Callable[[Act, dict[str, Any]], str]
    form: type[forms.Form] = forms.Form
    stays: bool = True  # on the case afterwards; else back to the list


def may_claim(act: Act) -> bool:
    """Nobody has it yet; or a lead takes it over from somebody who is away."""
    free = act.case.claimed_by_id is None
    return act.case.state != Case.State.CLOSED and not act.holds_it and (free or act.is_lead)


def claim(act: Act, answers: dict[str, Any]) -> str:
    taken_over = act.case.claimed_by is not None
    act.case.claimed_by, act.case.claimed_at = act.user, act.now
    return "taken over" if taken_over else ""


def may_close(act: Act) -> bool:
    """Somebody has read it, and who has it (or a lead) says how it ended."""
    return act.case.state == Case.State.OPENED and (act.holds_it or act.is_lead)


def close(act: Act, answers: dict[str, Any]) -> str:
    act.case.state, act.case.closed_at = Case.State.CLOSED, act.now
    act.case.outcome = answers["outcome"]
    return act.case.outcome


DECISIONS = (
    Decision("claim", "I am taking this on", may_claim, claim),
    Decision("close", "Close this request", may_close, close, CloseForm, stays=False),
)
BY_SLUG = {decision.slug: decision for decision in DECISIONS}


def open_to(user: Any, case: Case, *, now: datetime) -> list[Decision]:
    """What this person may decide about this case now, in the order of the declaration."""
    act = Act(case, user, access.role_at(user, case), now)
    return [decision for decision in DECISIONS if allowed(decision, act)]


def allowed(decision: Decision, act: Act) -> bool:
    return act.role in access.READERS and decision.open_to(act)


@transaction.atomic
def decide(decision: Decision, case: Case, *, user: Any, answers: dict[str, Any], now: datetime) -> Case:
    """Do it and put it on the record, or neither. `answers` is the form's cleaned data.

    Of two people who press at once, the second gets `NotNow`.
    """
    row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    act = Act(row, user, access.role_at(user, row), now)
    if not allowed(decision, act):
        raise NotNow
    detail = decision.apply(act, answers)
    row.save()
    events.write(decision.slug, now=now, reference=row.reference, by=user.get_username(), detail=detail)
    telling.tell(row, now=now)
    return row
