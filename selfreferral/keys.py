"""Pairs of keys. The private half leaves this process at once; the queue keeps the public one."""

import os
import stat
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from pyrage import RecipientError, x25519

from selfreferral.models import Queue, Referral, RevokedKey

FEWEST = 2


class NotWritten(Exception):
    """The private key could not be kept safely, so nothing was changed; the message says why."""


class Refused(Exception):
    """Nothing was changed; the message says why, and what to do."""


def make(*, note: str, file: Path | None) -> tuple[str, str]:
    """A new pair: the public key, and the private one if it was not written to `file`."""
    identity = x25519.Identity.generate()
    public, private = str(identity.to_public()), str(identity)
    if file is None:
        return public, private
    append_private(file, f"# {note}\n# public key: {public}\n{private}\n")
    return public, ""


def append_private(file: Path, lines: str) -> None:
    """Into a file that nobody else can read, and on the disk before we go on. Raises NotWritten."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "w") as target:
            if stat.S_IMODE(os.fstat(number).st_mode) & 0o077:
                raise NotWritten(f"{file} can be read by others. Run: chmod 600 {file}")
            target.write(lines)
            target.flush()
            os.fsync(number)
    except OSError as error:
        raise NotWritten(f"{file} cannot be written ({type(error).__name__}).") from None


@transaction.atomic
def add(public: str, *, slugs: Iterable[str], first: bool) -> list[str]:
    """Seal letters to these queues for `public`, too: the team's key stands first, escrow last.

    Raises Refused for a revoked key.
    """
    _not_revoked(public)
    queues = list(Queue.objects.select_for_update().filter(slug__in=list(slugs)))
    for queue in queues:
        queue.recipients = [public, *queue.recipients] if first else [*queue.recipients, public]
        queue.save(update_fields=["recipients"])
    return [queue.slug for queue in queues]


def check_can_rotate(slug: str) -> None:
    """Raises Refused when this queue has no team key that could be replaced."""
    queue = Queue.objects.filter(slug=slug).first()
    if queue is None:
        raise Refused(f"There is no queue {slug}. There are: {_known()}.")
    in_use = queue.keys_in_use()
    if len(in_use) < FEWEST or any(
        in_use[0] in other.recipients for other in Queue.objects.exclude(slug=slug)
    ):
        raise Refused(f"{slug} has no key of its own team that could be replaced. Run: keys make {slug}")


@transaction.atomic
def rotate(slug: str, public: str) -> str:
    """`public` takes the place of the team's key, which stands first. The old one. Raises Refused."""
    check_can_rotate(slug)
    _not_revoked(public)
    queue = Queue.objects.select_for_update().get(slug=slug)
    old, *others = queue.keys_in_use()
    queue.recipients = [public, *others]
    queue.save(update_fields=["recipients"])
    return old


@transaction.atomic
def revoke(public: str, *, now: datetime, leave_too_few: bool) -> tuple[list[str], list[Queue]]:
    """Never seal for `public` again. The queues that had it, and those of them that need a new one.

    Raises Refused when it is no public key, and when a queue cannot do without it, unless `leave_too_few`.
    """
    try:
        x25519.Recipient.from_str(public)
    except RecipientError:
        # It may be a private key, by mistake: it is not repeated.
        raise Refused("This is no public key (age1…). `keys list` shows the public keys.") from None
    queues = [queue for queue in Queue.objects.select_for_update() if public in queue.recipients]
    short = [queue for queue in queues if queue.active and _would_miss(queue, public)]
    if short and not leave_too_few:
        raise Refused(
            f"{', '.join(queue.slug for queue in short)}: the team's own key would go, or fewer than two "
            "would be left. First: keys rotate QUEUE for a team's key, or keys make [QUEUE] --escrow for a "
            "spare one. Is the private key in wrong hands? Say --now: a queue with fewer than two keys then "
            "takes nothing until it has them."
        )
    for queue in queues:
        queue.recipients = [one for one in queue.recipients if one != public]
        queue.save(update_fields=["recipients"])
    RevokedKey.objects.get_or_create(public=public, defaults={"revoked_at": now})
    return [queue.slug for queue in queues], short


def _would_miss(queue: Queue, public: str) -> bool:
    """Whether it cannot do without this key: the team's own, which stands first, or one of two."""
    in_use = queue.keys_in_use()
    return public in in_use[:1] or len({*in_use} - {public}) < FEWEST


def not_closed(slugs: Iterable[str]) -> int:
    """Letters of these queues that somebody may still have to open."""
    over = [Referral.State.CLOSED, Referral.State.PURGED]
    return Referral.objects.filter(queue__slug__in=list(slugs)).exclude(state__in=over).count()


def _not_revoked(public: str) -> None:
    if RevokedKey.objects.filter(public=public).exists():
        raise Refused(f"{public} was revoked and is never used again. Make a new pair: keys make")


def _known() -> str:
    return ", ".join(Queue.objects.values_list("slug", flat=True)) or "none yet"
