"""Opens a case for one permitted reader. Nothing else in this room can.

The row on the record is written, and stands, before a key is touched: whoever read a case is
known even if the page never reached them. What was read is never stored or logged.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from services_directory import unsealing
from triage import access, events, telling
from triage.models import Case, CaseEvent

VERSIONS = (1, 2)


class MayNotRead(Exception):
    """This person may know that the case exists, and no more."""


class LeadsOnly(MayNotRead):
    """What stands in it is for leads of the queue only, whoever has opened it before."""


class Unreadable(Exception):
    """Damaged, sealed for another key, or not the letter that belongs here. The case stays unopened."""


class Purged(Exception):
    """Its case was closed long ago, and what the person wrote has been deleted."""


@dataclass(frozen=True)
class Line:
    """`paper`: what is printed instead, where the answer holds a number or an address."""

    question: str
    answer: str
    paper: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Letter:
    """What the person wrote, in the words they saw and used.

    `notes`: what a worker must know first. `safe_contact`: a part for each person with rules of
    their own, with a title that says whose they are. `entered_by`: the worker who wrote it down from a
    call; empty for what somebody sent themselves. `outcome_email`: where a professional wants to hear the
    outcome, with `own_reference`, their own number for it; empty when nobody does.
    """

    safe_contact: tuple[Part, ...]
    why_urgent: tuple[str, ...]
    parts: tuple[Part, ...]
    kind: str = ""
    notes: tuple[str, ...] = ()
    leads_only: bool = False
    entered_by: str = ""
    outcome_email: str = ""
    own_reference: str = ""


def read(case: Case, *, user: Any, now: datetime) -> Letter:
    """The letter, after writing down who reads it. Raises MayNotRead, LeadsOnly, Purged or
    Unreadable.

    A case counts as opened once somebody could really read it, so that a case that cannot be
    opened, or not by this person, still stands among those that nobody has seen. Whether it is
    for leads only stands inside the letter and nowhere else: it would tell what it is about.
    """
    role = access.role_at(user, case)
    if role not in access.READERS:
        raise MayNotRead
    if case.state == Case.State.CLOSED and not case.sealed:
        raise Purged
    who = user.get_username()
    events.write(CaseEvent.What.OPENING, now=now, reference=case.reference, by=who)
    try:
        letter = unseal(case)
    except Unreadable:
        events.write(CaseEvent.What.UNREADABLE, now=now, reference=case.reference, by=who)
        raise
    if letter.leads_only and role != access.Role.LEAD:
        events.write(CaseEvent.What.REFUSED, now=now, reference=case.reference, by=who)
        raise LeadsOnly
    mark_opened(case, now=now)
    return letter


@transaction.atomic
def mark_opened(case: Case, *, now: datetime) -> None:
    """The first opening moves the case on; later ones change nothing."""
    # By its digest: what was handed on while it was being read has not been opened where it is now.
    as_read = Case.objects.filter(pk=case.pk, state=Case.State.RECEIVED, digest=case.digest)
    moved = as_read.update(state=Case.State.OPENED, opened_at=now)
    if moved:
        case.state, case.opened_at = Case.State.OPENED, now
        telling.tell(case, now=now)


def is_for_leads(case: Case) -> bool:
    """Opens the letter, shows it to nobody. False when it cannot be opened: then nobody reads it."""
    try:
        return unseal(case).leads_only
    except Unreadable:
        return False


def unseal(case: Case) -> Letter:
    """Raises Unreadable, whose message holds no word of the letter."""
    return letter_of(envelope_of(case))


def envelope_of(case: Case) -> dict[str, Any]:
    """The letter as it was sealed. Raises Unreadable, also for one that could not be shown."""
    sealed = bytes(case.sealed)
    if hashlib.sha256(sealed).hexdigest() != case.digest:
        raise Unreadable("The sealed bytes are not those that came.")
    try:
        plain = unsealing.open(sealed, unsealing.load(settings.TRIAGE_KEY_FILE))
        envelope = json.loads(plain)
        version, reference, queue = (envelope[name] for name in ("version", "reference", "queue"))
        letter_of(envelope)
    except (unsealing.CannotOpen, unsealing.KeyFileProblem):
        raise Unreadable("The key of this desk does not open it.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable("It is no letter that this desk knows.") from None
    if version not in VERSIONS or (reference, queue) != (case.reference, case.queue):
        # A letter that was moved under another reference must not be answered as that person's.
        raise Unreadable("It is not the letter that belongs to this case.")
    return envelope


def key_problem() -> str:
    """Why this desk could open nothing, in plain words; empty when its key file is usable."""
    try:
        unsealing.load(settings.TRIAGE_KEY_FILE)
    except unsealing.KeyFileProblem as error:
        return str(error)
    return ""


def letter_of(envelope: dict[str, Any]) -> Letter:
    """What is there is shown; a part that is missing is no reason to hide the rest.

    One member hides when it is missing: a letter since version 2 that does not say that
    everybody may read it is for leads.
    """
    first, rules = envelope.get("version") == 1, envelope.get("safe_contact") or ()
    if first and rules:  # of the one person that version 1 knew, without a title
        rules = [{"items": rules}]
    asked = envelope.get("outcome_to") or {}
    return Letter(
        safe_contact=parts_of(rules),
        why_urgent=tuple(str(why) for why in envelope.get("why_urgent") or ()),
        parts=parts_of(envelope.get("answers")),
        kind=str(envelope.get("kind") or ""),
        notes=tuple(str(note) for note in envelope.get("notes") or ()),
        leads_only=not first and envelope.get("leads_only") is not False,
        entered_by=str(envelope.get("entered_by") or ""),
        outcome_email=str(asked.get("email") or ""),
        own_reference=str(asked.get("own_reference") or ""),
    )


def parts_of(pages: Any) -> tuple[Part, ...]:
    return tuple(Part(str(page.get("title", "")), lines_of(page.get("items"))) for page in pages or ())


def lines_of(items: Any) -> tuple[Line, ...]:
    return tuple(Line(str(item.get("question", "")), words_of(item.get("answer"))) for item in items or ())


def words_of(answer: Any) -> str:
    """An answer in words; several ticks one under the other."""
    if isinstance(answer, list):
        return "\n".join(str(one) for one in answer)
    return str(answer or "")
