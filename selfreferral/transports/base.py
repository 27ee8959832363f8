"""What a way of delivering is: one verb, the ways in which it may fail, and three questions.

Add one: a file with a class like this, one line in REFERRAL_TRANSPORTS, and its name in
tests/selfreferral/test_transports.py. Retries, leases, states and alarms come by themselves.
A transport carries sealed bytes and can open nothing (import-linter).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from django.conf import settings
from django.utils.module_loading import import_string

from selfreferral.receipts import Receipt
from selfreferral.signatures import TOLERANCE


class Metadata(TypedDict):
    """Everything that may be known about a letter without opening it."""

    urgency: str
    age_band: str
    area_code: str
    form_version: int
    created_at: datetime
    handed_on_at: NotRequired[datetime]  # when it was sealed anew for the team that has it now


class Progress(NamedTuple):
    """When a person opened a letter, and when the case was closed; None for what has not happened."""

    opened_at: datetime | None
    closed_at: datetime | None = None

    def can_be(self, sent: datetime) -> bool:
        """Nothing is opened before it is sent, but for clocks that differ. Some languages write the year 1
        for "not yet": taken as it stands it would end every alarm."""
        return all(at >= sent - TOLERANCE for at in self if at is not None)


class Unreachable(Exception):
    """Not now: the receiver is down, busy or slow. Tried again without a limit."""


class Refused(Exception):
    """The receiver says no, and asking again will not help. Alarms at once; the letter is kept."""


class Unsupported(Exception):
    """The receiver cannot be asked that. Its receipts are all there is."""


class Transport(ABC):
    @abstractmethod
    def deliver(
        self, *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata
    ) -> Receipt:
        """Hand the letter over and return the receiver's signed receipt.

        Must be safe to repeat: the same reference and digest again gives a receipt again and
        stores nothing twice; the same reference with another digest raises Refused, and so does
        a digest that is not that of `sealed`. Returns only once the letter is stored for good.
        """

    def holds(self, references: Sequence[str]) -> Mapping[str, str]:
        """Those of `references` that the receiver holds, each with the SHA-256, in hex, of the bytes
        that lie there now; of a letter that was purged after its case was closed, of those that came.
        Where there are several receivers, one that cannot say counts as holding what it signed for.
        """
        raise Unsupported

    def everything(self) -> Iterator[list[str]]:
        """Every reference that the receiver holds, a few hundred at a time."""
        raise Unsupported

    def opened(self, references: Sequence[str]) -> Mapping[str, Progress]:
        """Those of `references` that a person there has opened, and when. Raises Unsupported only."""
        raise Unsupported

    def listen(self) -> None:  # noqa: B027  most have nothing to do
        """Take in what receivers say of their own accord, before they are asked; most say nothing."""

    def receipt_key(self, queue_slug: str) -> str | None:
        """The public key that verifies this queue's receipts; None where they are signed with our own."""
        return None

    def unready(self, queue_slug: str) -> str:
        """What must be set up before letters of this queue can go, in plain words; empty when nothing."""
        return ""


def named(name: str) -> Transport:
    """The transport that settings call `name`. Raises Refused when there is none."""
    paths: Mapping[str, str] = settings.REFERRAL_TRANSPORTS
    try:
        return import_string(paths[name])()
    except (KeyError, ImportError):
        raise Refused("REFERRAL_TRANSPORTS has no working transport of this name.") from None
