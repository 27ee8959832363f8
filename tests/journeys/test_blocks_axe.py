"""axe-core finds nothing on a page with every block, on a phone and on a desk, and nothing is wider than it.

The page is made in this process and shown to the browser at an address of the running site, whose
style sheet it wears; so no site of its own is needed.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import Page, Route

from tests import factories
from tests.conftest import DESK, PHONE
from tests.home import words
from tests.journeys.test_axe import axe, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
__all__ = ["axe"]


@pytest.fixture
def every_block(settings: Any, tmp_path: Any) -> str:
    settings.MEDIA_ROOT = tmp_path
    caches["pages"].clear()
    factories.service("Invented listening line")
    page = words.page(
        lead="Every block that an editor can use.",
        body=[*words.body_with_every_block(), ("quote", {"text": "A" * 90, "who": "worker"})],
    )
    return Client().get(page.url).content.decode()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_block_passes_axe_and_fits(
    open_page: Callable[..., Page], every_block: str, axe: str, viewport: dict[str, int], tmp_path: Any
) -> None:
    page = open_page(viewport=viewport)

    def answer(route: Route) -> None:
        if "/media/" in route.request.url:
            route.fulfill(path=tmp_path / route.request.url.split("/media/")[1])
        else:
            route.fulfill(body=every_block, content_type="text/html; charset=utf-8")

    page.route("**/every-block/", answer)
    page.route("**/media/**", answer)
    page.goto("/every-block/")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert not violations(page, axe)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
