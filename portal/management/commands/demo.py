"""Load the starter site and its demonstration sign-in. Production refuses it."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from home import roles
from home import starter as starter_pages
from home.campaigns import starter as starter_campaigns
from home.feedback.models import Key
from pathways import starter as starter_pathways
from selfreferral import starter as starter_queues
from selfreferral.models import Queue
from services_directory import starter as starter_directory
from triage import demo_staff

# Invented people, for a demonstration on one machine only.
# (sign-in, name, passphrase, role; empty: may do everything)
DEMO_STAFF = [
    ("editor", "Edie Example", "a-demo-passphrase", ""),
    *((*role.demo, "a-demo-passphrase", role.name) for role in roles.ROLES),
]


class Command(BaseCommand):
    help = "Loads the starter pages, the 63 unchecked services, queues with keys and demonstration sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError(
                "This is not a demonstration (PORTAL_DEMO is off), so nothing was loaded. "
                "Use `manage.py load_starter` for the directory without the demonstration's sign-in."
            )
        services = starter_directory.load()
        pages = starter_pages.load() + starter_pathways.load() + starter_campaigns.load()
        pages += starter_campaigns.load_demonstration(today=timezone.localdate())
        if not Key.objects.exists():
            file = settings.KEYS_DIR / "feedback.txt"
            call_command("feedback_key", "make", "--to", str(file), stdout=StringIO())
        roles.load()
        for username, name, passphrase, role in DEMO_STAFF:
            self._sign_in(username, name, passphrase, role)
        queues = starter_queues.load(area=settings.PORTAL_AREA, suffix=" (demonstration)")
        self._keys()
        demo_staff.load()
        if services or pages or queues:
            self.stdout.write(f"Starter site: {services} services, {pages} pages and {queues} queues added.")

    def _keys(self) -> None:
        """A pair for each queue that has none, and the spare ones: in files of their own, for other doors."""
        bare = [queue for queue in Queue.objects.all() if not queue.recipients]
        for queue in bare:
            self._make(queue.slug, file="desk.txt")
        for queue in bare:
            if queue.own_escrow:
                self._make(queue.slug, "--escrow", file=f"escrow-{queue.slug}.txt")
        if any(not queue.own_escrow for queue in bare):
            self._make("--escrow", file="escrow.txt")

    @staticmethod
    def _make(*what: str, file: str) -> None:
        call_command("keys", "make", *what, "--to", str(settings.KEYS_DIR / file), stdout=StringIO())

    def _sign_in(self, username: str, name: str, passphrase: str, role: str) -> None:
        first, last = name.split(" ", 1)
        user, made = get_user_model().objects.get_or_create(
            username=username,
            defaults={
                "first_name": first,
                "last_name": last,
                "email": f"{username}@example.org",
                "is_staff": not role,
                "is_superuser": not role,
            },
        )
        if made:
            user.set_password(passphrase)
            user.save()
            if role:
                user.groups.add(Group.objects.get(name=role))
