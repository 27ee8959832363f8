"""Compose every public copy anew: after a release that changed cards, filters or the index."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services_directory.entries import refresh_entries
from services_directory.models import Entry
from services_directory.public_words import Refused


class Command(BaseCommand):
    help = "Writes the public copy of every service again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refresh_entries()
        except Refused as refused:
            raise CommandError(f"All others are fresh. {refused}") from refused
        self.stdout.write(f"{Entry.objects.count()} public copies are fresh.")
