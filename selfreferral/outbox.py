"""Taking a referral: sealed, stored and told about in the transaction that ends the draft.

The row is the queue. A reference may be shown only after that transaction has committed.
"""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.functions import Now

from selfreferral import envelope, events, routing, waking
from selfreferral.models import Queue, Referral
from selfreferral.questions import FORM_VERSION, Answers, Step
from services_directory import sealing

# No vowels, so that no word comes out; no 0, O, 1, I, L, so that it can be read aloud.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
TRIES = 5
logger = logging.getLogger("selfreferral.outbox")


class NotSent(Exception):
    """The referral was not taken. The message is plain and holds nothing that was typed."""


class SentOtherwise(NotSent):
    """This journey was sent before, with other answers. `reference` is of what was sent."""

    def __init__(self, reference: str) -> None:
        super().__init__("It was sent before, with other answers.")
        self.reference = reference


class Posted(NamedTuple):
    """`expects` is the queue's own promise, in words: within 24 hours."""

    reference: str
    queue: Queue
    expects: str


def post(
    journey: uuid.UUID,
    answers: Answers,
    steps: Sequence[Step],
    *,
    now: datetime,
    flags: Collection[str] = (),
    entered_by: str = "",
    mark: str,
) -> Posted:
    """Take the referral of this journey, once: a repeat gives the same reference again.

    `flags` are codes of what was unusual about how it was sent (selfreferral/notes.py); none refuses it.
    `entered_by` is the name of the worker who wrote it down from a call. `mark` tells these answers from
    others of the same journey (draft_cipher.Cipher.digest): under a known journey with another mark
    nothing is taken, and SentOtherwise is raised.

    Call it inside the `transaction.atomic()` that also deletes the draft, and show the
    reference after that block has ended without an error. Raises NotSent; the block itself
    can still raise DatabaseError when it commits. Then nobody knows whether it was sent, and the same
    journey posted again is the same letter.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("post() belongs in the transaction that ends the draft.")
    try:
        return _already(journey, mark) or _take(journey, answers, steps, now, flags, entered_by, mark)
    except SentOtherwise:
        raise
    except (NotSent, sealing.NoUsableKey, routing.Gap, DatabaseError) as error:
        logger.error("A referral could not be taken, and the person is told so", exc_info=error)
        # A database's message may hold what was typed; ours hold no value.
        why = "The database did not take it." if isinstance(error, DatabaseError) else str(error)
        raise NotSent(why) from error


def _already(journey: uuid.UUID, mark: str) -> Posted | None:
    taken = list(Referral.objects.filter(journey=journey).values_list("reference", "mark", "queue"))
    if not taken:
        return None
    reference, marked, queue_pk = taken[0]
    if marked != mark:
        raise SentOtherwise(reference)
    queue = Queue.objects.get(pk=queue_pk)
    return Posted(reference, queue, queue.reply_words)


def _take(
    journey: uuid.UUID,
    answers: Answers,
    steps: Sequence[Step],
    now: datetime,
    flags: Collection[str],
    entered_by: str,
    mark: str,
) -> Posted:
    facts = routing.facts(answers, [step.slug for step in steps])
    route = routing.route(facts)
    queue = Queue.objects.filter(slug=route.queue, active=True).first()
    if queue is None:
        raise NotSent("The queue for it is not set up.")
    for _ in range(TRIES):
        reference = new_reference()
        letter = envelope.compose(
            answers, steps, reference=reference, route=route, now=now, flags=flags, entered_by=entered_by
        )
        sealed = sealing.seal(envelope.to_bytes(letter), queue.keys_in_use())
        try:
            with transaction.atomic():
                letter_row = Referral(
                    reference=reference,
                    journey=journey,
                    mark=mark,
                    queue=queue,
                    urgency=route.urgency,
                    age_band=facts.age_band,
                    area_code=facts.area,
                    form_version=FORM_VERSION,
                    sealed=sealed,
                    digest=hashlib.sha256(sealed).hexdigest(),
                    created_at=now,
                    next_attempt_at=Now(),  # the worker's clock; ours may be hours ahead
                )
                events.begin(letter_row, "accepted", by="phone" if entered_by else "form", now=now)
                waking.knock()
        except IntegrityError:
            # The same journey at the same moment has won, or the reference was taken.
            if posted := _already(journey, mark):
                return posted
            continue
        return Posted(reference, queue, queue.reply_words)
    raise NotSent("No free reference was found.")


def new_reference() -> str:
    """Two groups that can be read over the phone: K7M-4QX."""
    letters = [secrets.choice(LETTERS) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])
