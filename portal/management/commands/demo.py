"""Load the starter site and its demonstration sign-in. Production refuses it."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from home import starter as starter_pages
from services_directory import starter as starter_directory

# Invented people, for a demonstration on one machine only.
DEMO_STAFF = [("editor", "Edie Example", "a-demo-passphrase", True)]


class Command(BaseCommand):
    help = "Loads the starter pages, the 63 unchecked services and a demonstration sign-in."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError(
                "This is not a demonstration (PORTAL_DEMO is off), so nothing was loaded. "
                "Use `manage.py load_starter` for the directory without the demonstration's sign-in."
            )
        services = starter_directory.load()
        pages = starter_pages.load()
        for username, name, passphrase, superuser in DEMO_STAFF:
            self._sign_in(username, name, passphrase, superuser)
        if services or pages:
            self.stdout.write(f"Starter site: {services} services and {pages} pages added.")

    def _sign_in(self, username: str, name: str, passphrase: str, superuser: bool) -> None:
        first, last = name.split(" ", 1)
        user, made = get_user_model().objects.get_or_create(
            username=username,
            defaults={
                "first_name": first,
                "last_name": last,
                "email": f"{username}@example.org",
                "is_staff": superuser,
                "is_superuser": superuser,
            },
        )
        if made:
            user.set_password(passphrase)
            user.save()
