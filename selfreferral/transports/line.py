"""A connection to a broker, with one deadline for everything that is done over it.

pika's own blocking connection waits without an end in each of its calls. Here its event loop turns until
the answer is there or the time is over, whichever is first; heartbeats, slow bytes and silence included.
The address that was checked is the one that is connected to, as in wire.py.
"""

import contextlib
import functools
import logging
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pika
from pika import exceptions, spec
from pika.adapters.select_connection import IOLoop, SelectConnection

from selfreferral.transports import wire
from selfreferral.transports.base import Refused, Unreachable

HEARTBEAT = 10  # seconds; tells the broker soon when we were cut off
LONGEST = 64 * 1024  # bytes of a message that we read
GOODBYE = 1.0  # seconds for taking leave: what was acknowledged is written by then
logging.getLogger("pika").setLevel(logging.CRITICAL)  # it logs addresses; what matters is raised here
# What the broker says when it ends a connection or a channel, and asking again will not help.
NO = {
    403: "It does not let us in, or not to this queue: are name and password right, and what they may do?",
    404: "It has no such queue.",
    405: "Its queue is kept for somebody else.",
    406: "Its queue is of another kind.",
    530: "It has no such virtual host, or does not let us in there.",
}


class Slow(Unreachable):
    """It cost time: asking again at once would cost as much."""


class Place(NamedTuple):
    """Where a broker is, and who comes."""

    host: str
    port: int
    tls: bool
    vhost: str
    user: str
    password: str


class Message(NamedTuple):
    """`headers` by their names in small letters, words only."""

    tag: int
    headers: Mapping[str, str]
    body: bytes


@contextlib.contextmanager
def connected(place: Place, until: float, *, inside: Collection[str] = ()) -> Iterator["Line"]:
    """Raises Unreachable and Refused. `inside`: hosts that may have a private address."""
    try:
        found = wire.resolve(place.host, place.port, until, inside=inside)
    except wire.NotAllowed as error:
        raise Refused(str(error)) from None
    except wire.NoAnswer as error:
        raise Unreachable(str(error)) from None
    except TimeoutError:
        raise Slow("Its name could not be looked up in time.") from None
    line = opened(place, [address[0] for _family, address in found], until)
    try:
        yield line
    finally:
        line.close()


def opened(place: Place, addresses: Sequence[str], until: float) -> "Line":
    """At the first address that answers; what is left of the time is shared by those not tried yet."""
    for left in range(len(addresses), 0, -1):
        now = time.monotonic()
        line = Line(place, addresses[-left], now + (until - now) / left)
        try:
            line.open()
        except BaseException as error:
            line.close()
            if left == 1 or not isinstance(error, Unreachable):
                raise
        else:
            line.until = until
            return line
    raise Unreachable("Its name has no address.")


