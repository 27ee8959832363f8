"""Whether this person may have asked before: a hint for who reads the letter, and never a decision.

Compared are the ways to reach somebody, and the person who harms by name and date of birth, opened from
the sealed letters each time and kept nowhere (docs/decisions/repeats.md).
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from selfreferral.contact import TheirContactForm
from selfreferral.questions import BY_SLUG
from triage import access, events, reading
from triage.contact_details import dates_in, emails_in, folded, numbers_in
from triage.models import Case, CaseEvent
from triage.reading import Letter

MOST, BACK = 200, timedelta(days=365)
SECONDS = 1.0
AT_ONCE = 20
# A professional's own way: it is the same in every letter that they send.
NOT_THEIRS = str(TheirContactForm.base_fields["me_reach"].label)
PHONE, EMAIL = "the same phone number", "the same email address"
HARMS = "the same person who harms, by name and date of birth"
HARMING = BY_SLUG["harming"].form.base_fields
NAME, BORN = str(HARMING["name"].label), str(HARMING["born"].label)


@dataclass(frozen=True)
class Repeat:
    """Another case that somebody may have sent before or since. `same`: what is the same, in words."""

    case: Case
    same: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """`whole` is false when there was no time for all; `number` were compared."""

    found: tuple[Repeat, ...] = ()
    number: int = 0
    whole: bool = True


def find(case: Case, letter: Letter, *, user: Any, now: datetime) -> Looked:
    """Cases that this person may open and that hold a way of contact of `letter`, newest first.

    `letter` is what they have just opened. That the others are opened to be compared is on the
    record first, once; nobody has seen them, so none counts as opened. A letter for leads is found
    by leads of its queue only, and one that cannot be opened by nobody.
    """
    mine = ways(letter)
    if not mine:
        return Looked()
    events.write(CaseEvent.What.REPEATS, now=now, reference=case.reference, by=user.get_username())
    roles, until = access.roles_of(user), time.monotonic() + SECONDS
    found: list[Repeat] = []
    number = 0
    for other in others(case, roles, now=now).iterator(chunk_size=AT_ONCE):
        if time.monotonic() > until:
            return Looked(tuple(found), number, whole=False)
        number += 1
        try:
            theirs = reading.unseal(other)
        except reading.Unreadable:
            continue
        if theirs.leads_only and roles[other.queue] != access.Role.LEAD:
            continue
        if same := mine.keys() & ways(theirs).keys():
            found.append(Repeat(other, tuple(sorted({mine[way] for way in same}))))
    return Looked(tuple(found), number)


def others(case: Case, roles: dict[str, str], *, now: datetime) -> Any:
    """Letters that still lie sealed in queues whose letters this person opens."""
    queues = [queue for queue, role in roles.items() if role in access.READERS]
    near = Case.objects.filter(queue__in=queues, received_at__gt=now - BACK).exclude(pk=case.pk)
    return near.exclude(sealed=b"").order_by("-received_at", "-pk")[:MOST]


def ways(letter: Letter) -> dict[str, str]:
    """Each number and address among the rules for contact, and whoever harms, in one spelling, with what
    it is."""
    answers = [
        line.answer for part in letter.safe_contact for line in part.lines if line.question != NOT_THEIRS
    ]
    numbers = {number: PHONE for answer in answers for number in numbers_in(answer)}
    emails = {email: EMAIL for answer in answers for email in emails_in(answer)}
    return numbers | emails | dict.fromkeys(who_harms(letter), HARMS)


def who_harms(letter: Letter) -> set[str]:
    """Name and date of birth in one spelling, where both are given. A name alone says little."""
    found: set[str] = set()
    for part in letter.parts:
        said = {line.question: line.answer for line in part.lines}
        if name := folded(said.get(NAME, "")):
            found.update(f"{name} {born:%Y-%m-%d}" for born in dates_in(said.get(BORN, "")))
    return found
