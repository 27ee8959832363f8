"""Hands a case on to another queue: the letter is opened, says so, and is sealed anew for the keys there.

The person is not asked again. Letter, case and outbox change in one transaction: reconciliation
finds no difference, and the alarms count it as unopened where it is now. Nothing else in this room
seals.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format

from selfreferral import envelope, events, routing, waking
from selfreferral.models import Handover, Queue, Referral
from selfreferral.routing_problems import CHILDREN
from services_directory import sealing
from triage import access, codes, reading
from triage.acts import Act, NotNow
from triage.arriving import arrive
from triage.models import Case, Outcome

INBOX = "inbox"
BY = "triage desk"
NOWHERE = "There is no other team that may have it."
NOT_THERE = "It cannot go to that team. Nothing was changed."
SHUT = "It could not be opened, so it cannot be sealed for another team. Tell whoever runs this site now."
NO_KEYS = "That team has no keys that work. Nothing was changed. Tell whoever runs this site now."
BUSY = "It was being written to at this very moment. Nothing was changed. Please try again."
NO_OUTBOX = "That team is reached by the outbox, which is not at this desk. Nothing was changed."
LONGEST_LINE = 40  # of the outbox's events
State = Referral.State


def destinations(case: Case) -> list[Queue]:
    """The queues that may have it. Never the one it lies in.

    Own behaviour and everybody else never meet in one queue. Somebody under 16 goes to the
    children's queue only. What lies where the council's keys open nothing (`own_escrow`), because the
    person who harms works there, never comes back to where they do.
    """
    queues = {queue.slug: queue for queue in Queue.objects.filter(active=True).order_by("name")}
    here, own = queues.get(case.queue), own_behaviour()
    return [
        queue
        for slug, queue in queues.items()
        if slug != case.queue
        and (slug in own) == (case.queue in own)
        and (slug == CHILDREN or queue.own_escrow or case.age_band != routing.CHILD)
        and (queue.own_escrow or not (here and here.own_escrow))
    ]


def own_behaviour() -> Collection[str]:
    """The queues of people who are worried about their own behaviour."""
    rules = routing.in_force().rules
    return {routing.OWN, *(rule["queue"] for rule in rules if routing.OWN in rule["when"].get("who", ()))}


def unread_at(case: Case) -> set[str]:
    """Slugs of the teams at this desk where nobody could open it, because only a lead may."""
    if not reading.is_for_leads(case):
        return set()
    here = (queue.slug for queue in destinations(case) if queue.transport == INBOX)
    return {slug for slug in here if not access.leads_of(slug)}


def why_not(case: Case) -> str:
    return "" if destinations(case) else NOWHERE


def hand_on(act: Act, answers: dict[str, Any]) -> str:
    """Changes the case, which is locked and saved around it, and the outbox. Raises NotNow.

    `answers`: queue (slug), reason (a code of codes.Reason), urgent (only ever raises).
    """
    case, old = act.case, act.case.queue
    queue = next((one for one in destinations(case) if one.slug == answers["queue"]), None)
    if queue is None:
        raise NotNow(NOT_THERE)
    raised = bool(answers.get("urgent")) and case.urgency != Case.Urgency.URGENT
    if raised:
        case.urgency = Case.Urgency.URGENT
    sealed = sealed_anew(case, queue, reason=answers["reason"], raised=raised, now=act.now)
    digest = hashlib.sha256(sealed).hexdigest()
    here = queue.transport == INBOX
    move_outbox(case, queue, sealed, digest, here=here, now=act.now)
    if here:
        arrive(case, queue.slug, sealed, digest, now=act.now)
    else:
        case.state, case.closed_at, case.outcome = Case.State.CLOSED, act.now, Outcome.HANDED_ON
    raising = "made_urgent" if raised else ""
    return codes.detail(f"{codes.FROM}{old}", f"{codes.TO}{queue.slug}", answers["reason"], raising)


def sealed_anew(case: Case, queue: Queue, *, reason: str, raised: bool, now: datetime) -> bytes:
    """The same letter, for the keys of `queue`, with one note more. Raises NotNow."""
    try:
        letter = reading.envelope_of(case)
    except reading.Unreadable:
        raise NotNow(SHUT) from None
    name = Queue.objects.filter(slug=case.queue).values_list("name", flat=True).first() or case.queue
    because = f"because {codes.Reason(reason).label}"
    day = date_format(timezone.localtime(now), "j F Y")
    letter["queue"], letter["urgency"] = queue.slug, case.urgency
    letter["notes"] = [*(letter.get("notes") or []), f"Handed on from {name} on {day} {because}."]
    if raised:
        letter["why_urgent"] = [*(letter.get("why_urgent") or []), f"{name} handed it on as urgent {because}"]
    try:
        return sealing.seal(envelope.to_bytes(letter), queue.keys_in_use())
    except sealing.NoUsableKey:
        raise NotNow(NO_KEYS) from None


def move_outbox(case: Case, queue: Queue, sealed: bytes, digest: str, *, here: bool, now: datetime) -> None:
    """The outbox's row goes along: received again at once at this desk, else ready to be delivered.

    The higher fence ends the right of a worker that is handing over the letter as it was.
    """
    rows = Referral.objects.filter(reference=case.reference).exclude(state=State.PURGED)
    row = rows.select_for_update().first()
    if row is None:
        if here:
            return  # a desk with a database of its own
        raise NotNow(NO_OUTBOX)
    where: dict[str, Any] = (
        {"state": State.RECEIVED, "received_at": row.received_at or now, "next_attempt_at": None}
        if here
        else {"state": State.READY, "received_at": None, "next_attempt_at": Now()}
    )
    lines = [f"handed on to {queue.slug}"[:LONGEST_LINE]]
    if here:
        lines.append("received")  # the last line, so that an urgent one is told to the new team at once
    try:
        with transaction.atomic():
            rows.update(
                queue=queue,
                urgency=case.urgency,
                sealed=sealed,
                digest=digest,
                handed_on_at=now,  # the alarms count from here, as the desk does
                surprises=0,
                leased_until=None,
                fence=F("fence") + 1,
                **where,
            )
            # What went of the letter as it was says nothing for this one, should it go there again.
            Handover.objects.filter(reference=case.reference).delete()
            for line in lines:
                events.append(case.reference, line, by=BY, now=now)
    except IntegrityError:
        raise NotNow(BUSY) from None
    if not here:
        waking.knock()
