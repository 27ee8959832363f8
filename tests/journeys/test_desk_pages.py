"""Every page of the desk: axe-core, small screens, paper, and the exit."""

import pytest
from playwright.sync_api import expect

from tests.conftest import DESK
from tests.journeys import at_the_desk
from tests.journeys.at_the_desk import SMALL, TABLET, OpenDesk, sign_in, too_wide
from tests.journeys.test_axe import violations
from tests.running_site import Decoy
from triage.decisions import DECISIONS

pytestmark = pytest.mark.browser
axe, cases, desk, open_desk = at_the_desk.axe, at_the_desk.cases, at_the_desk.desk, at_the_desk.open_desk


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
