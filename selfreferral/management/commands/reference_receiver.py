"""A small receiver on this machine, to see letters arrive. Never for production."""

import signal
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from selfreferral import keys, reference_broker, reference_receiver, signatures
from services_directory import unsealing

NEVER = "This is for trying the exchange only, never for production: no TLS, no accounts, no limits."


class Command(BaseCommand):
    help = f"Takes letters, stores them sealed and signs for them. {NEVER}"

    def add_arguments(self, parser: Any) -> None:
        ways = parser.add_mutually_exclusive_group(required=True)
        ways.add_argument("--port", type=int, help="listen for a webhook")
        ways.add_argument(
            "--broker-file",
            type=Path,
            metavar="FILE",
            help="fetch from a broker; in it: amqp://name:password@host/",
        )
        parser.add_argument("--letters", default="front-door-letters", help="the broker's queue of letters")
        parser.add_argument("--replies", default="front-door-receipts", help="and the one for receipts")
        parser.add_argument(
            "--key-file", type=Path, required=True, help="whsec_… and whsk_…, one a line; made when not there"
        )
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where letters are kept")
        parser.add_argument(
            "--open-with", type=Path, metavar="FILE", help="age keys, to try whether they open"
        )

    def handle(self, *args: Any, key_file: Path, to: Path, open_with: Path | None, **options: Any) -> None:
        try:
            secret, private = kept(key_file) if key_file.exists() else made(key_file)
            identities = unsealing.load(open_with) if open_with else []
            to.mkdir(mode=0o700, parents=True, exist_ok=True)
            receiver = reference_receiver.Receiver(
                to, secret=secret, private=private, identities=identities, say=self.say
            )
            self.say(NEVER)
            self.say(f"Its public key: {signatures.public_of(private)}")
            self.say(f"The secret that both sides hold stands in {key_file}.")
            if options["port"] is not None:
                self.listen(receiver, options["port"])
            else:
                self.fetch(receiver, **options)
        except (keys.NotWritten, unsealing.KeyFileProblem, signatures.BadKey, OSError, ValueError) as error:
            raise CommandError(str(error)) from None

    def listen(self, receiver: reference_receiver.Receiver, port: int) -> None:
        server = reference_receiver.server(receiver, port)
        self.say(f"Listens at http://127.0.0.1:{server.server_address[1]}/ until Ctrl-C.")
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            server.server_close()

    def fetch(
        self,
        receiver: reference_receiver.Receiver,
        *,
        broker_file: Path,
        letters: str,
        replies: str,
        **options: Any,
    ) -> None:
        address = broker_file.read_text().strip()
        at = reference_broker.AtBroker(receiver, address=address, letters=letters, replies=replies)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        self.say(f"Fetches from the queue {letters}, and signs into {replies}, until Ctrl-C.")
        at.serve(stop)

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def kept(file: Path) -> tuple[str, str]:
    lines = file.read_text().split()
    found = [next((line for line in lines if line.startswith(kind)), "") for kind in KINDS]
    return found[0], found[1]


def made(file: Path) -> tuple[str, str]:
    secret, (private, _public) = signatures.new_secret(), signatures.new_pair()
    keys.append_private(file, f"{secret}\n{private}\n")
    return secret, private


KINDS = (signatures.SECRET, signatures.PRIVATE)
