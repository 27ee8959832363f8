"""A shift at the desk in a real browser: the list, a case, taking it on, closing it, going home."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import DESK
from tests.front_end import node_packages
from tests.journeys.test_axe import violations
from tests.running_site import Decoy, Site
from triage.decisions import DECISIONS
from triage.demo_staff import STAFF

pytestmark = pytest.mark.browser
TABLET = {"width": 768, "height": 1024}
SMALL = {"width": 320, "height": 640}
PASSPHRASES = {person.username: person.passphrase for person in STAFF}
OpenDesk = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(site: Site, shared_decoy: Decoy) -> Iterator[Site]:
    """The triage door beside the site, over the same database, with the only private key."""
    desk = Site(
        site.folder,
        {**site.environment, "PORTAL_DOORS": "triage", "TRIAGE_KEY_FILE": str(site.folder / "keys/desk.txt")},
    )
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def cases(desk: Site, site: Site) -> dict[str, str]:
    """References of requests that were sent as the form sends them, by name."""
    return json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])


@pytest.fixture(scope="module")
def axe() -> str:
    return (node_packages() / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def open_desk(browser: Browser, desk: Site) -> Iterator[OpenDesk]:
    """`open_desk("wren")`: a page of a browser in which wren has signed in."""
    contexts = []

    def open_one(who: str = "", javascript: bool = True, viewport: dict[str, int] | None = None, **options):
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport or DESK, base_url=desk.url, **options
        )
        context.set_default_timeout(15000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/desk/")
        if who:
            sign_in(page, who)
        return page

    yield open_one
    for context in contexts:
        context.close()


def sign_in(page: Page, who: str, passphrase: str = "") -> None:
    page.fill("#id_username", who)
    page.fill("#id_password", passphrase or PASSPHRASES[who])
    page.click("main button")


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


def choose(page: Page, label: str) -> None:
    """What somebody does less often stands behind "Something else"."""
    link = page.get_by_role("link", name=label)
    if not link.is_visible():
        page.get_by_text("Something else").click()
    link.click()


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


@pytest.mark.parametrize(
    ("viewport", "colours"),
    [(TABLET, "dark"), (DESK, "light"), (SMALL, "light")],
    ids=["768 dark", "1280 light", "320 light"],
)
def test_no_violation_on_any_page(open_desk, cases, axe: str, viewport: dict[str, int], colours: str) -> None:
    page = open_desk(viewport=viewport, color_scheme=colours)
    wrong = {}
    addresses = ["/desk/sign-in/", "/desk/sign-in/?w=w", "/desk/sign-in/?w=p", "/desk/sign-in/?w=i"]
    for address in addresses:
        page.goto(address)
        wrong[address] = violations(page, axe) + too_wide(page)
    page.goto("/desk/")
    sign_in(page, "lee")
    expect(page.locator("tbody tr").first).to_be_visible()
    for address in (
        "/desk/",
        "/desk/?closed=1",
        "/desk/?done=hand-on",
        *(f"/desk/{case}/" for case in cases.values()),
        *(f"/desk/{cases['danger']}/{decision.slug}/" for decision in DECISIONS if decision.asks),
        "/desk/ZZZ-999/",
    ):
        page.goto(address)
        if more := page.get_by_text("Something else").all():
            more[0].click()
        wrong[address] = violations(page, axe) + too_wide(page)
    assert not {address: found for address, found in wrong.items() if found}


def test_no_violation_on_any_page_that_says_no(open_desk, cases, axe: str) -> None:
    """Each form that was sent empty, what somebody else was quicker to do, and what waits for a lead."""
    page, wrong = open_desk("lee", viewport=TABLET), {}
    page.goto(f"/desk/{cases['week']}/")
    for decision in DECISIONS:
        if decision.asks and decision.slug != "outcome":  # tests/journeys/test_desk_outcomes.py
            page.goto(f"/desk/{cases['week']}/{decision.slug}/")
            page.evaluate(
                "document.querySelectorAll('main input:not([type=hidden])').forEach(one => {"
                " one.value = ''; one.checked = false })"
            )
            page.locator("main button").click()
            expect(page.get_by_role("alert")).to_contain_text("Please check your answers")
            wrong[decision.slug] = violations(page, axe) + too_wide(page)
    late = open_desk("wren", viewport=TABLET)
    late.goto(f"/desk/{cases['week']}/")
    page.goto(f"/desk/{cases['week']}/")
    page.get_by_role("button", name="I am taking this on").click()
    expect(page.locator(".desk-facts")).to_contain_text("Lee Example")
    late.get_by_role("button", name="I am taking this on").click()
    expect(late.locator("h1")).to_have_text("That was not done")
    wrong["not now"] = violations(late, axe) + too_wide(late)
    late.goto(f"/desk/{cases['honour']}/")
    wrong["leads"] = violations(late, axe) + too_wide(late)
    assert not {address: found for address, found in wrong.items() if found}


def test_what_stands_under_something_else_is_as_tall_as_a_finger(open_desk, cases: dict[str, str]) -> None:
    page = open_desk("lee", viewport=TABLET)
    page.goto(f"/desk/{cases['sixteen']}/")
    page.get_by_text("Something else").click()
    tall = [link.bounding_box()["height"] for link in page.locator(".desk-decide li .desk-plain").all()]
    assert len(tall) > 3 and min(tall) >= 44


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return ["scrolls sideways"] if wide else []


def test_on_paper(open_desk: OpenDesk, cases: dict[str, str]) -> None:
    page = open_desk("lee")
    page.goto(f"/desk/{cases['plain']}/")
    page.emulate_media(media="print")
    for hidden in (".leave", ".desk-me", ".govuk-back-link", "main button >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    for shown in (".desk-safe", ".desk-part >> nth=0", ".desk-printed"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator(".desk-printed")).to_contain_text("Lee Example")
    page.emulate_media(media="screen")
    assert "07700 900461" in page.locator("main").inner_text()
    page.emulate_media(media="print")
    printed = page.locator("main").inner_text()
    assert "07700" not in printed and "S60 1AE" not in printed and "left out" in printed


def test_the_desk_can_be_left_like_any_page(open_desk, cases, decoy: Decoy, javascript: bool) -> None:
    page = open_desk("wren", javascript=javascript)
    page.goto(f"/desk/{cases['other']}/")
    page.click(".leave__button")
    page.wait_for_url(decoy.url)
    # With a script the person is away before the server has heard of it: that may take a moment.
    for _ in range(20):
        page.goto("/desk/")
        if page.locator("h1").inner_text() == "Sign in":
            break
        page.wait_for_timeout(500)
    expect(page.locator("h1")).to_have_text("Sign in")
