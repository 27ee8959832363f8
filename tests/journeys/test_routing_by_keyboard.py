"""Where requests go, by keyboard in a real browser: a rule is added and moved, a gap refused, the rest kept.

And without a script at 768 px nothing of Wagtail's lies over the button that saves, and its answer is seen.
A receiver elsewhere is set up, tested, used and left again without a mouse, too.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from selfreferral.routing import RULES, URGENT_WHEN
from tests.conftest import DESK, serving
from tests.front_end import node_packages
from tests.journeys import by_keyboard
from tests.journeys.by_keyboard import reach
from tests.journeys.test_editing import sign_in
from tests.running_site import Decoy, Site
from tests.selfreferral.receiver import running

pytestmark = pytest.mark.browser
PAGE = "/cms/requests/"
TABLET = {"width": 768, "height": 1024}
UNDER_18, LAST, NEW, NEW_URGENT = 4, len(RULES) - 1, len(RULES), len(URGENT_WHEN)
NEW_ORDER = [RULES[place]["why"] for place in (0, 1, 2, UNDER_18, 3)] + ["Flees to us"]
NEW_ORDER += [rule["why"] for rule in RULES[5:]]
TYPED = {
    f"rules-{UNDER_18}-number": "35",
    f"rules-{NEW}-number": "55",
    f"rules-{NEW}-queue": "high-risk",
    f"rules-{NEW}-why": "Flees to us",
    f"urgent-{NEW_URGENT}-level": "urgent",
    f"urgent-{NEW_URGENT}-answer": "Are you pregnant, or is there a new baby?: Yes",
    f"urgent-{NEW_URGENT}-why": "A new baby",
}
WHY = f"[...Array({NEW + 1}).keys()].map(place => document.getElementById(`id_rules-${{place}}-why`).value)"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    """A site of this module's own: its rules are changed here."""
    ours = {"WEBHOOK_PRIVATE_HOSTS": "127.0.0.1"}
    with serving(tmp_path_factory.mktemp("routed"), loaded_folder, shared_decoy, ours) as site:
        yield site


def press(page: Page, field: str) -> None:
    page.locator(f"#id_{field}").focus()
    page.keyboard.press("Space")


def type_in(page: Page, field: str, words: str) -> None:
    """By the keyboard alone: a list goes to the letters typed, in a field what stands there is replaced."""
    page.locator(f"#id_{field}").focus()
    if not field.endswith(("-queue", "-level")):
        page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def assert_calm(page: Page) -> None:
    """Nothing for axe in what is ours, and nothing to scroll sideways."""
    page.evaluate((node_packages() / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run('main', {resultTypes: ['violations']})")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_gap_is_refused_with_everything_kept_and_then_the_new_order_saved(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(viewport=TABLET)
    page.context.set_default_timeout(45000)
    sign_in(page)
    page.goto(PAGE)
    assert_calm(page)
    for field, words in TYPED.items():
        type_in(page, field, words)
    page.locator(f"[name=rules-{NEW}-fleeing][value=into]").focus()
    page.keyboard.press("Space")
    press(page, f"rules-{LAST}-DELETE")  # and without the last rule, somebody would be left
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    row = page.locator("fieldset.staff-rule", has=page.locator(f"#id_rules-{LAST}-DELETE"))
    expect(row.locator(".error-message")).to_contain_text("end in no queue")
    assert page.locator("main .error-message").count() == 1
    assert {field: page.locator(f"#id_{field}").input_value() for field in TYPED} == TYPED
    expect(page.locator(f"[name=rules-{NEW}-fleeing]:checked")).to_have_value("into")
    assert_calm(page)
    press(page, f"rules-{LAST}-DELETE")
    page.set_viewport_size(DESK)
    save(page)
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")  # it fades in
    assert page.evaluate(WHY) == NEW_ORDER
    assert_calm(page)


def test_without_a_script_the_button_is_free_and_the_answer_is_seen(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False, viewport=TABLET)
    page.goto("/cms/sign-in/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "a-demo-passphrase")
    page.click("main button")
    page.goto(PAGE)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click(timeout=5000)
    expect(page.locator(".messages .success")).to_be_in_viewport()
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")


def test_a_receiver_is_set_up_tested_used_and_left(open_page: Callable[..., Page], tmp_path: Path) -> None:
    """A slip comes first: it is said beside its field, and everything else still stands there."""
    page = open_page(viewport=TABLET)
    page.context.set_default_timeout(45000)
    page.goto("/cms/")
    fill_in(page, username="manager", password="a-demo-passphrase")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cms/")
    page.goto("/cms/receivers/")
    look(page)
    by_keyboard.press(page, "High-risk team (demonstration): A web address", "main a")
    with running(tmp_path) as receiver:
        fill_in(page, url="ftp://example.org", public_key=receiver.public_key, secret=receiver.secret)
        fill_in(page, contact="Ada, 01709 000000", hours="9 to 5")
        by_keyboard.press(page, "Save", "main button")
        expect(page.locator("main .error-message").first).to_contain_text("https://")
        expect(page.locator("main .error-message").last).to_contain_text("Type this again")
        look(page)
        expect(page.locator("#id_contact")).to_have_value("Ada, 01709 000000")
        fill_in(page, url=receiver.url, secret=receiver.secret)
        by_keyboard.press(page, "Save", "main button")
        expect(page.get_by_text("Saved.").first).to_be_visible()
        for button, answer in {
            "Send a test": "It signed for TST-",
            "Send letters there": "In use: letters of this queue go there.",
            "Send letters to the desk here": "Not in use",
        }.items():
            by_keyboard.press(page, button)
            expect(page.get_by_text(answer).first).to_be_visible()
            expect(page.locator(".messages > ul")).to_have_css("opacity", "1")  # it fades in
            look(page)


def fill_in(page: Page, **fields: str) -> None:
    for name, words in fields.items():
        reach(page, css=f"#id_{name}")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(words)


def look(page: Page) -> None:
    assert_calm(page)
    if folder := os.environ.get("PICTURES"):
        for width in (768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{time.time():.0f}-{width}.png", full_page=True)
        page.set_viewport_size(TABLET)
