"""Time that runs out, in a real browser: said in time, in the page, and extended with one press."""

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.asking import VOICEMAIL, begin, go, press, step_of
from tests.journeys.test_axe import axe, violations  # noqa: F401  a fixture of that name
from tests.journeys.watching import until
from tests.running_site import Site

pytestmark = pytest.mark.browser
TYPED = "Wrenfeather and more"
CARET = "[document.activeElement.id, document.activeElement.selectionStart, scrollY, history.length]"


def at_the_name(page: Page) -> None:
    """Somebody who types their name, with the caret in the middle of it."""
    page.clock.install()
    begin(page)
    go(page, VOICEMAIL, to="about")
    field = page.get_by_label("What should we call you?")
    field.fill(TYPED)
    field.evaluate("field => field.setSelectionRange(4, 4)")


def seen(site: Site) -> str:
    with sqlite3.connect(site.folder / "site.sqlite3") as database:
        return database.execute(
            "SELECT seen_at FROM selfreferral_draft ORDER BY started_at DESC LIMIT 1"
        ).fetchone()[0]


def warning(page: Page):
    return page.locator("main .inset[role=alert]")


def test_five_minutes_before_the_end_the_page_says_so_and_one_press_gives_more(open_page, site, axe) -> None:  # noqa: F811
    page = open_page(True)
    at_the_name(page)
    assert not page.get_by_role("button", name="I need more time").is_visible()
    page.clock.fast_forward("24:00")
    assert not warning(page).count()
    before = page.evaluate(CARET)
    page.clock.fast_forward("01:10")
    expect(warning(page)).to_contain_text("about five minutes")
    assert page.evaluate(CARET) == before, "the focus, the caret and the scroll stay"
    assert violations(page, axe) == []
    page.clock.fast_forward("03:00")
    expect(warning(page)).to_contain_text("about two minutes")
    assert warning(page).count() == 1
    touched = seen(site)
    page.get_by_role("button", name="I need more time").click()
    expect(warning(page)).to_have_count(0)
    assert seen(site) > touched, "the server heard of it"
    expect(page.locator("main [data-idle] [role=status]")).to_have_text("You have more time now.")
    assert page.evaluate(CARET) == before, "back in the field, and no entry in the history"
    expect(page.get_by_label("What should we call you?")).to_have_value(TYPED)
    page.clock.fast_forward("24:00")
    assert not warning(page).count(), "the clock has started anew"
    page.clock.fast_forward("01:10")
    expect(warning(page)).to_contain_text("about five minutes")
    press(page)
    assert step_of(page) == "contact" and not warning(page).count()


def test_the_end_is_said_and_what_was_typed_is_still_taken(open_page, site) -> None:
    page = open_page(True)
    at_the_name(page)
    page.clock.fast_forward("30:10")
    expect(warning(page)).to_contain_text("The time is over")
    assert not page.get_by_role("button", name="I need more time").is_visible()
    with sqlite3.connect(site.folder / "site.sqlite3") as database:
        database.execute("UPDATE selfreferral_draft SET seen_at = datetime('now', '-31 minutes')")
    press(page)
    expect(page.locator("main")).to_contain_text("You were away for a while")
    expect(page.get_by_label("What should we call you?")).to_have_value(TYPED)


def test_before_the_longest_life_ends_no_more_time_is_offered(open_page) -> None:
    page = open_page(True)
    at_the_name(page)
    page.locator("main [data-idle]").evaluate("holder => { holder.dataset.whole = '200' }")
    page.evaluate("document.dispatchEvent(new Event('shown'))")
    expect(warning(page)).to_contain_text("It cannot be kept open for longer")
    expect(warning(page)).to_contain_text("three minutes")
    assert not page.get_by_role("button", name="I need more time").is_visible()


def test_a_press_that_the_network_loses_says_so_and_keeps_everything(open_page) -> None:
    page = open_page(True)
    at_the_name(page)
    page.clock.fast_forward("25:10")
    page.context.set_offline(True)
    page.get_by_role("button", name="I need more time").click()
    expect(warning(page)).to_contain_text("That did not work")
    expect(page.get_by_label("What should we call you?")).to_have_value(TYPED)
    page.context.set_offline(False)
    page.get_by_role("button", name="I need more time").click()
    expect(warning(page)).to_have_count(0)


def test_pressing_after_the_draft_is_gone_goes_on_in_a_new_one(open_page, site) -> None:
    """Two clocks may differ: then the press itself takes over what was typed."""
    page = open_page(True)
    at_the_name(page)
    page.clock.fast_forward("25:10")
    with sqlite3.connect(site.folder / "site.sqlite3") as database:
        database.execute("UPDATE selfreferral_draft SET seen_at = datetime('now', '-31 minutes')")
    page.get_by_role("button", name="I need more time").click()
    until(page, "/away for a while/.test(document.body.innerText)")
    expect(page.get_by_label("What should we call you?")).to_have_value(TYPED)


def test_without_scripts_a_button_on_the_page_gives_more_time(open_page, site) -> None:
    page = open_page(False)
    begin(page)
    go(page, VOICEMAIL, to="about")
    page.get_by_label("What should we call you?").fill(TYPED)
    page.get_by_role("button", name="I need more time").click()
    expect(page.locator("main")).to_contain_text("You have more time now")
    expect(page.get_by_label("What should we call you?")).to_have_value(TYPED)
    assert step_of(page) == "about" and re.search(r"/ask/now/$", page.url)
