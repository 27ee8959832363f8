"""Letters to a provider's broker (RabbitMQ). The exchange, byte by byte: docs/receiving.md.

That the broker has a letter says nothing about the provider: only the receiver's signature counts, which
comes back in another queue, now or hours later. Until then the letter waits here, and what was sent of
it stands in Handover, so that a broker whose receiver is away is not filled with copies.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from selfreferral import signatures
from selfreferral.models import Endpoint, Handover, Referral
from selfreferral.receipts import Receipt
from selfreferral.transports import line, replies
from selfreferral.transports.base import Progress, Refused, Unreachable
from selfreferral.transports.elsewhere import Elsewhere, Field, Quiet, in_clear, logger
from selfreferral.transports.handovers import answered, due, handover_of, outcome

AT_MOST = 10.0  # seconds, for everything that one try does at a broker
PATIENCE = 2.0  # seconds of them in which a letter waits for its receipt
REST = 20.0  # seconds in which nobody waits again for what cost us time
AT_ONCE = 500  # receipts that are taken in at a time
KEPT = 60  # signatures of copies that may still be answered
SENT = "referral.sent"
PORTS = {"amqps": 5671, "amqp": 5672}


class Waiting(Quiet):
    """The broker has it, and the receiver has not signed for it yet."""


class Resting(Quiet):
    """Not even asked."""


def address_problem(url: str) -> str:
    """Why letters cannot go to a broker at `url`; empty when they can."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises when it is no number
    except ValueError:
        return "This is no address."
    if parts.scheme == "amqp" and parts.hostname not in settings.AMQP_PLAIN_HOSTS:
        return "Only amqps:// is encrypted. Plain amqp:// is for hosts that AMQP_PLAIN_HOSTS names."
    if parts.scheme not in PORTS:
        return "Give a whole address that starts with amqps://"
    plain = url.isascii() and not any(c.isspace() or not c.isprintable() for c in url)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or not plain:
        return "Give a plain address, without a name, a question mark or a # in it."
    if "/" in parts.path[1:]:
        return "Behind the host stands one virtual host only: write a / in its name as %2F."
    return ""


def queue_problem(name: str) -> str:
    if name.startswith("amq."):
        return "Names that start with amq. are the broker’s own."
    if len(name.encode()) > 255 or not name.isprintable() or name != name.strip():
        return "This is no name of a queue."
    return ""


class Amqp(Elsewhere):
    """`resting`: brokers that cost time; `silent`: receivers that did not sign while we waited."""

    name = "amqp"
    title = "A message broker (RabbitMQ)"
    address = Field(
        "url", "Address of the broker", "amqps://broker.example/name-of-its-virtual-host", address_problem
    )
    fields = (
        Field("user", "Name to sign in with there"),
        Field("password", "Password to sign in with there", closed=True),
        Field(
            "letters", "Queue that letters go into", "A quorum queue that is there already.", queue_problem
        ),
        Field("replies", "Queue that receipts come back in", "Another quorum queue.", queue_problem),
    )
    mends: ClassVar[Mapping[str, str]] = {
        "401": "It does not accept our signature: is the secret the same on both sides?",
        "no such queue": "Are both queues there, and their names written right?",
        "not believed": "Is its public key (whpk_…) the right one?",
        "has not signed": "Does the receiver run, and does it put its receipts into the queue for them?",
    }
    resting: ClassVar[dict[int, float]] = {}
    silent: ClassVar[dict[int, float]] = {}

    def problems(self, endpoint: Endpoint) -> dict[str, str]:
        found = super().problems(endpoint)
        if endpoint.options.get("letters") == endpoint.options.get("replies"):
            found.setdefault("replies", "Receipts need a queue of their own.")
        return found

    def deliver_to(
        self, endpoint: Endpoint, *, reference: str, digest: str, test: bool = False, **letter: Any
    ) -> Receipt:
        data = in_clear(reference=reference, digest=digest, test=test, **letter)
        if test:
            self.resting.pop(endpoint.pk, None)
        handover = handover_of(endpoint, reference, digest)
        try:
            return outcome(endpoint, handover) or self.send(endpoint, handover, data, test=test)
        finally:
            if test:
                handover.delete()

    def send(self, endpoint: Endpoint, handover: Handover, data: Mapping[str, Any], *, test: bool) -> Receipt:
        """What came back already, else a copy if one is due, and a short wait for its receipt."""
        with self.at(endpoint) as broker:
            lying = broker.waiting(endpoint.options["letters"])
            collect(endpoint, broker)
            handover.refresh_from_db()
            if not answered(handover) and due(handover, lying, now=timezone.now()):
                publish(endpoint, broker, handover, data, now=timezone.now())
            patient = test or self.silent.get(endpoint.pk, 0) < time.monotonic()
            disbelieved = listen_for(endpoint, broker, handover, AT_MOST / 2 if test else PATIENCE * patient)
        if receipt := outcome(endpoint, handover):
            self.silent.pop(endpoint.pk, None)
            return receipt
        if patient:
            self.silent[endpoint.pk] = time.monotonic() + REST
        also = " Something came back that is not believed." if disbelieved else ""
        raise Waiting(f"The broker has it, and the receiver has not signed for it yet.{also}")

    @contextmanager
    def at(self, endpoint: Endpoint, *, seconds: float = 0.0) -> Iterator[line.Line]:
        """A connection, for AT_MOST seconds or fewer. Raises Resting where one has just cost time."""
        if self.resting.get(endpoint.pk, 0) > time.monotonic():
            raise Resting("It was not there a moment ago.")
        until = time.monotonic() + (seconds or AT_MOST)
        try:
            with line.connected(place_of(endpoint), until, inside=settings.AMQP_PLAIN_HOSTS) as broker:
                yield broker
        except line.Slow:
            self.resting[endpoint.pk] = time.monotonic() + REST
            raise

    def answers_more(self, endpoint: Endpoint, reference: str) -> str:
        return "will say of its own accord what was opened"

    def listen(self) -> None:
        """In no order, so that a broker that hangs does not keep the same others from being heard."""
        over = Referral.objects.filter(
            reference=OuterRef("reference"), state__in=(Referral.State.CLOSED, Referral.State.PURGED)
        )
        Handover.objects.filter(Exists(over)).delete()
        until = time.monotonic() + AT_MOST
        for endpoint in self.endpoints().filter(pk__in=Handover.objects.values("endpoint")).order_by("?"):
            if time.monotonic() > until:
                return
            try:
                with self.at(endpoint, seconds=AT_MOST / 3) as broker:
                    collect(endpoint, broker)
            except Quiet:
                continue
            except (Unreachable, Refused) as error:
                logger.warning(f"A broker could not be asked for receipts. {error}")

    def opened(self, references: Sequence[str]) -> Mapping[str, Progress]:
        found: dict[str, Progress] = {}
        for endpoint, ours in self.by_endpoint(references):
            said = Handover.objects.filter(endpoint=endpoint, reference__in=ours)
            for one in said.exclude(opened_at=None, closed_at=None):
                if one.digest == ours[one.reference]:
                    found[one.reference] = Progress(one.opened_at, one.closed_at)
        return found


