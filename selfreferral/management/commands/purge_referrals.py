"""Forgets what was closed long enough ago. The worker does it every day; this is for doing it now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from selfreferral import purging


class Command(BaseCommand):
    help = "Deletes the letters of referrals that were closed longer ago than RETENTION['closed_case']."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, and delete none")

    def handle(self, *args: Any, **options: Any) -> None:
        count = purging.everywhere(now=timezone.now(), dry_run=options["dry_run"])
        self.stdout.write(f"{count} letters {'would be' if options['dry_run'] else 'were'} deleted.")
