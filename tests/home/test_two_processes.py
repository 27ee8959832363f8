"""The worker, a process of its own, publishes and ends pages; the site shows it within a second."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import serving
from tests.running_site import Decoy, Site

PREPARE = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from wagtail.models import Page
from home.models import ContentPage, HomePage
now = timezone.now()
page = HomePage.objects.get()
page.save_revision()
page.lead, page.go_live_at = "Words of this hour.", now + timedelta(seconds=1)
page.save_revision().publish()
over = page.get_parent() and HomePage.objects.get().add_child(instance=ContentPage(title="Over", slug="over"))
over.expire_at = now - timedelta(minutes=1)
over.save()
"""
REVERT = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from home.models import HomePage
first = HomePage.objects.get().revisions.order_by("created_at").first()
first.approved_go_live_at = timezone.now() - timedelta(minutes=1)
first.save()
"""


@pytest.fixture
def site(tmp_path: Path, loaded_folder: Path, shared_decoy: Decoy) -> Iterator[Site]:
    with serving(tmp_path, loaded_folder, shared_decoy) as site:
        yield site


def read(site: Site, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(site.url + path) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_what_the_worker_publishes_and_ends_is_on_kept_pages_within_a_second(site: Site) -> None:
    site.run("-c", PREPARE)
    for _ in range(2):  # the second answer is the kept one
        assert "Words of this hour." not in read(site, "/")[1]
        assert read(site, "/over/")[0] == 404  # a page's end needs no worker (home/ending.py)
    site.run("manage.py", "deliver_referrals", "--once")
    done = time.monotonic()
    assert "Words of this hour." in read(site, "/")[1]
    assert read(site, "/over/")[0] == 404
    assert time.monotonic() - done < 1
    site.run("-c", REVERT)
    site.run("manage.py", "deliver_referrals", "--once")
    done = time.monotonic()
    assert "Words of this hour." not in read(site, "/")[1]
    assert time.monotonic() - done < 1
