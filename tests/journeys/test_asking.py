"""Asking for help in a real browser, on a phone, with scripts and without: from Start to the desk."""

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.faults.world import wait_until
from tests.journeys.asking import PEOPLE, VOICEMAIL, WORD, begin, go, press, step_of
from tests.journeys.at_the_desk import desk, open_desk  # noqa: F401  fixtures
from tests.journeys.profile_scan import hits
from tests.journeys.watching import leave, until
from tests.running_site import ROOT, Site

pytestmark = pytest.mark.browser
MARK = "document.documentElement.dataset.mark = '1'"
MARKED = "document.documentElement.dataset.mark || ''"


@pytest.fixture(scope="module")
def worker(site: Site) -> Iterator[None]:
    """What `make run` runs beside the doors, at work."""

    def last_round() -> object:
        with closing(sqlite3.connect(site.folder / "site.sqlite3")) as database:
            return database.execute("SELECT max(at) FROM selfreferral_heartbeat").fetchone()

    before = last_round()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "deliver_referrals"], cwd=ROOT, env=site.settings()
    )
    wait_until(lambda: last_round() != before, seconds=60)
    yield
    process.terminate()
    process.wait(timeout=20)


@pytest.mark.parametrize("name", PEOPLE)
def test_asking_reaches_the_right_worker(open_page, open_desk, worker, javascript, name) -> None:  # noqa: F811
    """Sent on a phone, in the right queue within five seconds, opened there, their rules on top."""
    person = PEOPLE[name]
    page = open_page(javascript)
    begin(page)
    assert go(page, person.fills) == person.presses
    reference = page.locator(".step__reference").inner_text()
    assert WORD not in page.content() and "07700" not in page.content()
    expect(page.locator("main")).to_contain_text("ring this number")
    sent = time.monotonic()
    desk_page = open_desk(person.worker)
    row = desk_page.get_by_role("row").filter(has_text=reference)
    expect(desk_page).to_have_title(re.compile("Requests"))
    late = False
    while not row.count():
        assert not late, "not at the desk within five seconds"
        late = time.monotonic() - sent > 5
        desk_page.wait_for_timeout(250)
        desk_page.reload()
    expect(row).to_contain_text(person.urgency)
    row.get_by_role("link").click()
    expect(desk_page.locator(".desk-safe")).to_contain_text(person.rule)
    expect(desk_page.locator("main")).to_contain_text(WORD)
    for other in {"wren", "ida", "yusuf", "bea"} - {person.worker}:
        expect(open_desk(other).locator("main")).not_to_contain_text(reference)


def test_the_confirmation_is_gone_on_reload_and_back(open_page, javascript) -> None:
    page = open_page(javascript)
    begin(page)
    go(page, VOICEMAIL)
    reference = page.locator(".step__reference").inner_text()
    page.reload()
    assert reference not in page.content()
    page.go_back(wait_until="commit")
    page.wait_for_timeout(300)
    assert reference not in page.content() and WORD not in page.content()


def test_b1_the_form_adds_no_entry_to_the_history(open_page, decoy) -> None:
    """With scripts. After leaving, Back is the page before the form, fetched anew."""
    page = open_page()
    page.goto("/hide/")
    page.evaluate(MARK)
    page.goto("/ask/")
    before = page.evaluate("history.length")
    press(page, "Start")
    go(page, VOICEMAIL, to="contact")
    press(page)  # with errors
    press(page, "Back")
    press(page)
    assert page.evaluate("history.length") == before
    assert page.url.endswith("/ask/now/") and page.title().startswith("Ask for help")
    leave(page)
    page.go_back(wait_until="commit")
    page.wait_for_timeout(300)
    assert "/ask/" not in page.url and WORD not in page.content()


def test_b2_b3_back_shows_a_neutral_page_and_nothing_typed(open_page, decoy, javascript) -> None:
    """One address for every step; after leaving none of them shows what it was."""
    page = open_page(javascript)
    begin(page)
    page.evaluate(MARK)
    go(page, VOICEMAIL, to="contact")
    assert page.url.endswith("/ask/now/")
    page.get_by_label("Who must not know?").fill(WORD)
    leave(page)
    for _ in range(12):
        if page.go_back(wait_until="commit") is None and page.url == "about:blank":
            break
        page.wait_for_timeout(150)
        content = page.content()
        assert WORD not in content and "S60 1AE" not in content, page.url
        assert page.evaluate(MARKED) == "", f"{page.url} came back from memory"
        if page.url.endswith("/ask/now/"):
            assert "This page is empty" in content and page.title() == "New page"
        values = page.evaluate("[...document.querySelectorAll('input, textarea')].map((f) => f.value)")
        assert WORD not in values


