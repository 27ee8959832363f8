"""The starter site's words: home, groups, and the pages that every installation needs.

`load()` makes the pages that are missing, by address, and leaves alone what editors changed.
"""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from home.models import ContentPage, GroupIndexPage, GroupPage, HomePage, PublicPage, SiteSettings, Wording
from services_directory.models import TaxonomyTerm

PAGES = Path(__file__).parent / "pages.json"
WORDING = Path(__file__).parent / "wording.json"
KINDS: dict[str, type[PublicPage]] = {
    kind.__name__: kind for kind in (ContentPage, GroupIndexPage, GroupPage, HomePage)
}
CHOOSERS = ("audience", "help_type", "referrer")


@transaction.atomic
def load() -> int:
    """Make the missing pages; say how many."""
    SiteSettings.load()
    load_wording()
    record = json.loads(PAGES.read_text())
    root = Page.get_first_root_node()
    home = HomePage.objects.first()
    made = 0
    if home is None:
        root.get_children().filter(slug="home", depth=2).delete()  # Wagtail's own welcome page
        root.refresh_from_db()
        home = root.add_child(instance=page_from(record))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
        )
        made = 1
    return made + _load_children(home, record["children"])


def load_wording() -> None:
    """The list of words, once: what editors took out stays out."""
    if not Wording.objects.exists():
        Wording.objects.bulk_create(Wording(**row) for row in json.loads(WORDING.read_text()))


def _load_children(parent: Page, records: list[dict[str, Any]]) -> int:
    made = 0
    for record in records:
        page = parent.get_children().filter(slug=record["slug"]).first()
        if page is None:
            page = parent.add_child(instance=page_from(record))
            page.save_revision().publish()
            made += 1
        made += _load_children(page, record.get("children", []))
        parent.refresh_from_db()
    return made


def page_from(record: dict[str, Any]) -> PublicPage:
    """A page of one of KINDS from its record, not saved."""
    page = KINDS[record["kind"]](
        title=record["title"],
        slug=record["slug"],
        lead=record["lead"],
        search_description=record.get("search_description", ""),
        body=json.dumps([_block(*item) for item in record.get("body", [])]),
    )
    if isinstance(page, GroupPage):
        page.audiences = [_term(f"audience:{slug}") for slug in record["audiences"]]
    return page


def _block(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: str(_term(value[name]).pk) for name in CHOOSERS if name in value}
    return {"type": kind, "value": {**value, **chosen}}


def _term(path: str) -> TaxonomyTerm:
    """`audience:men` → the term."""
    taxonomy, slug = path.split(":")
    return TaxonomyTerm.objects.get(taxonomy__slug=taxonomy, slug=slug)
