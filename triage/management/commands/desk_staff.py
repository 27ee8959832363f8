"""Who works at the desk. Kept on the machine: there is no page for it yet."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from selfreferral.models import Queue
from triage import access
from triage.demo_staff import USERNAMES as INVENTED
from triage.models import Membership


class Command(BaseCommand):
    help = "add: a person, or a place at one more queue; remove: a place; passphrase: a new one; list: all."

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="prints a passphrase, once, for a new person")
        add.add_argument("username")
        add.add_argument("--name", default="", help="first and last name, as colleagues see it")
        add.add_argument("--email", default="", help="where the link for a new passphrase may be sent")
        add.add_argument("--queue", required=True)
        add.add_argument("--role", choices=Membership.Role.values, required=True)
        remove = verbs.add_parser("remove", help="works at once, also for who is signed in")
        remove.add_argument("username")
        remove.add_argument("--queue", required=True)
        verbs.add_parser("passphrase", help="signs the person out everywhere").add_argument("username")
        verbs.add_parser("list")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "add": self.add,
            "remove": self.remove,
            "passphrase": self.passphrase,
            "list": self.show,
        }
        verbs[verb](**options)

    @transaction.atomic
    def add(self, *, username: str, name: str, email: str, queue: str, role: str, **options: Any) -> None:
        if username in INVENTED:
            raise CommandError(f"{username} is one of the demonstration's invented people. Choose another.")
        if not Queue.objects.filter(slug=queue).exists():
            known = ", ".join(Queue.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no queue {queue}. There are: {known}.")
        user, is_new = get_user_model().objects.get_or_create(username=username)
        if user.is_staff or user.is_superuser or user.groups.exists():
            raise CommandError(f"{username} signs in at the CMS. Desk staff have a name of their own here.")
        user.email = email or user.email
        if name:
            user.first_name, _, user.last_name = name.partition(" ")
        user.save()
        Membership.objects.update_or_create(user=user, queue=queue, defaults={"role": role})
        self.stdout.write(f"{username}: {role}, {queue}.")
        if is_new:
            self.passphrase(username=username)

    def remove(self, *, username: str, queue: str, **options: Any) -> None:
        gone, _rows = Membership.objects.filter(user__username=username, queue=queue).delete()
        if not gone:
            raise CommandError(f"{username} has no place at {queue}.")
        self.stdout.write(f"{username} no longer sees {queue}.")

    def passphrase(self, *, username: str, **options: Any) -> None:
        user = get_user_model().objects.filter(username=username, desk_memberships__isnull=False).first()
        if user is None:
            raise CommandError(f"{username} does not work at the desk.")
        words = secrets.token_urlsafe(15)
        user.set_password(words)
        user.save()
        self.stdout.write(f"Passphrase of {username}, shown this once: {words}")

    def show(self, **options: Any) -> None:
        for place in Membership.objects.select_related("user").order_by("user__username", "queue"):
            self.stdout.write(f"{place.user.get_username()}: {place.role}, {place.queue}")
        for queue in sorted(set(Membership.objects.values_list("queue", flat=True))):
            if not access.leads_of(queue):
                self.stdout.write(f"{queue}: NO LEAD. Requests that only a lead may open wait there unread.")
