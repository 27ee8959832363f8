"""People who look for help reach a service that fits, on a small phone, in three taps or one search."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from services_directory import starter

pytestmark = pytest.mark.browser

RECORDS = {record["id"]: record for record in starter.read("services.json")}
SAID = json.dumps(list(RECORDS.values()), ensure_ascii=False)
EMERGENCY = {"tel:999", "tel:18000"}
MOST_TAPS = 3


@dataclass(frozen=True)
class Journey:
    """Who comes, the links tapped or the words typed, and what must stand on the page reached."""

    who: str
    taps: tuple[str, ...]
    typed: str
    reaches: str
    never: str = ""


JOURNEYS = [
    Journey("a man", ("Men",), "", "mens-advice-line"),
    Journey("a man, in his own words", ("Find a service",), "my wife hits me", "mankind-initiative"),
    Journey("an LGBT+ young person of 17", ("LGBT+ people",), "", "galop"),
    Journey("an LGBT+ young person, by age", ("Young people, 11 to 17",), "", "childline"),
    Journey("a woman who speaks Polish", ("Find a service",), "polish", "opoka"),
    Journey("a worried mother", ("Worried about someone",), "", "national-domestic-abuse-helpline"),
    Journey(
        "a person worried about his own behaviour",
        ("Worried about how you behave",),
        "",
        "respect-phoneline",
        never="hopian-front-door",
    ),
    Journey("a GP", ("For professionals", "Services that take referrals"), "", "rotherham-mash"),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.who)
def test_reaches_a_fitting_service(
    open_page: Callable[..., Page], javascript: bool, journey: Journey
) -> None:
    page = open_page(javascript=javascript)
    page.goto("/")
    taps = 0
    for words in journey.taps:
        page.get_by_role("link", name=words, exact=True).locator("visible=true").first.click()
        taps += 1
    if journey.typed:
        page.get_by_label("What do you need help with?").fill(journey.typed)
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url(lambda url: "s=" in url)
        assert journey.typed not in page.url
    record = RECORDS[journey.reaches]
    card = page.locator("li.card").filter(has=page.get_by_role("link", name=record["name"], exact=True))
    card.first.wait_for()
    numbers = [phone["display"] for phone in record["phones"]]
    assert all(number in card.first.inner_text() for number in numbers)
    card.first.get_by_role("link", name=record["name"]).click()
    taps += 1
    page.wait_for_url("**/s/*/")
    assert taps <= MOST_TAPS
    assert record["name"] in page.locator("h1").inner_text()
    if journey.never:
        page.go_back(wait_until="commit")
        page.locator("li.card").first.wait_for()
        assert RECORDS[journey.never]["name"] not in page.locator("main").inner_text()


def test_no_number_that_the_directory_does_not_hold(
    open_page: Callable[..., Page], routes: dict[str, list[str]]
) -> None:
    page = open_page(javascript=False)
    digits = "".join(c for c in SAID if c.isdigit() or c in '"+')
    for address in routes["pages"] + routes["errors"]:
        if address == "/components/":
            continue
        page.goto(address)
        links = page.locator("a[href^='tel:'], a[href^='sms:']")
        for href in {link.get_attribute("href") or "" for link in links.all()} - EMERGENCY:
            assert href.split(":")[1] in digits or href.split(":")[1] in "0808 164 0123", (address, href)


def test_the_polish_woman_is_shown_one_language_and_no_hours(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/find/")
    page.get_by_label("What do you need help with?").fill("polish")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Opoka", exact=True).click()
    words = page.locator("main").inner_text()
    assert "Polish" in words and "Opening hours not known" in words
    assert "English" not in words
