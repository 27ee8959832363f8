"""Goals C1 and C2: what stays on the device. Every file of the browser's profile is read."""

import base64
import contextlib
import gzip
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.journeys.profile_scan import hits
from tests.journeys.watching import leave
from tests.running_site import Site

pytestmark = pytest.mark.browser
WORD = "Quillfeather"  # what a person typed; nowhere else in this world

COATS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "utf-16": lambda text: text.encode("utf-16-le"),
    "percent": lambda text: b"?q=" + text.replace("Q", "%51").encode() + text.encode(),
    "zlib": lambda text: b"head" + zlib.compress(text.encode()),
    "gzip": lambda text: b"head" + gzip.compress(text.encode()) + b"tail",
    "brotli": lambda text: brotli.compress(text.encode()),
    "base64": lambda text: b"value=x" + base64.b64encode(text.encode()),
    "base64 in mid-word": lambda text: b"ab" + base64.urlsafe_b64encode(text.encode()) + b"cd",
    "gzip in base64": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "json": lambda text: b'{"q": "' + "".join(f"\\u{ord(letter):04x}" for letter in text).encode() + b'"}',
}


@pytest.mark.parametrize("coat", COATS)
def test_the_scanner_finds_a_planted_word(tmp_path: Path, coat: str) -> None:
    (tmp_path / "deep").mkdir()
    before = b"" if coat == "brotli" else b"\x00" * 99  # brotli has no mark to begin at
    (tmp_path / "deep" / "file").write_bytes(before + COATS[coat](f"some {WORD} and more words"))
    assert hits(tmp_path, WORD) == ["deep/file"]
    assert hits(tmp_path, "Nobodywrotethis") == []


def test_the_scan_finds_what_a_careless_site_leaves(profile, decoy, tmp_path: Path) -> None:
    """The control: a word in an address stays in the history, and we see it."""
    context = profile(True)
    context.pages[0].goto(f"{decoy.url}?q={WORD}")
    context.pages[0].wait_for_timeout(500)
    context.close()
    assert hits(tmp_path / "profile", WORD)


def search(page: Page, site: Site, routes: dict[str, list[str]]) -> None:
    page.goto(f"{site.url}/find/")
    page.locator("main [name=q]").fill(f"{WORD} help")
    page.locator("main [name=q]").press("Enter")
    page.wait_for_url("**/find/?*s=*")
    page.wait_for_timeout(300)


def report(page: Page, site: Site, routes: dict[str, list[str]]) -> None:
    page.goto(site.url + next(address for address in routes["pages"] if address.endswith("/note/")))
    for choice in page.locator("main form [type=radio]").all()[:1]:
        choice.check()
    page.locator("main textarea").first.fill(f"The number is wrong, {WORD} says so")
    page.locator("main form button").last.click()
    page.wait_for_url("**/note/sent/")
    page.wait_for_timeout(1000)


def tell(page: Page, site: Site, routes: dict[str, list[str]]) -> None:
    page.goto(f"{site.url}/tell/")
    page.locator("main textarea").fill(f"{WORD} never rang back. " * 100)  # too long: it comes back sealed
    page.locator("main form button").click()
    page.locator(".govuk-error-summary").wait_for()
    page.locator("main textarea").fill(f"{WORD} never rang back")
    page.locator("main form button").click()
    page.locator("h1", has_text="Thank you").wait_for()
    assert page.context.cookies() == []


@pytest.mark.parametrize("act", [search, report, tell])
@pytest.mark.parametrize("when", ["before leaving", "after leaving"])
def test_c1_nothing_typed_is_in_any_file(
    profile, site, routes, decoy, tmp_path, javascript, act, when
) -> None:
    context = profile(javascript)
    page = context.pages[0]
    act(page, site, routes)
    if when == "after leaving":
        leave(page)
    # Chromium writes its session files some seconds late, and again when it closes.
    page.wait_for_timeout(4000)
    shutil.copytree(tmp_path / "profile", tmp_path / "open", symlinks=True, copy_function=copy_if_there)
    context.close()
    assert hits(tmp_path / "open", WORD) == []
    assert hits(tmp_path / "profile", WORD) == []


def copy_if_there(source: str, target: str) -> None:
    """A running Chromium takes files away while they are being copied."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


STORES = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length })"""


def test_c2_nothing_of_ours_is_stored_after_leaving(open_page, site, routes, decoy, javascript) -> None:
    page = open_page(javascript)
    page.context.add_cookies([{"name": "other_site", "value": "x", "url": site.url}])
    page.goto(next(address for address in routes["pages"] if address.endswith("/note/")))
    assert {cookie["name"] for cookie in page.context.cookies()} == {"other_site", settings.CSRF_COOKIE_NAME}
    page.goto("/")
    page.evaluate("localStorage.setItem('a', 'b'); sessionStorage.setItem('a', 'b')")
    leave(page)
    page.wait_for_timeout(1500)
    names = {cookie["name"] for cookie in page.context.cookies()}
    # Cookies ignore ports: another site of this host keeps what is its own.
    assert names == {"other_site"}
    if javascript:
        other = page.context.new_page()
        other.goto("/hide/")
        assert set(other.evaluate(STORES).values()) == {0}


def test_c2_no_page_stores_anything_or_sets_a_cookie(open_page, routes) -> None:
    page = open_page()
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        assert set(page.evaluate(STORES).values()) == {0}, address
        ours = {cookie["name"] for cookie in page.context.cookies()}
        # Only what has a form to send: a report, and the page before the form.
        form = "note" in address or address == "/ask/"
        assert ours <= ({settings.CSRF_COOKIE_NAME} if form else set()), address
        page.context.clear_cookies()
