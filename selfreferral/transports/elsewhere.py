"""What the transports have in common that lead to a provider's own system: an Endpoint says where to.

Add a kind: a file with a class like Webhook, and one line in REFERRAL_TRANSPORTS. Its form for the
manager, its arguments of `manage.py endpoint` and its test button come out of what it declares.
"""

import base64
import hashlib
import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from selfreferral.models import Endpoint, Referral
from selfreferral.receipts import Receipt
from selfreferral.transports.base import Metadata, Refused, Transport, Unreachable, named

logger = logging.getLogger("selfreferral.elsewhere")


class Quiet(Unreachable):
    """Nothing new is known: not worth a line in the log."""


def anything(value: str) -> str:
    return ""


@dataclass(frozen=True)
class Field:
    """One thing that a kind must know. `problem` says in plain words why a value cannot be right, empty
    when it can. A `closed` one is kept encrypted and never shown again."""

    name: str
    label: str
    help: str = ""
    problem: Callable[[str], str] = anything
    closed: bool = False


class Elsewhere(Transport):
    """`name` is its name in REFERRAL_TRANSPORTS. `mends`: what to do, by a part of what went wrong."""

    name: ClassVar[str]
    title: ClassVar[str]
    address: ClassVar[Field]
    fields: ClassVar[tuple[Field, ...]] = ()
    mends: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def deliver_to(
        self,
        endpoint: Endpoint,
        *,
        sealed: bytes,
        reference: str,
        queue_slug: str,
        digest: str,
        metadata: Metadata,
        test: bool = False,
    ) -> Receipt:
        """As `deliver`. A test is signed for and thrown away by the receiver."""

    @abstractmethod
    def answers_more(self, endpoint: Endpoint, reference: str) -> str:
        """After a test came back signed: how we hear what was opened there, in words that end a sentence
        about the receiver. Raises what `deliver` raises, and Unsupported."""

    def deliver(
        self, *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata
    ) -> Receipt:
        try:
            return self.deliver_to(
                self.endpoint_of(queue_slug),
                sealed=sealed,
                reference=reference,
                queue_slug=queue_slug,
                digest=digest,
                metadata=metadata,
            )
        except Quiet:
            raise
        except (Unreachable, Refused) as error:
            # What the receiver did, in our own words; never which letter, nor a word of its answer.
            logger.warning(f"The receiver of {queue_slug} did not take a letter. {error}")
            raise

    def receipt_key(self, queue_slug: str) -> str:
        return self.endpoint_of(queue_slug).public_key

    def unready(self, queue_slug: str) -> str:
        found = self.endpoints().filter(queue__slug=queue_slug).exists()
        return (
            "" if found else f"has no receiver. Run: manage.py endpoint set {queue_slug} --kind {self.name}"
        )

    def problems(self, endpoint: Endpoint) -> dict[str, str]:
        """What is wrong with what an endpoint of this kind was given, by field."""
        try:
            closed = endpoint.closed_values()
        except ImproperlyConfigured:
            closed = {}
        given = {**endpoint.options, **closed}
        found = {"url": self.address.problem(endpoint.url)}
        for field in self.fields:
            value = str(given.get(field.name, ""))
            found[field.name] = field.problem(value) if value else "This is needed."
        return {name: problem for name, problem in found.items() if problem}

    def endpoints(self):
        return Endpoint.objects.filter(kind=self.name)

    def endpoint_of(self, queue_slug: str) -> Endpoint:
        endpoint = self.endpoints().filter(queue__slug=queue_slug).first()
        if endpoint is None:
            raise Refused("The queue has no receiver.")
        return endpoint

    def by_endpoint(self, references: Sequence[str]) -> Iterator[tuple[Endpoint, dict[str, str]]]:
        """Each receiver with the references, and digests, of its own letters: no other ever hears of them."""
        rows = Referral.objects.carried_by(self.name).filter(reference__in=references)
        for endpoint in self.endpoints():
            ours = dict(rows.filter(queue=endpoint.queue_id).values_list("reference", "digest"))
            if ours:
                yield endpoint, ours


def in_clear(
    *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata, test: bool = False
) -> dict[str, Any]:
    """What a receiver is sent: the letter, and everything that is known of it without opening it. Raises
    Refused when the letter is not the one of this digest."""
    if hashlib.sha256(sealed).hexdigest() != digest:
        raise Refused("The letter does not match its digest.")
    moments = {name: at.isoformat() for name, at in metadata.items() if isinstance(at, datetime)}
    return {
        "reference": reference,
        "queue": queue_slug,
        "digest": digest,
        **metadata,
        **moments,
        "test": test,
        "sealed": base64.b64encode(sealed).decode(),
    }


def kinds() -> dict[str, Elsewhere]:
    """Every way to a receiver elsewhere that settings know, by name, in their order."""
    found = {name: import_string(path) for name, path in settings.REFERRAL_TRANSPORTS.items()}
    return {name: cast(Elsewhere, named(name)) for name, one in found.items() if issubclass(one, Elsewhere)}
