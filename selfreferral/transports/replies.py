"""What a receiver at a broker says of its own accord: received, refused, opened, closed. All of it signed.

Whoever may write to the broker can put anything into the queue, so only a signature counts, over a
letter that went there, in answer to a copy that we sent, at a time that can be. The first word counts.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from selfreferral import events, receipts, signatures
from selfreferral.models import Endpoint, Event, Handover, Referral
from selfreferral.transports.base import Progress

LONGEST = 64 * 1024  # bytes of what is said
REFUSED = "a receipt was refused"  # in the record
BY = "receiver"
Said = Mapping[str, Any]
News = dict[str, Any]
logger = logging.getLogger("selfreferral.replies")
State = Referral.State


class Wrong(Exception):
    """Why it is not believed, in plain words."""


def take(endpoint: Endpoint, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Keep what is said. Whether it was believed; what was not is put on record. Raises DatabaseError."""
    handover = about(endpoint, headers.get(signatures.ID, ""))
    try:
        if handover is None:
            raise Wrong("It is about a letter that did not go there.")
        said = read(handover, headers, body, now=now)
        act, first = KINDS[said["type"]]
        news = act(said, headers, body, now)
        if not can_be(handover, news):
            raise Wrong("Its time lies before the letter was sent.")
    except Wrong as wrong:
        logger.warning(f"A receiver said something that is not believed. {wrong}")
        if handover:
            record(handover.reference, now=now)
        return False
    # Only what nobody has said before, and only these columns: another worker may hear the next word.
    Handover.objects.filter(first, pk=handover.pk).update(**news)
    if {"signed", "refused"} & news.keys():
        wake(handover)
    return True


def about(endpoint: Endpoint, reference: str) -> Handover | None:
    """Several queues of ours may have one queue for receipts there: the letter may be another one's."""
    if not receipts.REFERENCE.fullmatch(reference):
        return None  # anybody may have written it, and a database refuses some bytes
    sharing = Endpoint.objects.filter(
        kind=endpoint.kind, url=endpoint.url, options__replies=endpoint.options["replies"]
    )
    found = Handover.objects.select_related("endpoint").filter(endpoint__in=sharing, reference=reference)
    return found.order_by("pk").last()


def read(handover: Handover, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Said:
    """What is said, once it is sure who said it, when, and about which copy. Raises Wrong."""
    if len(body) > LONGEST:
        raise Wrong("It is too long.")
    if problem := signatures.problem(headers, body, key=handover.endpoint.public_key, now=now, oldest=None):
        raise Wrong(problem)
    try:
        said = json.loads(body)
        answers, kind, digest = said["answers"], said["type"], said["digest"]
        known = said["reference"] == handover.reference and kind in KINDS
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Wrong("It is signed, and cannot be read.") from None
    if not known:
        raise Wrong("It is signed, and about something else.")
    if answers not in handover.signatures:
        raise Wrong("It answers a letter that we did not send.")
    if digest != handover.digest:
        raise Wrong("It is about another letter.")
    if int(headers[signatures.TIMESTAMP]) < (handover.first_at - signatures.TOLERANCE).timestamp():
        raise Wrong("It was signed before the letter was sent.")
    return said


def received(said: Said, headers: Mapping[str, str], body: bytes, now: datetime) -> News:
    signed = signatures.content(headers[signatures.ID], int(headers[signatures.TIMESTAMP]), body)
    try:
        receipt = receipts.from_elsewhere(signed, headers[signatures.SIGNATURE])
    except ValueError:
        raise Wrong("It is signed, and no receipt.") from None
    if receipt.received_at > now + signatures.TOLERANCE:
        raise Wrong("The receipt is from the future.")
    return {"signed": signed, "signature": receipt.signature, "refused": ""}


def refused(said: Said, headers: Mapping[str, str], body: bytes, now: datetime) -> News:
    """It will not have this letter, for a reason that is a number, as a web server's."""
    why = said.get("status")
    return {"refused": str(why) if isinstance(why, int) and 400 <= why < 500 else "400"}


def opened(said: Said, headers: Mapping[str, str], body: bytes, now: datetime) -> News:
    return {"opened_at": happened(said.get("opened_at"), now)}


def closed(said: Said, headers: Mapping[str, str], body: bytes, now: datetime) -> News:
    return {"closed_at": happened(said.get("closed_at"), now)}


# What each word changes, and while what: a letter that was signed for cannot be refused any more.
KINDS: dict[str, tuple[Callable[[Said, Mapping[str, str], bytes, datetime], News], Q]] = {
    "referral.received": (received, Q(signed=None)),
    "referral.refused": (refused, Q(signed=None)),
    "referral.opened": (opened, Q(opened_at=None)),
    "referral.closed": (closed, Q(closed_at=None)),
}


def happened(words: object, now: datetime) -> datetime:
    """Raises Wrong."""
    try:
        at = receipts.moment(words)
    except ValueError:
        raise Wrong("It is signed, and has no time that reads as one.") from None
    if at > now + signatures.TOLERANCE:
        raise Wrong("Its time lies ahead.")
    return min(at, now)


def can_be(handover: Handover, news: News) -> bool:
    said = Progress(news.get("opened_at"), news.get("closed_at"))
    sent = Referral.objects.filter(reference=handover.reference).values_list("created_at", flat=True).first()
    return sent is None or said.can_be(sent)


def wake(handover: Handover) -> None:
    """The worker need not wait any longer to see what has come."""
    Referral.objects.filter(
        reference=handover.reference,
        queue=handover.endpoint.queue_id,
        state__in=(State.READY, State.QUARANTINED),
        next_attempt_at__gt=Now(),
    ).update(next_attempt_at=Now())


def record(reference: str, *, now: datetime) -> None:
    """One line, however often it is tried, until something else happens to the letter."""
    last = Event.objects.filter(reference=reference).order_by("-number").first()
    if last is None or last.what == REFUSED:
        return
    try:
        with transaction.atomic():
            events.append(reference, REFUSED, by=BY, now=now)
    except IntegrityError:
        logger.warning("The record was being written to; a refused receipt is not on it")
