"""Goals D2, D3, D4: what the decoy, other tabs and other companies get to know."""

import urllib.error
import urllib.request
from email.message import Message

import pytest

from portal.safety import header_class
from tests.journeys.watching import LEAVE, Hand, leave, shift_thrice

pytestmark = pytest.mark.browser
TELL_TALES = ("referer", "origin", "cookie")


@pytest.mark.parametrize(
    "way", ["button", "shift", "keyboard", "button without script", "keyboard without script"]
)
def test_d2_the_decoy_learns_nothing(open_page, decoy, way: str) -> None:
    page = open_page(javascript="without" not in way)
    page.goto("/find/?w=1")
    if way.startswith("button"):
        Hand(page).click()
    elif way == "shift":
        shift_thrice(page)
    else:
        page.locator(LEAVE).focus()
        page.keyboard.press("Enter")
    page.wait_for_url(decoy.url, wait_until="load")
    assert decoy.headers
    for headers in decoy.headers:
        assert not [name for name in TELL_TALES if name in headers], headers
    assert page.evaluate("[document.referrer, window.opener, window.name]") == ["", None, ""]


def test_d2_an_opened_window_has_no_opener(open_page, decoy, site) -> None:
    page = open_page()
    page.goto("/")
    with page.expect_popup() as opened:
        page.evaluate("(address) => { window.open(address, 'name') }", decoy.url)
    assert opened.value.evaluate("[document.referrer, window.opener]") == ["", None]


WHEN_HIDDEN = """new MutationObserver(() => {
  if (document.documentElement.classList.contains("leaving")) console.log("hidden " + Date.now());
}).observe(document.documentElement, { attributes: true });"""


@pytest.mark.timing
def test_d3_other_tabs_go_blank(open_page, decoy) -> None:
    page = open_page()
    others = [page.context.new_page() for _ in range(2)]
    said: list[str] = []
    for other, address in zip(others, ("/find/", "/hide/"), strict=True):
        other.goto(address)
        other.evaluate(WHEN_HIDDEN)
        other.on("console", lambda message: said.append(message.text))
    page.goto("/")
    page.bring_to_front()
    released = Hand(page).click()
    for other in others:
        other.wait_for_url(decoy.url)
    figures = [int(text.split()[1]) - released * 1000 for text in said if text.startswith("hidden")]
    print(f"D3 {figures} ms")
    assert len(figures) == len(others) and max(figures) <= 500


def test_d4_nobody_else_is_asked_and_no_policy_is_broken(open_page, site, routes, javascript) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = open_page(javascript)
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console",
        lambda message: said.append(f"{page.url}: {message.text}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for address in routes["pages"] + routes["errors"]:
        page.goto(address, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    # Chromium reports the status of an error page itself as an error; that is no fault.
    assert [words for words in said if "Failed to load resource" not in words] == []


def lower(headers: Message) -> dict[str, str]:
    """Waitress writes names its own way; browsers do not mind."""
    return {name.lower(): value for name, value in headers.items()}


def answer(url: str) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, lower(response.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, lower(refused.headers)


def test_d4_headers_are_the_same_on_every_route_and_status(site, routes) -> None:
    worn: dict[str, dict[str, str]] = {}
    statuses = set()
    for address in (
        routes["pages"] + routes["errors"] + ["/cms/sign-in/", "/cms/nowhere/", "/static/nowhere.css"]
    ):
        status, headers = answer(site.url + address)
        statuses.add(status)
        row = header_class(address if status < 400 or "/static/" not in address else "/")
        names = {*row.headers, "Content-Security-Policy"}
        safety = {name: headers.get(name.lower(), "missing") for name in names}
        assert "missing" not in safety.values(), address
        assert safety == worn.setdefault(row.name, safety), address
        may_set = address.startswith("/cms/") or "note" in address or address == "/ask/"
        assert "set-cookie" not in headers or may_set, address
        assert status in (200, 301, 302) or row.name == "static" or headers["cache-control"] == "no-store"
    assert {200, 400, 404, 429} <= statuses


def test_titles_and_addresses_are_neutral(open_page, routes) -> None:
    telling = ("abuse", "refuge", "violence", "victim", "safe", "survivor", "assault", "perpetrator", "harm")
    page = open_page(javascript=False)
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        remembered = (
            f"{page.title()} {page.url} {page.locator('link[rel~=icon]').first.get_attribute('href')}".lower()
        )
        assert not [word for word in telling if word in remembered], remembered
    leave(page)
