"""A shift at the desk in a real browser: the list, a case, taking it on, closing it, going home."""

import json
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import at_the_desk
from tests.journeys.at_the_desk import PASSPHRASES, TABLET, OpenDesk, choose, sign_in
from tests.journeys.test_axe import violations
from tests.running_site import Site
from triage.decisions import DECISIONS

pytestmark = pytest.mark.browser
axe, cases, desk, open_desk = at_the_desk.axe, at_the_desk.cases, at_the_desk.desk, at_the_desk.open_desk


def test_a_shift(open_desk: OpenDesk, site: Site, javascript: bool) -> None:
    """In, the list, the rules before anything else, taken on, tried twice at times that are safe, reached,
    closed, out; Back shows nothing."""
    mine = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["week"]
    page = open_desk(javascript=javascript)
    sign_in(page, "wren", "not the passphrase")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    sign_in(page, "wren")
    row = page.get_by_role("row").filter(has_text=mine)
    expect(row).to_contain_text("Not opened yet")
    expect(page.locator("main")).not_to_contain_text("Marigold")
    row.get_by_role("link").click()
    box = page.locator(".desk-safe")
    expect(box).to_be_visible()
    expect(box).to_contain_text("never leave a message")
    expect(box).to_contain_text("Weekdays, 10am to 2pm")
    place = box.bounding_box()
    assert place and place["y"] < 300, "their rules are not in view at once"
    page.get_by_role("button", name="I am taking this on").click()
    expect(page.locator(".desk-facts")).to_contain_text("Wren Example")
    day = last_weekday()
    try_to_reach(page, "No answer", at=f"{day}T10:15")
    try_to_reach(page, "They answered and could not talk", at=f"{day}T13:45")
    choose(page, "I am in contact with them")
    page.get_by_role("button", name="Put it on record").click()
    history = page.locator(".desk-history li")
    expect(history.filter(has_text="Tried to reach them, wren")).to_have_count(2)
    for what in (f"{day} 10:15; By phone; No answer", f"{day} 13:45; By phone; They answered"):
        expect(history.filter(has_text=what)).to_have_count(1)
    expect(history.filter(has_text="In contact, wren")).to_have_count(1)
    choose(page, "Close this request")
    page.get_by_role("button", name="Close this request").click()
    expect(page.get_by_role("heading", name="Please check your answers")).to_be_visible()
    page.get_by_label("We are in touch and agreed what happens next").check()
    page.get_by_role("button", name="Close this request").click()
    expect(page.locator("main")).not_to_contain_text(mine)
    page.get_by_role("link", name="Closed").click()
    expect(page.get_by_role("row").filter(has_text=mine)).to_contain_text("agreed what happens next")
    page.goto(f"/desk/{mine}/")
    expect(page.locator(".desk-safe")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("main")).to_contain_text("You are signed out")
    page.go_back(wait_until="commit")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text("Sign in")


def last_weekday() -> str:
    """The last day that was over and no weekend, as the field takes it."""
    days = (date.today() - timedelta(days=past) for past in range(1, 4))
    return next(day for day in days if day.weekday() < 5).isoformat()


def try_to_reach(page: Page, result: str, *, at: str) -> None:
    choose(page, "I tried to reach them")
    page.get_by_label("When?").fill(at)
    page.get_by_label("By phone").check()
    page.get_by_label(result).check()
    page.get_by_role("button", name="Put it on record").click()


def test_a_case_goes_to_another_team_with_its_history(open_desk: OpenDesk, site: Site, javascript) -> None:
    """A lead hands it up to the high-risk team: there it is new, and everything went along."""
    mine = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["plain"]
    lead = open_desk("lee", javascript=javascript)
    lead.goto(f"/desk/{mine}/")
    choose(lead, "Hand on to another team")
    expect(lead.get_by_label("Own behaviour")).to_have_count(0)
    lead.get_by_label("High-risk team").check()
    lead.get_by_label("the risk is higher than it looked").check()
    lead.get_by_label("It is urgent from now on").check()
    lead.get_by_role("button", name="Hand it on").click()
    expect(lead.get_by_role("status")).to_contain_text("It is handed on")
    worker = open_desk("wren", javascript=javascript)
    answer = worker.goto(f"/desk/{mine}/")
    assert answer and answer.status == 404
    there = open_desk("ida", javascript=javascript)
    row = there.get_by_role("row").filter(has_text=mine)
    expect(row).to_contain_text("Not opened yet")
    expect(row).to_contain_text("Urgent")
    row.get_by_role("link").first.click()
    expect(there.locator(".desk-notes")).to_contain_text("because the risk is higher than it looked")
    expect(there.locator(".desk-safe")).to_contain_text("never leave a message")
    expect(there.locator("main")).to_contain_text("Marigold")
    expect(there.locator(".desk-history")).to_contain_text("Handed on, lee (from Rotherham")
    auditor = open_desk("ada", javascript=javascript)
    auditor.goto(f"/desk/{mine}/")
    expect(auditor.locator(".desk-history")).to_contain_text("Handed on, lee (from Rotherham")
    expect(auditor.locator("main")).not_to_contain_text("Marigold")
    expect(auditor.locator(".desk-decide")).to_have_count(0)


