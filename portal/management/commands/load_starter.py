"""Load the starter pages and directory into a council's installation, all services unchecked."""

from typing import Any

from django.core.management.base import BaseCommand

from home import starter as starter_pages
from services_directory import starter as starter_directory


class Command(BaseCommand):
    help = "Adds the starter's pages and services that are missing. Nothing shows until it is checked."

    def handle(self, *args: Any, **options: Any) -> None:
        services, pages = starter_directory.load(), starter_pages.load()
        self.stdout.write(f"Starter site: {services} services and {pages} pages added.")
