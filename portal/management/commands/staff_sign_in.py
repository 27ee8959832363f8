"""For whoever runs the site: who has a second step, and setting somebody's sign-in back. Each door's own."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.sign_in import doors, second_step, sessions, setting_back
from portal.sign_in.doors import What


class Command(BaseCommand):
    help = (
        "list: who signs in where, with what; set-back: takes a lost phone or key out of somebody's sign-in; "
        "sign-out: ends their sessions. Check first that it is really them: docs/how-to.md."
    )

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list")
        for verb in ("set-back", "sign-out"):
            one = verbs.add_parser(verb)
            one.add_argument("username")
            one.add_argument("--by", required=True, help="who does this, for the record")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        {"list": self.show, "set-back": self.set_back, "sign-out": self.sign_out}[verb](**options)

    def show(self, **options: Any) -> None:
        for user in get_user_model().objects.filter(is_active=True).order_by("username"):
            for door in doors.DOORS:
                if door.admits(user):
                    steps = ", ".join(step.type for step in second_step.of(user)) or "no second step yet"
                    self.stdout.write(f"{user.get_username()}: {door.name}, {steps}")

    @transaction.atomic
    def set_back(self, *, username: str, by: str, **options: Any) -> None:
        user, door = self.find(username)
        passphrase = secrets.token_urlsafe(15)
        user.set_password(passphrase)
        user.save()
        setting_back.set_back(user, door, by=username, detail=f"set back by {by}", now=timezone.now())
        self.stdout.write(
            f"{username} is signed out everywhere and adds a new second step at the next sign-in."
        )
        self.stdout.write(f"New passphrase of {username}, shown this once: {passphrase}")

    @transaction.atomic
    def sign_out(self, *, username: str, by: str, **options: Any) -> None:
        user, door = self.find(username)
        ended = self.end(user)
        door.write(What.SIGNED_OUT, now=timezone.now(), by=username, detail=f"ended by {by}"[:160])
        self.stdout.write(f"{username} is signed out: {ended} sessions.")

    def end(self, user: Any) -> int:
        return sessions.end(sessions.of(user, timezone.now()))

    def find(self, username: str) -> tuple[Any, doors.Door]:
        user = get_user_model().objects.filter(username=username).first()
        door = next((door for door in doors.DOORS if user is not None and door.admits(user)), None)
        if user is None or door is None:
            raise CommandError(
                f"{username} signs in at no door. `manage.py staff_sign_in list` says who does."
            )
        return user, door
