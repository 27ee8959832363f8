"""Receivers elsewhere: where a queue's letters go, and whether they would arrive."""

import getpass
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.utils import timezone

from selfreferral import signatures, trial
from selfreferral.models import Endpoint, Queue
from selfreferral.transports.elsewhere import Elsewhere, Field, kinds

ONCE = "The secret, shown this once. Give it to the receiver by a safe way, not by mail:"


class Command(BaseCommand):
    help = (
        "set: give a queue a receiver, or change it; test: send a sealed test; use: letters go there from "
        "now on; show: every receiver. See docs/receiving.md."
    )

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("show", help="every receiver, without its secret")
        setting = verbs.add_parser("set", help="give a queue a receiver, or change it")
        setting.add_argument("queue", help="slug of the queue")
        setting.add_argument("--kind", choices=list(kinds()), help="webhook, when nothing is said")
        setting.add_argument("--url", help="https://…, for a broker amqps://…")
        for field in own_fields():
            if field.closed:
                words = f"{field.label}: read from a file"
                setting.add_argument(f"--{field.name}-file", type=Path, help=words)
            else:
                setting.add_argument(f"--{field.name}", help=field.label)
        setting.add_argument("--public-key", help="the receiver's own, whpk_…")
        setting.add_argument("--contact", help="whom to ring there")
        setting.add_argument("--hours", help="when somebody answers there")
        secrets = setting.add_mutually_exclusive_group()
        secrets.add_argument("--new-secret", action="store_true", help="make one and show it once")
        secrets.add_argument("--secret", action="store_true", help="type one (whsec_…), or pipe it in")
        secrets.add_argument("--secret-file", type=Path, help="read it from a file")
        for verb, words in {"test": "send a sealed test", "use": "letters go there from now on"}.items():
            parser = verbs.add_parser(verb, help=words)
            parser.add_argument("queue", help="slug of the queue")
            parser.add_argument("--kind", choices=list(kinds()), help="when several are set up")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        {"set": self.set, "test": self.test, "use": self.use, "show": self.show}[verb](**options)

    def show(self, **options: Any) -> None:
        for endpoint in Endpoint.objects.select_related("queue").order_by("queue__slug"):
            used = "in use" if endpoint.queue.transport == endpoint.kind else "not in use"
            self.stdout.write(f"{endpoint.queue.slug}: {endpoint.kind} {endpoint.url}, {used}")
            for name, value in endpoint.options.items():
                self.stdout.write(f"  {name} {value}")
            self.stdout.write(f"  its public key {endpoint.public_key}")
            if endpoint.contact or endpoint.hours:
                self.stdout.write(f"  ring {endpoint.contact or '?'}, {endpoint.hours or 'hours not known'}")

    def set(self, *, queue: str, kind: str | None, **options: Any) -> None:
        row, kind = found(queue), kind or "webhook"
        endpoint = Endpoint.objects.filter(queue=row, kind=kind).first() or Endpoint(queue=row, kind=kind)
        for name in ("url", "public_key", "contact", "hours"):
            if options[name] is not None:
                setattr(endpoint, name, options[name])
        secret = secret_of(**options)
        if not secret and not endpoint.secret:
            raise CommandError("It has no secret yet: say --new-secret, --secret or --secret-file.")
        try:
            give(endpoint, kinds()[kind], options)
            if secret:
                endpoint.keep(secret)
            endpoint.full_clean()
        except ValidationError as error:
            raise CommandError(
                " ".join(f"{n}: {' '.join(w)}" for n, w in error.message_dict.items())
            ) from None
        except (signatures.BadKey, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None
        endpoint.save()
        if options["new_secret"]:
            self.stdout.write(f"{ONCE}\n{secret}")
        self.stdout.write(f"Kept. Next: manage.py endpoint test {queue} --kind {kind}")

    def test(self, *, queue: str, kind: str | None, **options: Any) -> None:
        outcome = trial.send(of(queue, kind), now=timezone.now())
        if not outcome.worked:
            raise CommandError(outcome.words)
        self.stdout.write(outcome.words)

    def use(self, *, queue: str, kind: str | None, **options: Any) -> None:
        """Only after a test that worked: from here on people depend on it."""
        endpoint = of(queue, kind)
        self.test(queue=queue, kind=endpoint.kind)
        Queue.objects.filter(pk=endpoint.queue_id).update(transport=endpoint.kind)
        self.stdout.write(
            f"Letters of {queue} go there from now on. What was handed over before stays there."
        )


def own_fields() -> list[Field]:
    """What kinds must know beside the address, each name once."""
    return list({field.name: field for kind in kinds().values() for field in kind.fields}.values())


def give(endpoint: Endpoint, kind: Elsewhere, options: Mapping[str, Any]) -> None:
    """What was said on the command line of that which this kind must know. Raises ImproperlyConfigured."""
    closed = {}
    for field in kind.fields:
        if field.closed and (file := options[f"{field.name}_file"]):
            closed[field.name] = read(file).strip()
        elif not field.closed and options[field.name] is not None:
            endpoint.options[field.name] = options[field.name]
    endpoint.close(closed)


def read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise CommandError(f"{file} cannot be read ({type(error).__name__}).") from None


def secret_of(*, new_secret: bool, secret: bool, secret_file: Path | None, **options: Any) -> str:
    if new_secret:
        return signatures.new_secret()
    if secret_file:
        return next((w for w in read(secret_file).split() if w.startswith(signatures.SECRET)), "none")
    if secret:
        return (getpass.getpass("whsec_…: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    return ""


def found(slug: str) -> Queue:
    queue = Queue.objects.filter(slug=slug).first()
    if queue is None:
        known = ", ".join(Queue.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no queue {slug!r}. There are: {known}.")
    return queue


def of(slug: str, kind: str | None) -> Endpoint:
    """The receiver of this kind; without one, the only one that there is, or the one in use."""
    there = Endpoint.objects.select_related("queue").filter(queue=found(slug))
    if kind:
        there = there.filter(kind=kind)
    elif there.count() > 1:
        there = there.filter(kind=F("queue__transport"))
    endpoint = there.first()
    if endpoint is None:
        raise CommandError(
            f"{slug} has no such receiver. First: manage.py endpoint set {slug}. Of several, name one: --kind"
        )
    return endpoint
