"""Compose every public copy anew: after a release that changed cards, filters or the index."""

from typing import Any

from django.core.management.base import BaseCommand

from services_directory.entries import refresh_entries
from services_directory.models import Entry


class Command(BaseCommand):
    help = "Writes the public copy of every service again."

    def handle(self, *args: Any, **options: Any) -> None:
        refresh_entries()
        self.stdout.write(f"{Entry.objects.count()} public copies are fresh.")