def test_each_worker_finds_their_own_requests(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    homes = {"wren": "plain", "ida": "danger", "yusuf": "sixteen"}
    for who, name in homes.items():
        page = open_desk(who)
        page.get_by_role("link", name=cases[name]).click()
        expect(page.locator(".desk-safe")).to_be_visible()
        for other in set(homes.values()) - {name}:
            answer = page.goto(f"/desk/{cases[other]}/")
            assert answer and answer.status == 404
            expect(page.locator("main")).to_contain_text("not in one of your queues")


def test_a_stranger_with_an_account_sees_nothing_and_learns_nothing(open_desk, cases: dict[str, str]) -> None:
    """Somebody of another team, by hand-made addresses: one answer, whether or not there is something."""
    page = open_desk("bea")
    for name in cases:
        expect(page.locator("main")).not_to_contain_text(cases[name])
    answers = set()
    for reference in (*cases.values(), "ZZZ-999"):
        for where in ("", "print/", *(f"{one.slug}/" for one in DECISIONS if one.asks)):
            answer = page.request.get(f"/desk/{reference}/{where}")
            answers.add((answer.status, re.sub(r'value="\w{64}"', "", answer.text())))
    assert [status for status, _words in answers] == [404]
    page.goto(f"/desk/{cases['plain']}/")
    expect(page.locator("main")).to_contain_text("There is no request under this address")


def test_an_auditor_sees_what_was_done_and_no_word_of_it(open_desk, cases: dict[str, str], axe: str) -> None:
    worker = open_desk("wren")
    worker.goto(f"/desk/{cases['other']}/")
    page = open_desk("ada", viewport=TABLET)
    page.goto(f"/desk/{cases['other']}/")
    expect(page.locator(".desk-history")).to_contain_text("Opened to read, wren")
    for word in ("Marigold", "07700", "Bluebell", "never leave a message"):
        expect(page.locator("main")).not_to_contain_text(word)
    for hidden in (".desk-safe", ".desk-part", ".desk-decide", ".desk-tools"):
        expect(page.locator(hidden)).to_have_count(0)
    wrong = violations(page, axe)
    page.goto(f"/desk/{cases['other']}/print/")
    expect(page.locator("main")).not_to_contain_text("Marigold")
    page.goto("/desk/by-phone/")
    expect(page.locator("h1")).to_have_text("You cannot write down a call")
    assert not wrong + violations(page, axe)


def test_what_is_for_leads_tells_a_worker_whom_to_fetch(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    worker = open_desk("wren")
    worker.goto(f"/desk/{cases['honour']}/")
    expect(worker.get_by_role("alert")).to_contain_text("Only a lead may open this one. Tell your lead now.")
    expect(worker.get_by_role("alert")).to_contain_text("Lee Example")
    expect(worker.locator("main")).not_to_contain_text("Amber")
    lead = open_desk("lee", viewport=TABLET)
    lead.get_by_role("link", name=cases["honour"]).click()
    box = lead.locator(".desk-safe")
    expect(box.locator("li").first).to_contain_text("Never contact family or community")
    expect(box).to_contain_text("never leave a message")
    expect(lead.locator("main")).to_contain_text("Amber")
    worker.reload()
    expect(worker.locator("main")).not_to_contain_text("Amber")


def test_a_person_in_danger_stands_first(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    page = open_desk("lee")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Urgent")
    expect(first).to_contain_text("High-risk team")


def test_an_editor_sees_nothing_here(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    page = open_desk()
    sign_in(page, "editor", "a-demo-passphrase")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    page.goto(f"/desk/{cases['plain']}/")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_triage_worker_does_not_come_into_the_cms(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/cms/")
    page.fill("#id_username", "wren")
    page.fill("#id_password", PASSPHRASES["wren"])
    page.click("main button")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    context.close()


def test_the_other_doors_have_no_desk_and_the_desk_has_no_other(site: Site, desk: Site, browser) -> None:
    request = browser.new_context().request
    assert request.get(f"{site.url}/desk/").status == 404
    for path in ("/cms/", "/find/", "/ask/", "/ask/now/"):
        assert request.get(f"{desk.url}{path}").status == 404, path
    refused = request.post(f"{desk.url}/desk/sign-in/", form={"username": "wren"})  # without its token
    assert refused.status == 403 and "open for too long" in refused.text()


def test_by_keyboard_alone(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    page = open_desk()
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "id_username":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("wren")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSPHRASES["wren"])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Requests")
    reach(page, cases["other"])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Request {cases['other']}")
    reach(page, "I am taking this on")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-facts")).to_contain_text("Wren Example")


def test_a_decision_by_keyboard_alone(open_desk: OpenDesk, site: Site) -> None:
    """Through "Something else" to a form, past its mistake, and back on the case."""
    mine = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["other"]
    page = open_desk("lee")
    page.goto(f"/desk/{mine}/")
    reach(page, "Something else")
    page.keyboard.press("Enter")
    reach(page, "Refer to MARAC, MASH or adult safeguarding")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Refer to MARAC, MASH or adult safeguarding")
    reach(page, "Put it on record")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "agency"
    page.keyboard.press("Space")
    reach(page, "Put it on record")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-history")).to_contain_text("Referred, lee (MARAC")


def reach(page: Page, words: str) -> None:
    """Tab until what has focus says `words`."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == words:
            return
    raise AssertionError(f"{words} is not reached by Tab")
