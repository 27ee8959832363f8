"""The outcome for a professional who asked for it: who may tell it, and what the record says came of it.

The mail, the link and its page are the form's room's (selfreferral/outcomes.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from selfreferral import outcomes
from selfreferral.models import OutcomeLink, Queue
from triage import codes, events, listing, reading
from triage.acts import Act
from triage.contact_details import emails_in
from triage.models import Case, CaseEvent
from triage.reading import Letter
from triage.repeats import NOT_THEIRS

State, What = OutcomeLink.State, CaseEvent.What
BY = "delivery"
NOBODY_ASKED = "Nobody asked to hear the outcome by email."
SHUT = "It could not be opened, so nobody knows whom to tell."
KEPT_OUT = "What is about this team stays out of the council’s mail. Ring the professional instead."
NOTED = {
    State.SENT: What.OUTCOME_SENT,
    State.READ: What.OUTCOME_READ,
    State.REFUSED: What.OUTCOME_REFUSED,
    State.EXPIRED: What.OUTCOME_EXPIRED,
}


@dataclass(frozen=True)
class Line:
    words: str
    failed: bool = False


def why_not(act: Act) -> str:
    """Who has it, or a lead; also once it is closed, as that is an outcome, too."""
    if act.case.state == Case.State.RECEIVED:
        return "Nobody has opened it yet."
    if not act.case.sealed:
        return "What the person wrote has been deleted."
    if not (act.holds_it or act.is_lead):
        return "Nobody has taken it on yet." if act.is_free else f"{act.holder} has it."
    try:
        letter = reading.unseal(act.case)
    except reading.Unreadable:
        return SHUT
    if letter.leads_only and not act.is_lead:
        return ""  # refused as for leads only, and for nothing that stands in the letter
    if not letter.outcome_email:
        return NOBODY_ASKED
    if Queue.objects.filter(slug=act.case.queue, own_escrow=True).exists():
        return KEPT_OUT
    return ""


def tell(act: Act, answers: dict[str, Any]) -> str:
    """To be mailed once this is committed. `answers`: outcome, address."""
    letter, address = reading.unseal(act.case), answers["address"]
    outcomes.order(
        act.case.reference,
        answers["outcome"],
        address=address,
        own_reference=letter.own_reference,
        now=act.now,
    )
    corrected = "" if address.casefold() == letter.outcome_email.casefold() else "corrected"
    return codes.detail(f"{codes.TOLD}{answers['outcome']}", corrected)


def addresses_of_the_person(letter: Letter) -> set[str]:
    """Every email address among the rules for contact, but the professional's own."""
    lines = (line for part in letter.safe_contact for line in part.lines if line.question != NOT_THEIRS)
    return {email for line in lines for email in emails_in(line.answer)}


def of_case(reference: str, *, now: datetime) -> list[Line]:
    """How far each one is. Nothing counts as sent before a mail server took it."""
    rows = OutcomeLink.objects.filter(reference=reference).exclude(state=State.READ).order_by("created_at")
    return [Line(in_words(row, now), row.state != State.SENT and row.attempts > 0) for row in rows]


def in_words(row: OutcomeLink, now: datetime) -> str:
    told = listing.moment(row.created_at, now)
    if row.state == State.SENT:
        until = listing.moment(row.expires_at, now)
        return (
            f"Outcome, told {told}: the mail went out. Nobody has read it yet; the link works until {until}."
        )
    if row.state == State.REFUSED:
        why = "The mail server refused the address. Check it and tell it again."
        return f"Outcome, told {told}: nothing was sent. {why}"
    if never_mailed(row):
        return f"Outcome, told {told}: it was never mailed, and is not tried any more. Tell it another way."
    if row.state == State.EXPIRED:
        return f"Outcome, told {told}: nobody read it in time, and the link does not open any more."
    tries = f" It was tried {row.attempts} time{'s' if row.attempts > 1 else ''}." if row.attempts else ""
    return f"Outcome, told {told}: the mail has not gone out yet.{tries} It is tried again every few minutes."


def never_mailed(row: OutcomeLink) -> bool:
    return row.state == State.EXPIRED and row.sent_at is None


def catch_up(*, now: datetime) -> int:
    """REFERRAL_ROUNDS: puts on the desk's record what came of it since. How many lines."""
    rows = OutcomeLink.objects.exclude(state=State.WAITING).exclude(state=F("noted"))
    return sum(note(row, now=now) for row in rows)


@transaction.atomic
def note(row: OutcomeLink, *, now: datetime) -> bool:
    state = State(row.state)
    mine = OutcomeLink.objects.filter(pk=row.pk, noted=row.noted).update(noted=state)
    if mine and row.sent_at and row.noted == State.WAITING and state != State.SENT:
        events.write(What.OUTCOME_SENT, now=now, reference=row.reference, by=BY)
    if mine:
        what = What.OUTCOME_UNSENT if never_mailed(row) else NOTED[state]
        events.write(what, now=now, reference=row.reference, by=BY)
    return bool(mine)
