"""A broker for a test's own two queues, the reference receiver at it, and the endpoint that leads there."""

import contextlib
import os
import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from selfreferral import signatures
from selfreferral.models import Endpoint
from selfreferral.reference_broker import QUORUM, AtBroker
from selfreferral.reference_receiver import Receiver
from selfreferral.transports.amqp import Amqp
from tests.faults.world import wait_until
from tests.selfreferral.receiver import COMMAND, point
from tests.throwaway import rabbitmq, wait_for


@contextmanager
def shared_broker() -> Iterator[str]:
    """The run's own RabbitMQ (TEST_AMQP_URL), else one of ours. Without one: skipped, in CI a failure."""
    if url := os.environ.get("TEST_AMQP_URL"):
        wait_for(urlsplit(url).port or 0, seconds=60)
        yield url
        return
    with rabbitmq() as broker:
        if broker is None:
            reason = "RabbitMQ is not installed: apt-get install rabbitmq-server"
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
        broker.ready()
        yield broker.url


@dataclass
class Desk:
    """Two queues of its own at a broker, and a receiver that fetches from them while it is `open`."""

    url: str
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.secret, (self.private, self.public_key) = signatures.new_secret(), signatures.new_pair()
        name = secrets.token_hex(4)
        self.letters_queue, self.replies_queue = f"letters-{name}", f"replies-{name}"
        self.said: list[str] = []
        self.receiver = Receiver(self.folder, secret=self.secret, private=self.private, say=self.said.append)
        self.make()

    def make(self) -> None:
        for queue in (self.letters_queue, self.replies_queue):
            with self.channel() as channel:
                channel.queue_declare(queue, durable=True, arguments=QUORUM)

    def unmake(self) -> None:
        with self.channel() as channel:
            for queue in (self.letters_queue, self.replies_queue):
                channel.queue_delete(queue)

    def channel(self) -> contextlib.AbstractContextManager[BlockingChannel]:
        return self.at(self.url)

    @staticmethod
    @contextmanager
    def at(url: str) -> Iterator[BlockingChannel]:
        with contextlib.closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            yield channel

    def lying(self, queue: str) -> int:
        with self.channel() as channel:
            return channel.queue_declare(queue, passive=True).method.message_count

    @contextmanager
    def open(self) -> Iterator[None]:
        over = threading.Event()
        at = AtBroker(self.receiver, address=self.url, letters=self.letters_queue, replies=self.replies_queue)
        thread = threading.Thread(target=at.serve, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(10)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def given_over(self, port: int) -> dict:
        """The same by another way there."""
        return {**self.given, "url": f"amqp://127.0.0.1:{port}"}

    def letters(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in self.folder.glob("*.age")}

    def clear(self) -> None:
        for file in self.folder.iterdir():
            file.unlink()

    @property
    def given(self) -> dict:
        """What an endpoint must know, for `point`."""
        parts = urlsplit(self.url)
        return {
            "url": f"amqp://{parts.hostname}:{parts.port}",
            "secret": self.secret,
            "public_key": self.public_key,
            "kind": "amqp",
            "options": {
                "user": parts.username,
                "letters": self.letters_queue,
                "replies": self.replies_queue,
            },
            "closed": {"password": parts.password},
        }

    def point(self, slug: str, **changes) -> Endpoint:
        return point(slug, **{**self.given, **changes})


def no_rest() -> None:
    Amqp.resting.clear()
    Amqp.silent.clear()


def is_there(url: str, queue: str) -> bool:
    with Desk.at(url) as channel:
        try:
            channel.queue_declare(queue, passive=True)
        except ChannelClosedByBroker:
            return False
    return True


@dataclass(frozen=True)
class Fetching:
    """The reference receiver in a process of its own."""

    url: str
    folder: Path
    letters: str
    replies: str
    secret: str
    public_key: str


@contextmanager
def fetching(folder: Path, url: str, *options: str | Path) -> Iterator[Fetching]:
    name, key_file, letters = secrets.token_hex(4), folder / "receiver-keys.txt", folder / "letters"
    (folder / "broker.txt").write_text(f"{url}\n")
    queues = {"--letters": f"letters-{name}", "--replies": f"replies-{name}"}
    words = ["--broker-file", folder / "broker.txt", "--key-file", key_file, "--to", letters, *options]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    command = [*COMMAND, *map(str, words), *(word for pair in queues.items() for word in pair)]
    said = folder / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        wait_until(lambda: "Fetches from" in said.read_text() or process.poll() is not None, seconds=60)
        assert process.poll() is None, said.read_text()
        wait_until(lambda: is_there(url, queues["--replies"]), seconds=60)
        secret, private = key_file.read_text().split()
        parts = urlsplit(url)
        yield Fetching(
            f"amqp://{parts.hostname}:{parts.port}",
            letters,
            *queues.values(),
            secret,
            signatures.public_of(private),
        )
    finally:
        process.terminate()
        process.wait(30)
        with Desk.at(url) as channel:
            for queue in queues.values():
                channel.queue_delete(queue)