def test_back_within_the_form_keeps_what_was_typed(open_page, javascript) -> None:
    page = open_page(javascript)
    begin(page)
    go(page, VOICEMAIL, to="contact")
    page.get_by_label("A phone call").check()
    page.get_by_label("The number to call").fill("07700 900123")
    press(page, "Back")
    assert step_of(page) == "about" and page.get_by_label("What should we call you?").input_value() == WORD
    press(page)
    assert page.get_by_label("The number to call").input_value() == "07700 900123"


def test_enter_in_a_field_goes_on_and_not_back(open_page, javascript) -> None:
    page = open_page(javascript)
    begin(page)
    go(page, VOICEMAIL, to="where")
    page.get_by_label("Your postcode").press("Enter")
    until(page, "document.querySelector('[name=a-current_step]')?.value === 'about'")


def test_an_error_is_said_at_its_field_and_takes_the_focus(open_page, javascript) -> None:
    page = open_page(javascript)
    begin(page)
    go(page, VOICEMAIL, to="contact")
    length = page.evaluate("history.length")
    press(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    if javascript:
        assert page.evaluate("document.activeElement.matches('.govuk-error-summary')")
        page.locator(".govuk-error-summary a").click()
        assert page.evaluate("document.activeElement.type") == "checkbox"
        assert page.evaluate("history.length") == length and "#" not in page.url


def test_each_way_opens_its_own_questions_without_scripts(open_page) -> None:
    page = open_page(False)
    begin(page)
    go(page, VOICEMAIL, to="contact")
    assert not page.get_by_label("The number to call").is_visible()
    page.get_by_label("A phone call").check()
    assert page.get_by_label("The number to call").is_visible()
    assert not page.get_by_label("The number to text").is_visible()


def test_when_the_network_fails_the_answers_stay(open_page) -> None:
    page = open_page()
    begin(page)
    go(page, VOICEMAIL, to="about")
    page.get_by_label("What should we call you?").fill(WORD)
    page.context.set_offline(True)
    page.locator(".step__go button").first.click()
    expect(page.locator("[data-not-sent]")).to_contain_text("do not know whether it was sent")
    assert page.get_by_label("What should we call you?").input_value() == WORD
    page.context.set_offline(False)
    press(page)
    assert step_of(page) == "contact"


@pytest.mark.parametrize("when", ["before leaving", "after leaving", "after sending"])
def test_c1_nothing_typed_is_in_any_file_of_the_profile(
    profile,
    site: Site,
    decoy,
    tmp_path,
    javascript,
    when,
) -> None:
    context = profile(javascript)
    page = context.pages[0]
    page.goto(f"{site.url}/ask/")
    press(page, "Start")
    go(page, VOICEMAIL, to="contact")
    page.get_by_label("A phone call").check()
    page.get_by_label("If someone else answers").fill(f"say {WORD}")
    press(page)  # the number is missing: the text comes back with an error
    assert WORD in page.content()
    if when == "after sending":
        page.get_by_label("The number to call").fill("07700 900123")
        press(page)
        go(page, VOICEMAIL)
        assert page.url.endswith("/ask/sent/")
    if when == "after leaving":
        leave(page)
    page.wait_for_timeout(4000)
    if when == "after leaving":
        assert not [c for c in context.cookies(site.url) if c["name"] in ("__Host-n", "__Host-t")]
    context.close()
    assert hits(tmp_path / "profile", WORD) == []


def test_the_numbers_around_follow_who_the_page_is_for(open_page, javascript) -> None:
    """Somebody who worries about their own behaviour is not sent to the victims' line, nor a child."""
    page = open_page(javascript)
    begin(page)
    go(page, {}, to="who")
    page.get_by_label("I am worried about how I behave").check()
    press(page)
    expect(page.locator(".danger")).to_contain_text("0808 802 4040")
    expect(page.locator(".foot")).to_contain_text("0808 802 4040")
    press(page, "Back")
    page.get_by_label("Me, and I am under 18").check()
    press(page)
    expect(page.locator(".foot")).to_contain_text("0800 1111")
