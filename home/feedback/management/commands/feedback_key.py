"""The key with which the partnership reads what people tell it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from pyrage import x25519

from home.feedback.models import Key


class Command(BaseCommand):
    help = "make: a new pair; list: the public keys; forget: seal for this one no more."

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="words are sealed for it, too, from now on")
        make.add_argument("--to", type=Path, help="write the private key to this file, do not show it")
        verbs.add_parser("list", help="the public keys in use")
        forget = verbs.add_parser("forget", help="what was sealed before stays readable with its private key")
        forget.add_argument("public", help="age1…, as `list` shows it")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {"make": self.make, "list": self.show, "forget": self.forget}
        verbs[verb](**options)

    def make(self, *, to: Path | None, **options: Any) -> None:
        pair = x25519.Identity.generate()
        if to is not None:
            try:
                to.parent.mkdir(parents=True, exist_ok=True)
                to.touch(mode=0o600, exist_ok=False)
                to.write_text(f"{pair}\n")
            except OSError as error:
                raise CommandError(f"{to} cannot be written ({type(error).__name__}). No key made.") from None
        Key.objects.create(public=str(pair.to_public()), added_on=timezone.localdate())
        self.stdout.write(f"What people tell us is sealed for {pair.to_public()} from now on.")
        self.stdout.write(
            f"The private key stands in {to}." if to else f"The private key, shown once:\n{pair}"
        )

    def show(self, **options: Any) -> None:
        for key in Key.objects.order_by("pk"):
            self.stdout.write(f"{key.public} since {key.added_on}")

    def forget(self, *, public: str, **options: Any) -> None:
        if not Key.objects.filter(public=public).delete()[0]:
            raise CommandError("There is no such key. `feedback_key list` shows those in use.")
        self.stdout.write("Forgotten. Nothing is sealed for it any more.")
