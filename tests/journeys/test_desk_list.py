"""The desk's list with two hundred cases in a real browser: what stands first, and looking again."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import at_the_desk
from tests.journeys.test_axe import violations
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
axe, open_desk = at_the_desk.axe, at_the_desk.open_desk
ROUND = 31000  # the list looks every half minute


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    """A desk of its own, so that two hundred cases are in nobody's way."""
    folder = tmp_path_factory.mktemp("full-desk")
    shutil.copytree(loaded_folder, folder, dirs_exist_ok=True)
    desk = Site(folder, {"PORTAL_DOORS": "triage", "TRIAGE_KEY_FILE": str(folder / "keys/desk.txt")})
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def most(desk: Site) -> str:
    """The reference that must stand first."""
    return desk.run("-m", "tests.triage.many_cases").split()[-1]


def with_clock(page: Page) -> Page:
    """The same page with a clock that the test moves."""
    page.clock.install()
    page.goto("/desk/")
    expect(page.locator("[data-looked]")).to_contain_text("by itself")
    return page


@pytest.mark.parametrize("viewport", [at_the_desk.TABLET, at_the_desk.DESK, {"width": 768, "height": 600}])
def test_the_most_urgent_unopened_one_stands_first_and_in_view(open_desk, most, axe, viewport) -> None:
    page = open_desk("wren", viewport=viewport)
    first = page.locator("tbody tr").first
    expect(first.get_by_role("link")).to_have_text(most)
    place = first.bounding_box()
    assert place and place["y"] + place["height"] < viewport["height"]
    assert page.title().startswith("(50) Requests")
    assert not violations(page, axe)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide


def test_a_new_case_comes_by_itself_and_moves_nobody(open_desk, most: str, desk: Site) -> None:
    page = with_clock(open_desk("wren"))
    link = page.locator("tbody a").nth(30)
    reference = link.inner_text()
    link.focus()
    link.scroll_into_view_if_needed()
    before = link.bounding_box()
    new = desk.run("-m", "tests.triage.many_cases", "new").split()[-1]
    page.evaluate(
        "document.querySelector('[data-live]').insertAdjacentHTML('beforeend', '<details open></details>')"
    )
    page.clock.run_for(ROUND)
    expect(page.locator("[data-count]")).to_have_text("51 not opened yet.")
    assert page.locator("tbody a").first.inner_text() != new, "swapped under an open menu"
    page.evaluate("document.querySelector('[data-live] details').remove()")
    page.clock.run_for(2000)
    expect(page.locator("tbody a").first).to_have_text(new)
    assert page.title().startswith("(51) Requests")
    assert page.evaluate("document.activeElement.textContent") == reference
    after = page.get_by_role("link", name=reference, exact=True).bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2


def test_an_unchanged_list_is_left_alone_and_a_hidden_one_does_not_look(open_desk, most: str) -> None:
    page = with_clock(open_desk("wren"))
    row = page.locator("tbody tr").first.element_handle()
    with page.expect_response("**/desk/"):
        page.clock.run_for(ROUND)
    expect(page.locator("[data-looked]")).to_contain_text("As it was at")
    assert row and row.evaluate("row => row.isConnected")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(5 * ROUND)
    assert asked == []


def test_a_list_that_cannot_look_and_one_that_is_signed_out_say_so(open_desk, most: str) -> None:
    page = with_clock(open_desk("wren"))
    page.route("**/desk/", lambda route: route.abort())
    page.clock.run_for(ROUND)
    expect(page.locator("[data-looked]")).to_contain_text("may be old")
    page.unroute("**/desk/")
    page.context.clear_cookies()
    page.clock.run_for(ROUND)
    expect(page.get_by_role("alert")).to_contain_text("You are signed out")
    expect(page.locator("main")).not_to_contain_text(most)
    assert page.title().startswith("Requests")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(3 * ROUND)
    assert asked == []
    page.get_by_role("link", name="Sign in again").click()
    expect(page.locator("h1")).to_have_text("Sign in")


@pytest.mark.parametrize("viewport", [at_the_desk.SMALL, at_the_desk.TABLET])
def test_a_repeat_and_the_paper_of_a_request(open_desk, desk: Site, axe, viewport) -> None:
    """The same person twice: the second leads to the first, and to paper without a number."""
    sent = json.loads(Site(desk.folder).run("-m", "tests.triage.cases").splitlines()[-1])
    page = open_desk("lee", viewport=viewport)
    page.goto(f"/desk/{sent['plain']}/")
    expect(page.locator(".desk-repeats")).to_contain_text("the same phone number")
    expect(page.locator(".desk-repeats").get_by_role("link", name=sent["other"])).to_be_visible()
    wrong = violations(page, axe)
    page.get_by_role("link", name="Print this request").click()
    expect(page.locator(".desk-safe")).to_contain_text("never leave a message")
    expect(page.locator("main")).not_to_contain_text("07700")
    wrong += violations(page, axe)
    page.get_by_role("button", name="Show it with numbers").click()
    expect(page.locator(".desk-safe")).to_contain_text("07700 900461")
    page.emulate_media(media="print")
    expect(page.locator(".desk-tools").first).to_be_hidden()
    expect(page.locator(".desk-printed")).to_be_visible()
    assert not wrong
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
