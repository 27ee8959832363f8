"""Renew what search reads of every page, after a new version has come with other ways to read them."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page

from home.models import PublicPage


class Command(BaseCommand):
    help = "Renews the public copies of pages' words, which search reads."

    def handle(self, *args: Any, **options: Any) -> None:
        pages = [page for page in Page.objects.live().specific() if isinstance(page, PublicPage)]
        for page in pages:
            page.keep_for_search()
        self.stdout.write(f"{len(pages)} pages can be found.")
