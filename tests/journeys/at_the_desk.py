"""The desk's door in a browser, and people who sign in there."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import DESK
from tests.front_end import node_packages
from tests.running_site import Decoy, Site
from triage.demo_staff import STAFF

TABLET = {"width": 768, "height": 1024}
SMALL = {"width": 320, "height": 640}
PASSPHRASES = {person.username: person.passphrase for person in STAFF}
OpenDesk = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(site: Site, shared_decoy: Decoy) -> Iterator[Site]:
    """The triage door beside the site, over the same database, with the only private key."""
    desk = Site(
        site.folder,
        {**site.environment, "PORTAL_DOORS": "triage", "TRIAGE_KEY_FILE": str(site.folder / "keys/desk.txt")},
    )
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def cases(desk: Site, site: Site) -> dict[str, str]:
    """References of requests that were sent as the form sends them, by name."""
    return json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])


@pytest.fixture(scope="module")
def axe() -> str:
    return (node_packages() / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def open_desk(browser: Browser, desk: Site) -> Iterator[OpenDesk]:
    """`open_desk("wren")`: a page of a browser in which wren has signed in."""
    contexts = []

    def open_one(who: str = "", javascript: bool = True, viewport: dict[str, int] | None = None, **options):
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport or DESK, base_url=desk.url, **options
        )
        context.set_default_timeout(15000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/desk/")
        if who:
            sign_in(page, who)
        return page

    yield open_one
    for context in contexts:
        context.close()


def sign_in(page: Page, who: str, passphrase: str = "") -> None:
    page.fill("#id_username", who)
    page.fill("#id_password", passphrase or PASSPHRASES[who])
    page.click("main button")


def choose(page: Page, label: str) -> None:
    """What somebody does less often stands behind "Something else"."""
    link = page.get_by_role("link", name=label)
    if not link.is_visible():
        page.get_by_text("Something else").click()
    link.click()


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return ["scrolls sideways"] if wide else []
