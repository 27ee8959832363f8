"""Forgets what is old enough. The worker does it every day; this is for doing it now, or counting first."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from selfreferral import purging, wiping


class Command(BaseCommand):
    help = "Deletes what RETENTION says (portal/settings/retention.py). Nothing that was not received."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many of what, and delete none")
        parser.add_argument(
            "--vacuum", action="store_true", help="SQLite: write a large file anew; nobody can send meanwhile"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = purging.everywhere(now=timezone.now(), dry_run=options["dry_run"])
        for name, number in found.items():
            self.stdout.write(f"{name}: {number}")
        self.stdout.write("Nothing was deleted." if options["dry_run"] else "Done.")
        if options["vacuum"] and not options["dry_run"]:
            self.stdout.write("Written anew." if wiping.wipe(whatever_size=True) else "The file was busy.")
