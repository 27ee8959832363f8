"""Load the starter pages and directory into a council's installation, all services unchecked."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from home import roles
from home import starter as starter_pages
from home.campaigns import starter as starter_campaigns
from pathways import starter as starter_pathways
from selfreferral import starter as starter_queues
from services_directory import starter as starter_directory


class Command(BaseCommand):
    help = "Adds the starter's pages, services and queues that are missing. Unchecked services do not show."

    def handle(self, *args: Any, **options: Any) -> None:
        services = starter_directory.load()
        pages = starter_pages.load() + starter_pathways.load() + starter_campaigns.load()
        roles.load()
        queues = starter_queues.load(area=settings.PORTAL_AREA)
        self.stdout.write(f"Starter site: {services} services, {pages} pages and {queues} queues added.")
        if queues:
            self.stdout.write("Queues have no keys yet: see `manage.py keys` and the runbook.")
