"""What a professional is told who asked for the outcome: one of four sentences, read once by a link.

Save first, send later, keep the receipt: the desk writes a row, the worker mails it, and it counts as
sent when the mail server has taken it. Nothing here is about a person: four sentences, and the
professional's own number for it if they gave one. Words of the mail are fixed.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from selfreferral import outcome_cipher
from selfreferral.channels import Channels
from selfreferral.models import OutcomeLink

OUTCOMES = {
    "contact": "We have been in contact.",
    "not_reached": "We could not reach the person.",
    "handed_on": "Another team has it now.",
    "closed": "It is closed.",
}
SUBJECT = "The outcome that you asked for"
WORDS = (
    "The outcome that you asked for can be read once here:\n{link}\n\n"
    "The link works until {day}. Nobody reads answers to this mail."
)
AGAIN = timedelta(minutes=5)  # between tries; a mail takes seconds
PATH = "/r/{token}/"  # neutral, and the public door's: the worker may know no address of that door
State = OutcomeLink.State
ENDED = (State.READ, State.REFUSED, State.EXPIRED)
logger = logging.getLogger("selfreferral.outcomes")


class Told(NamedTuple):
    """What the link opens."""

    words: str
    own_reference: str


def order(reference: str, outcome: str, *, address: str, own_reference: str, now: datetime) -> OutcomeLink:
    """To be mailed by the worker's next round, once the caller's transaction is committed."""
    value = {"outcome": outcome, "address": address, "own_reference": own_reference}
    return OutcomeLink.objects.create(
        reference=reference,
        waiting=outcome_cipher.seal(value, reference=reference),
        created_at=now,
        next_attempt_at=now,
        expires_at=now + settings.RETENTION["outcome_link"],
    )


def go_round(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: mails what is due, and forgets what nobody read in time."""
    expire(now=now)
    channels = Channels()
    due = OutcomeLink.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    for link in due.order_by("next_attempt_at"):
        if channels.time_is_up or channels.no_mail:
            return
        if mine(link, now=now):
            send(link, channels=channels, now=now)


def mine(link: OutcomeLink, *, now: datetime) -> bool:
    """Whether this worker is the one that tries it now."""
    due = OutcomeLink.objects.filter(pk=link.pk, state=State.WAITING, next_attempt_at__lte=now)
    return bool(due.update(next_attempt_at=now + AGAIN, attempts=F("attempts") + 1))


def send(link: OutcomeLink, *, channels: Channels, now: datetime) -> bool:
    """Whether the mail server took it. Each try has a token of its own: the last one counts."""
    row = OutcomeLink.objects.filter(pk=link.pk, state=State.WAITING)
    try:
        value = outcome_cipher.unseal(link.waiting, reference=link.reference)
    except outcome_cipher.CannotOpen:
        logger.error("An outcome was kept under another SECRET_KEY; it must be told again")
        row.update(state=State.REFUSED, **EMPTY)
        return False
    token, expires = outcome_cipher.new_token(), now + settings.RETENTION["outcome_link"]
    told = {"outcome": value["outcome"], "own_reference": value["own_reference"]}
    row.update(
        token_hash=outcome_cipher.hash_of(token),
        sealed=outcome_cipher.seal(told, reference=link.reference, token=token),
    )
    if channels.mail(value["address"], subject=SUBJECT, words=in_words(token, expires)):
        # Only now: what is never mailed ends when it was to end.
        return bool(row.update(state=State.SENT, sent_at=now, waiting=b"", expires_at=expires))
    if is_refused(channels.problem):
        row.update(state=State.REFUSED, **EMPTY)
    return False


def is_refused(problem: Exception | None) -> bool:
    """For good. A server that says "later" (4xx), as to anybody whom it does not know yet, is asked again."""
    if not isinstance(problem, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _words in problem.recipients.values())


EMPTY: dict[str, Any] = {"waiting": b"", "sealed": b"", "token_hash": None}


def in_words(token: str, expires: datetime) -> str:
    link = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + PATH.format(token=token)
    return WORDS.format(link=link, day=date_format(timezone.localtime(expires), "j F Y"))


def live(token: str, *, now: datetime) -> Any:
    """The row of a link that can still be opened, if there is one."""
    hashed = outcome_cipher.hash_of(token)
    return OutcomeLink.objects.filter(token_hash=hashed, state=State.SENT, expires_at__gt=now)


def read_once(token: str, *, now: datetime) -> Told | None:
    """What it says, once; None for every link that is used, too old or unknown."""
    with transaction.atomic():
        link = live(token, now=now).select_for_update().first()
        if link is None:
            return None
        OutcomeLink.objects.filter(pk=link.pk).update(state=State.READ, **EMPTY)
        try:
            value = outcome_cipher.unseal(link.sealed, reference=link.reference, token=token)
        except outcome_cipher.CannotOpen:
            return None
    return Told(OUTCOMES[value["outcome"]], value["own_reference"])


def expire(*, now: datetime) -> int:
    """Empties what is too old, and deletes what the desk has on its record."""
    old = Q(expires_at__lte=now, state__in=[State.WAITING, State.SENT])
    gone = OutcomeLink.objects.filter(old).update(state=State.EXPIRED, **EMPTY)
    over = OutcomeLink.objects.filter(state__in=ENDED, noted=F("state"))
    over.filter(created_at__lte=now - 2 * settings.RETENTION["outcome_link"]).delete()
    return gone
