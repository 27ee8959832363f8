"""The reference receiver at a broker: takes letters out of one queue, says into another what came of them.

NEVER FOR PRODUCTION, as the whole of it. The exchange: docs/receiving.md. K7M-4QX.answers holds the
signature of the last copy of the letter that came; K7M-4QX.opened.said that it was said to be opened.
"""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from selfreferral import signatures
from selfreferral.reference_receiver import Receiver, Wrong, write

HEARTBEAT = 10  # seconds
LOOK = 0.2  # seconds between looks for what was opened
PAUSE = 0.5  # seconds before it tries to reach a broker again
AT_ONCE = 20  # letters that are fetched before the first of them is done
MARKS = ("opened", "closed")
QUORUM = {"x-queue-type": "quorum"}


class AtBroker:
    """`address` as amqp://name:password@host/. The two queues are made where they are not there."""

    def __init__(self, receiver: Receiver, *, address: str, letters: str, replies: str) -> None:
        self.receiver, self.letters, self.replies = receiver, letters, replies
        self.parameters = pika.URLParameters(address)
        self.parameters.heartbeat = HEARTBEAT

    def serve(self, until: threading.Event) -> None:
        """Whatever happens to the broker: what was not acknowledged comes again."""
        while not until.is_set():
            try:
                with contextlib.closing(pika.BlockingConnection(self.parameters)) as connection:
                    self.work(connection, until)
            except (AMQPError, OSError) as error:
                self.receiver.say(f"no broker ({type(error).__name__}); it is tried again")
                until.wait(PAUSE)

    def work(self, connection: pika.BlockingConnection, until: threading.Event) -> None:
        for queue in (self.letters, self.replies):
            made(connection, queue)
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=AT_ONCE)
        for method, properties, body in channel.consume(self.letters, inactivity_timeout=LOOK):
            if method is not None:
                keep = self.take(channel, properties, body)
                if keep:
                    channel.basic_ack(method.delivery_tag)
                else:
                    channel.basic_reject(method.delivery_tag, requeue=False)
            for headers, said in self.news():
                self.tell(channel, headers, said)
            if until.is_set():
                return

    def take(self, channel: Any, properties: pika.BasicProperties, body: bytes) -> bool:
        """Stored and signed for before the broker may forget it; whether it is a letter for us."""
        headers = words(properties.headers)
        try:
            # Of any age: it may have lain in the queue while we were away.
            said = self.receiver.act("", headers, body, oldest=None)
        except Wrong as wrong:
            self.receiver.say(f"refused with {wrong.status}: {wrong}")
            if headers.keys() >= {signatures.ID, signatures.SIGNATURE}:
                self.tell(channel, *self.signed(headers, "refused", refusal(body, wrong.status)))
            return False
        if not json.loads(body)["data"]["test"]:
            note = self.receiver.file(said["reference"], "answers")
            write(note, headers[signatures.SIGNATURE].encode())
        self.tell(channel, *self.signed(headers, "received", said))
        return True

    def signed(
        self, headers: Mapping[str, str], kind: str, said: Mapping[str, Any]
    ) -> tuple[dict[str, str], bytes]:
        """In answer to the message that came with `headers`."""
        whole = {"answers": headers[signatures.SIGNATURE], "type": f"referral.{kind}", **said}
        return self.receiver.sign(headers[signatures.ID], whole)

    def tell(self, channel: Any, headers: dict[str, str], said: bytes) -> None:
        """Returns when the broker has it for good; raises what pika raises when it did not take it."""
        properties = pika.BasicProperties(
            content_type="application/json",
            delivery_mode=2,
            message_id=headers[signatures.ID],
            headers=headers,
            type=json.loads(said)["type"],
        )
        channel.basic_publish("", self.replies, said, properties, mandatory=True)

    def news(self) -> Iterator[tuple[dict[str, str], bytes]]:
        """What was opened or closed, and not said yet. A crash in between says it twice, which is no harm."""
        for kind in MARKS:
            for mark in sorted(self.receiver.folder.glob(f"*.{kind}")):
                told, answers = mark.with_suffix(f".{kind}.said"), mark.with_suffix(".answers")
                if told.exists() or not answers.exists():
                    continue
                reference = mark.stem
                at = self.receiver.marked([reference], kind)[reference]
                digest = json.loads(self.receiver.file(reference, "json").read_text())["digest"]
                headers = {signatures.ID: reference, signatures.SIGNATURE: answers.read_text()}
                said = {"reference": reference, "digest": digest, f"{kind}_at": at}
                yield self.signed(headers, kind, said)
                write(told, b"")


def made(connection: pika.BlockingConnection, queue: str) -> None:
    """A quorum queue; one that is there already is taken as it is."""
    try:
        connection.channel().queue_declare(queue, passive=True)
    except ChannelClosedByBroker:
        connection.channel().queue_declare(queue, durable=True, arguments=QUORUM)


def words(headers: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(name).lower(): value for name, value in (headers or {}).items() if isinstance(value, str)}


def refusal(body: bytes, status: int) -> dict[str, Any]:
    """As much as can be read of which letter it was."""
    try:
        data = json.loads(body)["data"]
        return {"status": status, "reference": str(data["reference"]), "digest": str(data["digest"])}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"status": status, "reference": "", "digest": ""}
