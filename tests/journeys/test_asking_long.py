"""The long way on a phone, with scripts and without: "Tell us more" in an order of one's own, to the desk."""

import pytest
from playwright.sync_api import Page, expect

from selfreferral.questions import STEPS
from tests.journeys import at_the_desk
from tests.journeys.asking import VOICEMAIL, WORD, Fill, begin, go, press, step_of
from tests.running_site import Site

pytestmark = pytest.mark.browser
desk, open_desk = at_the_desk.desk, at_the_desk.open_desk
STORY, LATER = "It began when we moved house", "He waits at the school gate"
LONG, SHORTER = "Sergeant Hollybank " * 27, "Sergeant Hollybank, of the police"  # 500 letters are enough
# Every page that opens from "Tell us more", last things first.
MORE: dict[str, Fill] = {
    "equality": lambda page: page.get_by_label("Buddhist").check(),
    "access": lambda page: page.get_by_label("Which language?").fill("Slovak"),
    "touch": lambda page: page.get_by_label("The police").check(),
    "help": lambda page: page.get_by_label("Locks and a safer home").check(),
    "children": lambda page: page.get_by_label("How old are the children?").fill("3, 7 and 15"),
    "harming": lambda page: page.get_by_label("Who are they to you?").fill("my cousin Barnaby"),
    "risk": lambda page: page.get_by_role("group", name="Are you afraid").get_by_label("Yes").check(),
    "happening": lambda page: page.get_by_label("Tell us in your own words").fill(f"{STORY}. {LATER}"),
}
LETTER = [
    WORD, "07700 900123", "evenings", "Slovak", SHORTER, "Locks and a safer home", "3, 7 and 15",
    "Are you afraid that you may be badly hurt or killed?", STORY, LATER, "Money that is taken",
    "my brother Barnaby",
]  # fmt: skip


def open_row(page: Page, slug: str) -> None:
    press(page, value=f"change:{slug}")
    assert step_of(page) == slug


def row(page: Page, slug: str) -> str:
    return page.locator(f"main button[value='change:{slug}']").inner_text()


def leave_half_done(page: Page, slug: str) -> None:
    """Something is written there, and Back is pressed before Continue."""
    open_row(page, slug)
    page.get_by_label("Money that is taken or kept back").check()
    page.get_by_label("Tell us in your own words").fill(STORY)
    press(page, "Back")
    assert step_of(page) == "more" and "You told us something" in row(page, slug)


def mend(page: Page) -> None:
    """Too long: said at its field, with the words still in it; then shorter."""
    field = page.get_by_label("Their names, if you know them")
    field.fill(LONG)
    press(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("Use 500 letters or fewer")
    assert step_of(page) == "touch" and field.input_value().strip() == LONG.strip()
    assert page.get_by_label("The police").is_checked()
    field.fill(SHORTER)


def tell_all(page: Page) -> None:
    assert set(MORE) == {step.slug for step in STEPS if step.optional and step.asks}
    leave_half_done(page, "happening")
    for slug, fill in MORE.items():
        open_row(page, slug)
        if slug == "happening":
            assert page.get_by_label("Tell us in your own words").input_value() == STORY
        fill(page)
        if slug == "touch":
            mend(page)
        press(page)
        assert step_of(page) == "more" and "You told us something" in row(page, slug)


def test_all_of_it_reaches_the_right_worker(open_page, open_desk, site: Site, javascript: bool) -> None:
    page = open_page(javascript)
    begin(page)
    go(page, VOICEMAIL, to="contact")
    VOICEMAIL["contact"](page)
    press(page, value="more")
    tell_all(page)
    press(page)
    go(page, {}, to="check")
    for words in {*LETTER, "my cousin Barnaby"} - {"my brother Barnaby"}:
        expect(page.locator("main")).to_contain_text(words)
    open_row(page, "harming")
    page.get_by_label("Who are they to you?").fill("my brother Barnaby")
    press(page)
    assert step_of(page) == "check"
    press(page)
    reference = page.locator(".step__reference").inner_text()
    assert not [words for words in LETTER if words in page.locator("main").inner_text()]
    site.run("manage.py", "deliver_referrals", "--once")
    there = open_desk("ida", javascript=javascript)
    expect(there.get_by_role("row").filter(has_text=reference)).to_contain_text("Urgent")
    there.get_by_role("link", name=reference).click()
    letter = there.locator("main")
    for words in LETTER:
        expect(letter).to_contain_text(words)
    expect(letter).not_to_contain_text("cousin")
    expect(letter).not_to_contain_text("Buddhist")  # counted, and beside nobody
    expect(open_desk("wren").locator("main")).not_to_contain_text(reference)
