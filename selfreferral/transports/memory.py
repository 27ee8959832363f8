"""Letters in a dictionary: for tests, and to see the worker work without a receiver."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone

from selfreferral import receipts
from selfreferral.receipts import Receipt
from selfreferral.transports.base import Metadata, Refused, Transport


@dataclass(frozen=True)
class Letter:
    sealed: bytes
    queue_slug: str
    metadata: Metadata


class Memory(Transport):
    """Every instance shares one box; `Memory.box.clear()` empties it."""

    box: ClassVar[dict[str, Letter]] = {}

    def deliver(
        self, *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata
    ) -> Receipt:
        if hashlib.sha256(sealed).hexdigest() != digest:
            raise Refused("The letter does not match its digest.")
        kept = self.box.setdefault(reference, Letter(bytes(sealed), queue_slug, metadata))
        if kept.sealed != sealed:
            raise Refused("Another letter came under this reference.")
        return receipts.sign(reference, digest, timezone.now())

    def holds(self, references: Sequence[str]) -> Mapping[str, str]:
        here = {reference: self.box[reference] for reference in references if reference in self.box}
        return {reference: hashlib.sha256(kept.sealed).hexdigest() for reference, kept in here.items()}

    def everything(self) -> Iterator[list[str]]:
        yield list(self.box)
