"""Feeds are valid Atom (RFC 4287), and their identifiers never change."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from pathways import versions
from pathways.models import PathwayPage
from tests.pathways.building import pathway, republish, step

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def page() -> PathwayPage:
    page = pathway("A child & others", step("Ring", "a"))
    pathway("An adult", step("Ask", "b"))
    versions.catch_up(timezone.now())
    return republish(page, step("Ring now", "a"))


def feed(path: str, host: str = "localhost") -> ElementTree.Element:
    answer = Client(headers={"Host": host}).get(f"/professionals/changes/{path}")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def text(part: ElementTree.Element, name: str) -> str:
    found = part.find(f"{ATOM}{name}")
    assert found is not None and found.text, name
    return found.text


def test_every_feed_has_what_the_format_asks_for(page: PathwayPage) -> None:
    versions.catch_up(timezone.now())
    for path, entries in (("feed/", 3), (f"{page.pk}/feed/", 2)):
        root = feed(path)
        assert root.tag == f"{ATOM}feed"
        assert text(root, "title") and root.find(f"{ATOM}author/{ATOM}name") is not None
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"http://localhost/professionals/changes/{path}" and links["alternate"]
        found = root.findall(f"{ATOM}entry")
        ids = [text(root, "id"), *(text(entry, "id") for entry in found)]
        assert len(found) == entries and len(set(ids)) == entries + 1
        assert all(one.startswith("urn:") for one in ids)
        for entry in found:
            assert text(entry, "title") and text(entry, "summary")
            assert datetime.fromisoformat(text(entry, "updated")).tzinfo
        assert "Changed: Step 1" in text(found[0], "summary")


def test_identifiers_do_not_hang_on_address_or_on_later_changes(page: PathwayPage, settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "other.example"]
    before = [text(entry, "id") for entry in feed("feed/").findall(f"{ATOM}entry")]
    versions.catch_up(timezone.now())
    after = [text(entry, "id") for entry in feed("feed/", "other.example").findall(f"{ATOM}entry")]
    assert len(after) == len(before) + 1 and set(before) < set(after)


def test_pages_name_their_feeds(page: PathwayPage) -> None:
    versions.catch_up(timezone.now())
    for path, own in ((page.url, f"{page.pk}/feed/"), ("/professionals/", "feed/")):
        said = Client().get(path).content.decode()
        assert f'type="application/atom+xml" title="Changes" href="/professionals/changes/{own}"' in said
