"""A call that is written down at the desk, in a real browser: with scripts, without, by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import at_the_desk
from tests.journeys.at_the_desk import too_wide
from tests.journeys.test_axe import violations

pytestmark = pytest.mark.browser
axe, desk, open_desk = at_the_desk.axe, at_the_desk.desk, at_the_desk.open_desk
STORY = "He waits at the gate of the school"


def test_a_call_reaches_the_team_with_its_mark(open_desk, site, javascript: bool) -> None:
    """A mistake keeps every word; then it is sent, and the team of the rules reads who wrote it down."""
    page: Page = open_desk("bea", javascript=javascript)
    page.get_by_role("link", name="Write down a call").click()
    expect(page.locator(".desk-aloud").first).to_contain_text("I write down what you tell me")
    page.get_by_label("What should we call you?").fill("Marigold")
    page.get_by_label("A phone call").check()
    page.locator("summary").filter(has_text="What is happening").click()
    page.get_by_label("Tell us in your own words").fill(STORY)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the number to call")
    expect(page.get_by_label("What should we call you?")).to_have_value("Marigold")
    expect(page.get_by_label("Tell us in your own words")).to_have_value(STORY)
    page.get_by_label("The number to call").fill("07700 900461")
    page.get_by_label("No, never leave a message").check()
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("h1")).to_have_text("It is sent")
    reference = page.locator(".step__reference").inner_text()
    expect(page.locator("main")).not_to_contain_text("provider")
    site.run("manage.py", "deliver_referrals", "--once")
    assert page.goto(f"/desk/{reference}/").status == 404  # type: ignore[union-attr]
    there = open_desk("wren", javascript=javascript)
    there.get_by_role("link", name=reference).click()
    expect(there.locator(".desk-notes")).to_contain_text("It came by phone")
    expect(there.locator(".desk-facts")).to_contain_text("entered by Bea Example")
    expect(there.locator(".desk-safe")).to_contain_text("never leave a message")
    expect(there.locator("main")).to_contain_text(STORY)


def test_signing_in_again_finds_what_was_typed(open_desk) -> None:
    """The session ends while somebody types; nothing that stood on the page is lost."""
    page: Page = open_desk("wren")
    page.goto("/desk/by-phone/?who=someone")
    page.get_by_label("What should we call them?").fill("Marigold")
    page.context.clear_cookies(name="__Host-q")
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    at_the_desk.sign_in(page, "wren")
    page.goto("/desk/by-phone/")
    expect(page.get_by_role("alert")).to_contain_text("You were signed out meanwhile")
    expect(page.get_by_label("What should we call them?")).to_have_value("Marigold")


@pytest.mark.parametrize(
    ("viewport", "colours"),
    [(at_the_desk.TABLET, "dark"), (at_the_desk.SMALL, "light")],
    ids=["768 dark", "320"],
)
def test_no_violation_and_every_error_is_reached(open_desk, axe: str, viewport, colours: str) -> None:
    page: Page = open_desk("wren", viewport=viewport, color_scheme=colours)
    wrong = {}
    for caller in ("me", "under_18", "someone", "professional", "own-behaviour"):
        page.goto(f"/desk/by-phone/?who={caller}")
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        wrong[caller] = violations(page, axe) + too_wide(page)
    page.goto("/desk/by-phone/?who=someone")
    page.get_by_label("Under 16").check()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody under 16")
    wrong["child"] = violations(page, axe) + too_wide(page)
    page.get_by_label("18 to 24").check()
    page.get_by_role("button", name="Send it").click()
    link = page.get_by_role("alert").get_by_role("link").first
    expect(link).to_have_text("Tick at least one way. “I will call you” is one too.")
    wrong["errors"] = violations(page, axe) + too_wide(page)
    link.press("Enter")
    assert page.evaluate("document.activeElement.name") == "contact-ways"
    assert not {where: found for where, found in wrong.items() if found}
