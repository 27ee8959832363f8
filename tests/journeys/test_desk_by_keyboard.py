"""A shift at the desk without a mouse: from the list to a closed request, with scripts and without."""

import json

import pytest
from playwright.sync_api import expect

from tests.journeys import at_the_desk
from tests.journeys.by_keyboard import choose, press, reach
from tests.running_site import Site

pytestmark = pytest.mark.browser
desk, open_desk = at_the_desk.desk, at_the_desk.open_desk
ON_RECORD = "Put it on record"


def test_from_the_list_to_a_closed_request(open_desk, site: Site, javascript: bool) -> None:
    mine = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["plain"]
    page = open_desk(javascript=javascript)
    for field, words in (("#id_username", "wren"), ("#id_password", at_the_desk.PASSPHRASES["wren"])):
        reach(page, css=field)
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=mine).wait_for()
    press(page, mine)
    expect(page.locator(".desk-safe")).to_be_visible()
    press(page, "I am taking this on")
    expect(page.locator(".desk-facts")).to_contain_text("Wren Example")
    open_more(page, "I tried to reach them")
    choose(page, "way", "By phone")
    choose(page, "result", "No answer")
    press(page, ON_RECORD)
    history = page.locator(".desk-history li")
    expect(history.filter(has_text="By phone; No answer")).to_have_count(1)
    open_more(page, "I am in contact with them")
    press(page, ON_RECORD)
    expect(history.filter(has_text="In contact, wren")).to_have_count(1)
    open_more(page, "Close this request")
    press(page, "Close this request", "button")
    expect(page.get_by_role("heading", name="Please check your answers")).to_be_visible()
    choose(page, "outcome", "We are in touch and agreed what happens next")
    press(page, "Close this request", "button")
    expect(page.get_by_role("status")).to_contain_text("The request is closed")
    press(page, "Sign out")
    expect(page.locator("main")).to_contain_text("You are signed out")


def open_more(page, label: str) -> None:
    if not page.get_by_role("link", name=label).is_visible():
        press(page, "Something else")
    press(page, label)
    page.get_by_role("heading", level=1).wait_for()
