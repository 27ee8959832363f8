"""What a person may decide about a case. Each is declared once, in DECISIONS.

From the declaration follow its address, its button, its form, who may press it, and its row on the
record. `tests/triage/test_decisions.py` walks the list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from triage import access, codes, events, forms, handing_on, outcomes, reading, telling
from triage.acts import Act, NotNow
from triage.models import Case, CaseEvent, Outcome

__all__ = ["BY_SLUG", "DECISIONS", "Act", "Decision", "NotNow", "check", "decide", "open_to"]
REOPENS = timedelta(days=30)  # after that, only for a lead
AUDITOR = "Your role sees what was done and decides nothing."
LEADS_ONLY = "Only a lead may decide about this one. Tell your lead now."
CLOSED = "It is closed."
SINCE = "Something was done with it since you looked."


@dataclass(frozen=True)
class Decision:
    """`slug` is its address and its name on the record; `label` stands on the button.

    `why_not` says in plain words why this person may not do it now; empty when they may. `apply`
    changes the case, which is locked and saved around it, and returns codes for the record
    (triage/codes.py), never words that somebody wrote. It may still raise NotNow.
    """

    slug: str
    label: str
    why_not: Callable[[Act], str]
    apply: Callable[[Act, dict[str, Any]], str]
    form: type[forms.DecisionForm] = forms.DecisionForm
    stays: bool = True  # on the case afterwards; else back to the list
    says: str = ""  # above the form: what follows from it
    opens: bool = False  # its page shows something of the letter, so that goes on the record first
    press: str = ""  # on the form's button, where the label would not say that it is done now

    @property
    def asks(self) -> bool:
        """Whether it has a page with a form, or is done by one press."""
        return self.form is not forms.DecisionForm


def not_to_claim(act: Act) -> str:
    """Nobody has it yet; or a lead takes it over from somebody who is away."""
    if act.is_closed:
        return CLOSED
    if act.holds_it:
        return "You have it already."
    return "" if act.is_free or act.is_lead else f"{act.holder} has it."


def claim(act: Act, answers: dict[str, Any]) -> str:
    taken_over = not act.is_free
    act.case.claimed_by, act.case.claimed_at = act.user, act.now
    return "taken over" if taken_over else ""


def not_to_release(act: Act) -> str:
    if act.is_closed:
        return CLOSED
    if act.is_free:
        return "Nobody has it."
    return "" if act.holds_it or act.is_lead else f"{act.holder} has it."


def release(act: Act, answers: dict[str, Any]) -> str:
    by = "" if act.holds_it else "by lead"
    act.case.claimed_by = act.case.claimed_at = None
    return by


def not_to_work(act: Act) -> str:
    """Somebody has read it, and who has it (or a lead) says what was done."""
    if act.is_closed:
        return CLOSED
    if act.case.state != Case.State.OPENED:
        return "Nobody has opened it yet."
    if act.holds_it or act.is_lead:
        return ""
    return "Nobody has taken it on yet." if act.is_free else f"{act.holder} has it."


def tried(act: Act, answers: dict[str, Any]) -> str:
    return codes.detail(minute(answers["when"]), answers["way"], answers["result"])


def reached(act: Act, answers: dict[str, Any]) -> str:
    return minute(answers["when"])


def refer(act: Act, answers: dict[str, Any]) -> str:
    return codes.detail(answers["agency"], day(answers["day"]))


def close(act: Act, answers: dict[str, Any]) -> str:
    act.case.state, act.case.closed_at = Case.State.CLOSED, act.now
    act.case.outcome = answers["outcome"]
    return act.case.outcome


def withdraw(act: Act, answers: dict[str, Any]) -> str:
    close(act, {"outcome": Outcome.WITHDRAWN})
    return day(answers["day"])


def not_to_reopen(act: Act) -> str:
    if not act.is_closed or act.case.closed_at is None:
        return "It is not closed."
    if not act.case.sealed:
        return "What the person wrote has been deleted."
    if telling.is_elsewhere(act.case):
        return "It was handed on to a team that is not at this desk."
    if act.is_lead or (act.holds_it and act.now - act.case.closed_at <= REOPENS):
        return ""
    return "Only a lead may open it again now."


def reopen(act: Act, answers: dict[str, Any]) -> str:
    act.case.state, act.case.closed_at, act.case.outcome = Case.State.OPENED, None, ""
    return ""


def not_to_hand_on(act: Act) -> str:
    return not_to_work(act) or handing_on.why_not(act.case)


DECISIONS = (
    Decision("claim", "I am taking this on", not_to_claim, claim),
    Decision("tried", "I tried to reach them", not_to_work, tried, forms.TriedForm, press="Put it on record"),
    Decision(
        "reached",
        "I am in contact with them",
        not_to_work,
        reached,
        forms.ReachedForm,
        says="When did you first speak, or hear from them?",
        press="Put it on record",
    ),
    Decision(
        "refer",
        "Refer to MARAC, MASH or adult safeguarding",
        not_to_work,
        refer,
        forms.ReferForm,
        says="This records that you made the referral. It sends nothing: make the referral itself first.",
        press="Put it on record",
    ),
    Decision(
        "hand-on",
        "Hand on to another team",
        not_to_hand_on,
        handing_on.hand_on,
        forms.HandOnForm,
        stays=False,  # its page would open it again, and nobody at the new queue has seen it
        says="All that they told us goes along, and what was done. The person is not asked again. "
        "Unless you work there too, you will not see it any more.",
        press="Hand it on",
    ),
    Decision(
        "outcome",
        "Tell the professional the outcome",
        outcomes.why_not,
        outcomes.tell,
        forms.OutcomeForm,
        says="They asked to hear it. A mail that says nothing about anybody brings them a link that opens "
        "once. It goes out within a minute. Never use it to write to the person.",
        opens=True,
        press="Mail them the link",
    ),
    Decision("release", "Give it back to the team", not_to_release, release),
    Decision(
        "withdrawn",
        "They asked us to stop",
        not_to_work,
        withdraw,
        forms.WithdrawnForm,
        stays=False,
        says="This closes the request.",
        press="Close it at their request",
    ),
    Decision("close", "Close this request", not_to_work, close, forms.CloseForm, stays=False),
    Decision("reopen", "Open this request again", not_to_reopen, reopen),
)
BY_SLUG = {decision.slug: decision for decision in DECISIONS}


def open_to(user: Any, case: Case, *, now: datetime) -> list[Decision]:
    """What this person may decide about this case now, in the order of the declaration."""
    act = Act(case, user, access.role_at(user, case), now)
    if act.role not in access.READERS:
        return []
    return [decision for decision in DECISIONS if not decision.why_not(act)]


def check(decision: Decision, case: Case, *, user: Any, now: datetime) -> Act:
    """Raises NotNow, which also goes on the record; so does what `decide` refuses."""
    try:
        return _checked(decision, case, user, now)
    except NotNow:
        refused(decision, case, user=user, now=now)
        raise


def _checked(decision: Decision, case: Case, user: Any, now: datetime) -> Act:
    act = Act(case, user, access.role_at(user, case), now)
    if act.role not in access.READERS:
        raise NotNow(AUDITOR)
    if why := decision.why_not(act):
        raise NotNow(why)
    if not act.is_lead and reading.is_for_leads(case):
        raise NotNow(LEADS_ONLY)
    return act


def decide(
    decision: Decision,
    case: Case,
    *,
    user: Any,
    answers: dict[str, Any],
    now: datetime,
    seen: int | None = None,
) -> Case:
    """Do it and put it on the record, or neither. `answers` is the form's cleaned data.

    `seen` is the last change that the person had before them (`events.last_change`). Of two people
    who press at once, or of two presses, the second gets `NotNow`.
    """
    try:
        with transaction.atomic():
            row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
            act = _checked(decision, row, user, now)
            if seen is not None and seen != events.last_change(row.reference):
                raise NotNow(SINCE)
            detail = decision.apply(act, answers)
            row.save()
            who = user.get_username()
            events.write(decision.slug, now=now, reference=row.reference, by=who, detail=detail)
            telling.tell(row, now=now)
    except NotNow:
        refused(decision, case, user=user, now=now)
        raise
    return row


def refused(decision: Decision, case: Case, *, user: Any, now: datetime) -> None:
    what, who = CaseEvent.What.REFUSED, user.get_username()
    events.write(what, now=now, reference=case.reference, by=who, detail=decision.slug)


def minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def day(at: Any) -> str:
    return f"{at:%Y-%m-%d}"
