"""Makes pairs of keys. The private half leaves this process at once; the queue keeps the public one."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from pyrage import x25519

from selfreferral.models import Queue


class NotWritten(Exception):
    """The private key could not be kept safely, so nothing was changed; the message says why."""


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
    """Seal letters to these queues for `public`, too: the team's key stands first, escrow last."""
    queues = list(Queue.objects.select_for_update().filter(slug__in=list(slugs)))
    for queue in queues:
        queue.recipients = [public, *queue.recipients] if first else [*queue.recipients, public]
        queue.save(update_fields=["recipients"])
    return [queue.slug for queue in queues]
