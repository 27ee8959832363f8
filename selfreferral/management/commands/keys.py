"""Keys of the queues: who can open what is sealed for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from selfreferral import checks, keys, opening, sealing
from selfreferral.models import Queue

ONCE = "The private key, shown this once. Keep it where only the people who read the letters can:"


class Command(BaseCommand):
    help = "make: a pair of keys for a queue; list: public keys; check: can letters be sealed and opened?"

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="a new pair; letters are sealed for it from now on")
        make.add_argument("queue", nargs="?", help="slug of the queue")
        make.add_argument("--escrow", action="store_true", help="for every queue: the key kept offline")
        make.add_argument("--to", type=Path, help="write the private key to this file instead of showing it")
        verbs.add_parser("list", help="public keys of every queue")
        check = verbs.add_parser("check", help="seal a test letter for every queue")
        check.add_argument("--private", type=Path, help="and open them with the keys in this file")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {"make": self.make, "list": self.show, "check": self.test}
        verbs[verb](**options)

    def make(self, *, queue: str | None, escrow: bool, to: Path | None, **options: Any) -> None:
        if bool(queue) == escrow:
            raise CommandError("Name one queue, or say --escrow for the key that every queue shares.")
        slugs = [queue] if queue else list(Queue.objects.values_list("slug", flat=True))
        if Queue.objects.filter(slug__in=slugs).count() != len(slugs) or not slugs:
            known = ", ".join(Queue.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no such queue. There are: {known}.")
        try:
            public, private = keys.make(note=queue or "escrow, for every queue", file=to)
        except keys.NotWritten as error:
            raise CommandError(str(error)) from error
        keys.add(public, slugs=slugs, first=not escrow)
        self.stdout.write(f"{', '.join(slugs)}: sealed for {public} from now on.")
        self.stdout.write(f"{ONCE}\n{private}" if private else f"The private key stands in {to}.")

    def show(self, **options: Any) -> None:
        for queue in Queue.objects.all():
            self.stdout.write(f"{queue.slug}: {sealing.problem(queue.recipients) or 'usable'}")
            self.stdout.write("".join(f"  {public}\n" for public in queue.recipients), ending="")

    def test(self, *, private: Path | None, **options: Any) -> None:
        problems = checks.queue_problems()
        if private:
            problems += self.unopened(private)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(
            "Every queue can be sealed for." + (" This key file opens them." if private else "")
        )

    def unopened(self, private: Path) -> list[str]:
        """Queues whose letters the keys in this file do not open."""
        try:
            identities = opening.load(private)
        except opening.KeyFileProblem as error:
            raise CommandError(str(error)) from error
        problems = []
        for queue in Queue.objects.filter(active=True):
            try:
                opening.open(sealing.seal(b"{}", queue.recipients), identities)
            except sealing.NoUsableKey:
                continue  # named already
            except opening.CannotOpen:
                problems.append(f"{queue.slug}: not opened by any key in {private}.")
        return problems
