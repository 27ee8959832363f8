"""The checker in a browser: nothing of it stays, it works by keyboard and on paper, axe finds nothing."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bench import weight
from tests.conftest import DESK, PHONE
from tests.front_end import node_packages
from tests.journeys.profile_scan import hits
from tests.journeys.test_axe import violations
from tests.journeys.test_traces import copy_if_there

pytestmark = pytest.mark.browser
URL = "/professionals/check/"
CHOSEN = ["danger_yes", "aged_16_17", "child_there", "judged_high", "ticks_high", "fgm_child_done"]
CHOSEN += ["marac_and_since", "honour_marriage", "care_yes", "consent_no", "job_health"]


def check(page: Page, address: str = URL) -> None:
    page.goto(address)
    for code in CHOSEN:
        page.locator(f"label[for={code}]").click()
    page.get_by_role("button", name="Show the route").click()
    page.wait_for_selector(".routes")


def test_c1_nothing_that_was_chosen_is_in_any_file(
    profile,
    site,
    tmp_path: Path,
    javascript: bool,
) -> None:
    context = profile(javascript)
    page = context.pages[0]
    page.goto(f"{site.url}/professionals/")
    before = page.evaluate("history.length")
    check(page, site.url + URL)
    assert page.evaluate("history.length") == before + (1 if javascript else 2)
    assert (page.url == site.url + URL) is javascript
    page.get_by_role("button", name="Change answers").click()
    page.wait_for_selector(".check")
    kept = [box.get_attribute("value") for box in page.locator(".check :checked").all()]
    assert sorted(kept) == sorted(CHOSEN)
    assert not context.cookies()
    # Chromium writes its session files some seconds late, and again when it closes.
    page.wait_for_timeout(4000)
    shutil.copytree(tmp_path / "profile", tmp_path / "open", symlinks=True, copy_function=copy_if_there)
    context.close()
    for word in ("aged_16_17", "fgm_child_done", "marac-repeat"):
        assert hits(tmp_path / "open", word) == []
        assert hits(tmp_path / "profile", word) == []


def test_by_keyboard_on_a_small_screen(open_page, javascript: bool) -> None:
    page = open_page(javascript, viewport={"width": 320, "height": 568})
    page.goto(URL)
    page.locator("#danger_yes").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".routes")
    assert page.locator(".routes h2").all_inner_texts()[0] == "1. Ring 999 now"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if javascript:
        assert page.evaluate("document.activeElement.tagName") == "H1"


def test_the_result_is_light_and_prints_on_one_sheet_and_axe_finds_nothing(
    open_page,
    site,
) -> None:
    axe = (node_packages() / "axe-core" / "axe.min.js").read_text()
    page = open_page(False)
    check(page)
    found = weight.weigh(site.url, page.url.removeprefix(site.url))
    assert found.first_visit <= weight.FIRST_VISIT and found.page <= weight.NEXT_PAGE
    page = open_page(viewport=PHONE)
    check(page)
    assert not violations(page, axe)
    page.set_viewport_size(DESK)
    assert not violations(page, axe)
    sheets = re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))
    assert len(sheets) == 1
    page.get_by_role("button", name="Change answers").click()
    page.wait_for_selector(".check")
    assert not violations(page, axe)


@pytest.mark.parametrize("came_from", ["the result", "a pathway", "a search"])
def test_the_form_knows_that_a_professional_comes_and_nothing_else(
    open_page, javascript: bool, came_from: str
) -> None:
    page = open_page(javascript)
    if came_from == "the result":
        check(page)
        page.get_by_role("button", name="Go to the form").click()
    else:
        page.goto("/professionals/dentist/" if came_from == "a pathway" else "/professionals/")
        if came_from == "a search":
            page.get_by_label("Your job").fill("private tenant")
            page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("button", name="refer online").first.click()
    page.get_by_text("“I am a professional” is chosen").wait_for()
    path, _, query = page.url.partition("/ask/")[2].partition("?")
    assert not path and query.startswith("s=") and "prof" not in query
    assert not [code for code in CHOSEN if code in page.content()]
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("This is not a MARAC referral").wait_for()
    assert page.url.endswith("/ask/now/")