class Line:
    """Every verb returns once the broker has answered. Raises Unreachable and Refused."""

    def __init__(self, place: Place, address: str, until: float) -> None:
        self.until, self.loop = until, IOLoop()
        self.answer: Any = None
        self.returned = self.broken = False
        self.place, self.address = place, address

    def open(self) -> None:
        self.run(self._connect)
        self.run(lambda: self.connection.channel(on_open_callback=self._has_channel))
        self.run(lambda: self.channel.confirm_delivery(self._confirmed, lambda frame: self.say(True)))

    def waiting(self, queue: str) -> int:
        """How many messages lie in `queue`, those not counted that somebody is at work on."""
        ask = functools.partial(self.channel.queue_declare, queue, passive=True, callback=self.say)
        return self.run(ask).method.message_count

    def publish(self, queue: str, body: bytes, headers: Mapping[str, str], **properties: str) -> None:
        """Returns when the broker has it for good."""
        kept = spec.BasicProperties(
            content_type="application/json",
            delivery_mode=2,
            headers=dict(headers),
            **properties,
        )
        self.returned = False
        confirmed = self.run(lambda: self.channel.basic_publish("", queue, body, kept, mandatory=True))
        if self.returned:
            raise Refused("It has no queue of this name: the letter came back.")
        if not confirmed:
            raise Unreachable("The broker did not take it (nack): its queue is full, or it has no room.")

    def take(self, queue: str) -> Message | None:
        """The oldest message of `queue`, which stays there until `done` or `drop`."""
        return self.run(lambda: self.channel.basic_get(queue, self._taken))

    def done(self, tag: int) -> None:
        self.channel.basic_ack(tag)

    def drop(self, tag: int) -> None:
        """Not wanted; it goes where the broker's owner keeps such."""
        self.channel.basic_reject(tag, requeue=False)

    def pause(self, seconds: float) -> None:
        self.run(lambda: self.loop.call_later(seconds, lambda: self.say(True)))

    def close(self) -> None:
        self.until = time.monotonic() + (GOODBYE if not self.broken else GOODBYE / 10)
        # pika asserts what is not so when it is told to give up a connection that never came about.
        with contextlib.suppress(Unreachable, Refused, AttributeError, AssertionError):
            self.run(self.connection.close)
        self.loop.close()

    def run(self, act: Callable[[], object]) -> Any:
        """Do `act`, and let the loop turn until somebody says something, or the time is over."""
        self.answer = None
        over = self.loop.call_later(max(0.0, self.until - time.monotonic()), self._late)
        try:
            act()
            self.loop.start()
        except (exceptions.AMQPError, OSError, ssl.SSLError) as error:
            self.answer = error
        finally:
            self.loop.remove_timeout(over)
        if isinstance(self.answer, BaseException):
            self.broken = True
            raise in_words(self.answer)
        return None if self.answer is NOTHING else self.answer

    def say(self, answer: Any) -> None:
        """The first answer counts."""
        if self.answer is None:
            self.answer = answer
        self.loop.stop()

    def _late(self) -> None:
        self.say(TimeoutError())

    def _connect(self) -> None:
        place, left = self.place, max(0.1, self.until - time.monotonic())
        options = None
        if place.tls:
            options = pika.SSLOptions(wire.trusted(), place.host)
        self.connection = SelectConnection(
            pika.ConnectionParameters(
                host=self.address,
                port=place.port,
                virtual_host=place.vhost,
                credentials=pika.PlainCredentials(place.user, place.password, erase_on_connect=True),
                heartbeat=HEARTBEAT,
                connection_attempts=1,
                retry_delay=0,
                socket_timeout=left,
                stack_timeout=left,
                ssl_options=options,
            ),
            on_open_callback=lambda connection: self.say(True),
            on_open_error_callback=lambda connection, error: self.say(error),
            on_close_callback=lambda connection, error: self.say(error),
            custom_ioloop=self.loop,
        )

    def _has_channel(self, channel: Any) -> None:
        self.channel = channel
        channel.add_on_close_callback(lambda channel, error: self.say(error))
        channel.add_on_return_callback(self._came_back)
        channel.add_callback(lambda frame: self.say(NOTHING), [spec.Basic.GetEmpty], one_shot=False)
        self.say(True)

    def _came_back(self, *message: Any) -> None:
        """Said before the confirm of the same message."""
        self.returned = True

    def _confirmed(self, frame: Any) -> None:
        self.say(isinstance(frame.method, spec.Basic.Ack))

    def _taken(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        given = properties.headers or {}
        words = {str(name).lower(): value for name, value in given.items() if isinstance(value, str)}
        self.say(Message(method.delivery_tag, words, body))


NOTHING = object()


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it carries: pika wraps them in its own."""
    yield error
    inner = [getattr(error, "exception", None), *getattr(error, "exceptions", ()), *error.args]
    for one in inner:
        if isinstance(one, BaseException):
            yield from causes(one)


def in_words(error: BaseException) -> Exception:
    """Refused where asking again will not help, Unreachable for everything else."""
    found = list(causes(error))
    for one in found:
        if isinstance(one, ssl.SSLCertVerificationError):
            return Unreachable(f"Its certificate is not right: {one.verify_message}")
        if isinstance(one, ssl.SSLError):
            return Unreachable("No secure connection (TLS) could be made.")
        if isinstance(one, exceptions.AuthenticationError | exceptions.ProbableAuthenticationError):
            return Refused(NO[403])
        if isinstance(one, exceptions.ProbableAccessDeniedError):
            return Refused(NO[530])
        code = getattr(one, "reply_code", None)
        if code in NO:
            return Refused(NO[code])
        if isinstance(one, TimeoutError):
            return Slow("It did not answer in time.")
        if isinstance(one, ConnectionRefusedError):
            return Unreachable("Nobody listens there.")
    return Unreachable(f"The connection broke ({type(found[-1]).__name__}).")
