"""Keys of the queues: who can open what is sealed for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from selfreferral import checks, keys
from selfreferral.models import Queue, RevokedKey
from services_directory import sealing, unsealing

ONCE = "The private key, shown this once. Keep it where only the people who read the letters can:"


class Command(BaseCommand):
    help = (
        "make: a pair of keys; list: public keys; rotate: a new pair for a team; revoke: never use a key "
        "again; check: can letters be sealed and opened?"
    )

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="a new pair; letters are sealed for it from now on")
        make.add_argument("queue", nargs="?", help="slug of the queue")
        make.add_argument(
            "--escrow", action="store_true", help="the spare key kept offline: every queue's, or this queue's"
        )
        rotate = verbs.add_parser("rotate", help="a new pair in place of the team's own")
        rotate.add_argument("queue", help="slug of the queue")
        for verb in (make, rotate):
            verb.add_argument("--to", type=Path, help="write the private key to this file, do not show it")
        revoke = verbs.add_parser("revoke", help="never seal for this public key again")
        revoke.add_argument("public", help="age1…, as `list` shows it")
        revoke.add_argument("--now", action="store_true", help="even if a queue then takes nothing")
        verbs.add_parser("list", help="public keys of every queue, and the revoked ones")
        check = verbs.add_parser("check", help="seal a test letter for every queue")
        check.add_argument(
            "queues", nargs="*", help="only these; else all but those with a spare of their own"
        )
        check.add_argument("--private", type=Path, help="and open them with the keys in this file")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "make": self.make,
            "list": self.show,
            "rotate": self.rotate,
            "revoke": self.revoke,
            "check": self.test,
        }
        try:
            verbs[verb](**options)
        except (keys.NotWritten, keys.Refused) as error:
            raise CommandError(str(error)) from error

    def make(self, *, queue: str | None, escrow: bool, to: Path | None, **options: Any) -> None:
        if not queue and not escrow:
            raise CommandError("Name one queue, or say --escrow for the spare key that the queues share.")
        slugs = named([queue] if queue else [])
        note = f"{queue or 'every queue without one of its own'}, spare key" if escrow else str(queue)
        public, private = keys.make(note=note, file=to)
        keys.add(public, slugs=slugs, first=not escrow)
        self.stdout.write(f"{', '.join(slugs)}: sealed for {public} from now on.")
        self.hand_over(private, to)
        if escrow and not queue:
            for outside in Queue.objects.filter(own_escrow=True):
                self.stdout.write(f"Not for {outside.slug}. Its own: keys make {outside.slug} --escrow")

    def rotate(self, *, queue: str, to: Path | None, **options: Any) -> None:
        keys.check_can_rotate(queue)
        public, private = keys.make(note=queue, file=to)
        old = keys.rotate(queue, public)
        self.stdout.write(f"{queue}: sealed for {public} from now on, and for {old} no more.")
        self.hand_over(private, to)
        self.stdout.write(
            f"Keep the old private key, too: {keys.not_closed([queue])} letters of this queue are not "
            "closed, and only the old key and the spare one open what was sealed before. "
            "A key file may hold both.\n"
            f"Is the old private key in wrong hands? Then also: keys revoke {old}"
        )

    def revoke(self, *, public: str, now: bool, **options: Any) -> None:
        slugs, short = keys.revoke(public, now=timezone.now(), leave_too_few=now)
        self.stdout.write(f"Revoked. Taken out of: {', '.join(slugs) or 'no queue, it was in none'}.")
        self.stdout.write(
            f"{keys.not_closed(slugs)} letters of these queues are not closed. A sealed letter does not show "
            "for whom it was sealed, so take it that the private key opens every one of them, and every copy "
            "in a backup. Revoking takes nothing back that was sealed before."
        )
        for queue in short:
            mend = checks.mend_keys(queue.slug, own_escrow=queue.own_escrow)
            state = sealing.problem(queue.keys_in_use()) and "takes NO referral now"
            self.stderr.write(f"{queue.slug} {state or 'has no key of its team now'}. Run at once: {mend}")

    def show(self, **options: Any) -> None:
        for queue in Queue.objects.all():
            self.stdout.write(f"{queue.slug}: {sealing.problem(queue.keys_in_use()) or 'usable'}")
            self.stdout.write("".join(f"  {public}\n" for public in queue.recipients), ending="")
        for revoked in RevokedKey.objects.order_by("revoked_at"):
            day = timezone.localdate(revoked.revoked_at)
            self.stdout.write(f"revoked on {day}: {revoked.public}")

    def test(self, *, private: Path | None, queues: list[str], **options: Any) -> None:
        slugs = named(queues)
        problems = checks.queue_problems()
        if private:
            problems += unopened(private, slugs)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("Every queue can be sealed for.")
        if private:
            self.stdout.write(f"This key file opens them: {', '.join(slugs)}.")

    def hand_over(self, private: str, to: Path | None) -> None:
        self.stdout.write(f"{ONCE}\n{private}" if private else f"The private key stands in {to}.")


def named(slugs: list[str]) -> list[str]:
    """These queues, or without any name every queue that has no spare key of its own."""
    queues = Queue.objects.filter(slug__in=slugs) if slugs else Queue.objects.filter(own_escrow=False)
    found = list(queues.values_list("slug", flat=True))
    if not found or len(found) < len(set(slugs)):
        known = ", ".join(Queue.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no such queue. There are: {known}.")
    return found


def unopened(private: Path, slugs: list[str]) -> list[str]:
    """Queues whose letters the keys in this file do not open."""
    try:
        identities = unsealing.load(private)
    except unsealing.KeyFileProblem as error:
        raise CommandError(str(error)) from error
    problems = []
    for queue in Queue.objects.filter(active=True, slug__in=slugs):
        try:
            unsealing.open(sealing.seal(b"{}", queue.keys_in_use()), identities)
        except sealing.NoUsableKey:
            continue  # named already
        except unsealing.CannotOpen:
            problems.append(f"{queue.slug}: not opened by any key in {private}.")
    return problems
