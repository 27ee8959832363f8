"""A professional refers and asks for the outcome; the worker tells it; the link in the mail opens once."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import PHONE
from tests.journeys import at_the_desk
from tests.journeys.at_the_desk import choose, too_wide
from tests.journeys.test_axe import violations
from tests.running_site import Site
from tests.sinks import Mail

pytestmark = pytest.mark.browser
axe, desk, open_desk = at_the_desk.axe, at_the_desk.desk, at_the_desk.open_desk


@pytest.fixture(scope="module")
def mail() -> Iterator[Mail]:
    sink = Mail()
    sink.up()
    yield sink
    sink.down()


def test_the_outcome_comes_by_a_link_that_opens_once(
    open_desk, site: Site, browser: Browser, mail: Mail, axe: str
) -> None:
    reference = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["professional"]
    page = open_desk("wren", viewport=at_the_desk.TABLET)
    page.goto(f"/desk/{reference}/")
    page.get_by_role("button", name="I am taking this on").click()
    choose(page, "Tell the professional the outcome")
    expect(page.get_by_label("Their secure email address")).to_have_value("fern@example.org")
    page.get_by_role("button", name="Mail them the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick this only if it is safe")
    wrong = violations(page, axe) + too_wide(page)
    page.get_by_label("We have been in contact").check()
    page.get_by_label("It is safe for the person").check()
    page.get_by_role("button", name="Mail them the link").click()
    expect(page.locator("main")).to_contain_text("the mail has not gone out yet")
    worker = Site(
        site.folder,
        {**site.environment, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "PORTAL_BASE_URL": site.url},
    )
    worker.run("manage.py", "deliver_referrals", "--once")
    recipient, message = mail.taken[-1]
    link = re.search(r"http\S+/r/[\w-]+/", message.replace("=\r\n", ""))
    assert recipient == "fern@example.org" and link
    page.reload()
    expect(page.locator(".desk-history")).to_contain_text("the mail went out")
    wrong += violations(page, axe) + too_wide(page)
    theirs = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    theirs.goto(link[0])
    expect(theirs).to_have_title(re.compile("^Message - "))
    expect(theirs.locator(".leave__button")).to_be_visible()
    theirs.get_by_role("button", name="Show it now").click()
    expect(theirs.locator("main")).to_contain_text("We have been in contact.")
    expect(theirs.locator("main")).to_contain_text("ELM-12")
    expect(theirs.locator("main")).not_to_contain_text(reference)
    theirs.goto(link[0])
    expect(theirs.locator("h1")).to_have_text("This link does not open anything")
    assert not wrong
    theirs.context.close()