def place_of(endpoint: Endpoint) -> line.Place:
    if problem := address_problem(endpoint.url):
        raise Refused(problem)
    parts = urlsplit(endpoint.url)
    try:
        password = endpoint.closed_values().get("password", "")
    except ImproperlyConfigured as error:
        raise Refused(str(error)) from None
    return line.Place(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        tls=parts.scheme == "amqps",
        vhost=unquote(parts.path[1:]) or "/",
        user=endpoint.options["user"],
        password=password,
    )


def message(endpoint: Endpoint, data: Mapping[str, Any], *, now: datetime) -> tuple[dict[str, str], bytes]:
    """Headers and body of one copy. Raises Refused when it cannot be signed."""
    body = json.dumps({"type": SENT, "timestamp": now.isoformat(), "data": data}).encode()
    try:
        return signatures.headers(endpoint.signing_secret(), id=data["reference"], body=body, now=now), body
    except ImproperlyConfigured as error:
        raise Refused(str(error)) from None


def publish(
    endpoint: Endpoint, broker: line.Line, handover: Handover, data: Mapping[str, Any], *, now: datetime
) -> None:
    headers, body = message(endpoint, data, now=now)
    # Written down first: the receipt may be quicker than we are, or we may end here.
    handover.signatures = [*handover.signatures, headers[signatures.SIGNATURE]][-KEPT:]
    handover.save(update_fields=["signatures"])
    broker.publish(
        endpoint.options["letters"],
        body,
        headers,
        message_id=handover.reference,
        type=SENT,
        reply_to=endpoint.options["replies"],
    )
    Handover.objects.filter(pk=handover.pk).update(copies=F("copies") + 1, last_at=now)


def collect(endpoint: Endpoint, broker: line.Line) -> None:
    """What lies in the queue for receipts, whichever letters it is about."""
    for _ in range(min(broker.waiting(endpoint.options["replies"]), AT_ONCE)):
        hear(endpoint, broker)


def hear(endpoint: Endpoint, broker: line.Line) -> bool | None:
    """The next thing that was said, kept before the broker forgets it: whether it is believed, None for
    silence."""
    message = broker.take(endpoint.options["replies"])
    if message is None:
        return None
    believed = replies.take(endpoint, message.headers, message.body, now=timezone.now())
    (broker.done if believed else broker.drop)(message.tag)
    return believed


def listen_for(endpoint: Endpoint, broker: line.Line, handover: Handover, seconds: float) -> bool:
    """Until its receipt is there, whoever has heard it, or the time is over. Whether something came
    that is not believed."""
    until, pause, disbelieved = time.monotonic() + seconds, 0.01, False
    while not answered(handover) and time.monotonic() < until:
        heard = hear(endpoint, broker)
        disbelieved = disbelieved or heard is False
        if heard is None:
            broker.pause(pause)
            pause = min(0.1, pause * 1.5)
        handover.refresh_from_db(fields=["signed", "signature", "refused"])
    return disbelieved
