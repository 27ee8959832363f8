"""Six professionals find their step, its clock and whom to ring; and every page they may meet is one sheet.

Done by taps and by one search, with JavaScript and without, on a small phone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page

from services_directory import starter
from tests.conftest import DESK, PHONE
from tests.front_end import node_packages
from tests.journeys.test_axe import violations

pytestmark = pytest.mark.browser

NUMBERS = {
    record["id"]: [phone["display"] for phone in record["phones"]] for record in starter.read("services.json")
}
STAND_IN = "national-domestic-abuse-helpline"  # who is rung where the directory has no number
MOST_TAPS = 4


@dataclass(frozen=True)
class Journey:
    """Who comes, the page they tap to, what they type; the steps they need: title, clock, whom to ring."""

    who: str
    page: str
    typed: str
    steps: tuple[tuple[str, str, str], ...]


MASH = ("Ring children’s social care (MASH)", "The same day", "rotherham-mash")
MARAC = ("High risk: refer to MARAC", "As soon as one is true", STAND_IN)
JOURNEYS = [
    Journey("GP, Dash of 16, pregnant", "GP and practice team", "dash 16 pregnant", (MARAC, MASH)),
    Journey(
        "school told by Encompass",
        "A school told by Operation Encompass",
        "encompass",
        (("Put it beside what you know", "The same day", "operation-encompass-teachers"), MASH),
    ),
    Journey(
        "housing officer, private tenant",
        "Housing: social and private",
        "private tenant",
        (
            ("Refer for locks and lights", "First contact within 48 hours", STAND_IN),
            ("If they cannot stay: homelessness team", "Today", "rmbc-homelessness"),
        ),
    ),
    Journey(
        "dentist",
        "Dentist",
        "dentist",
        (("Ask about danger now", "Before they leave you", "999-silent-solution"),),
    ),
    Journey(
        "adult social worker",
        "An adult with care and support needs",
        "adult social worker",
        (("Raise an adult safeguarding concern", "The same day", STAND_IN),),
    ),
    Journey("police, victim of 17", "A young person of 16 or 17", "police 17", (MASH, MARAC)),
]


def step_on(page: Page, title: str) -> Locator:
    return page.locator("main li").filter(has=page.get_by_role("heading", name=title, exact=True, level=2))


def needs(page: Page, journey: Journey) -> None:
    """Every step that the journey is for stands on the page, with its clock and a number to ring."""
    for title, clock, contact in journey.steps:
        said = step_on(page, title).inner_text()
        assert f"By when: {clock}" in said, said
        assert any(number in said for number in NUMBERS[contact]), said


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.who)
def test_reaches_the_right_step(open_page: Callable[..., Page], javascript: bool, journey: Journey) -> None:
    page = open_page(javascript=javascript)
    page.goto("/")
    taps = ("For professionals", journey.page)
    assert len(taps) <= MOST_TAPS
    for words in taps:
        page.get_by_role("link", name=words, exact=True).locator("visible=true").first.click()
    page.get_by_role("heading", name=journey.page, level=1).wait_for()
    needs(page, journey)

    page.goto("/professionals/")
    page.get_by_label("Your job, or what has happened").fill(journey.typed)
    page.get_by_role("button", name="Search", exact=True).click()
    best = page.locator("li.card").first
    best.wait_for()
    address = urlsplit(page.url)  # without the host: a port may hold the typed digits by chance
    assert not [word for word in journey.typed.split() if word in f"{address.path}?{address.query}"]
    assert "By when: " in best.inner_text() and re.search(r"\d{3}", best.inner_text())
    best.get_by_role("link", name=journey.page, exact=True).click()
    page.get_by_role("heading", name=journey.page, level=1).wait_for()
    needs(page, journey)


TOO_WIDE = """[...document.querySelectorAll(".diagram text")].filter(line => line.getBBox().width > 298)
  .map(line => line.textContent)"""


MOST_SHEETS = {"/professionals/services/": 2}  # docs/decisions/paper.md
SMALLEST = 8.5  # points
ON_PAPER = """[...document.querySelectorAll("main *")]
  .filter(one => one.checkVisibility() && one.textContent.trim())
  .map(one => parseFloat(getComputedStyle(one).fontSize) * 0.75)"""


def too_many(page: Page, most: int) -> list[str]:
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    return [f"{sheets} sheets"] if sheets > most else []


def small_on_paper(page: Page) -> set[float]:
    """Sizes in points that are hard to read, as the page is when it is printed."""
    page.emulate_media(media="print")
    sizes = page.evaluate(ON_PAPER)
    page.emulate_media(media="null")
    assert sizes
    return {size for size in sizes if size < SMALLEST}


def says(page: Page, media: str) -> str:
    """The steps, and what is said beside them, as this medium shows them."""
    page.emulate_media(media=media)
    return page.locator("main article").inner_text()


def test_every_pathway_is_one_sheet_and_reads_well_on_a_phone(
    open_page: Callable[..., Page], routes: dict[str, list[str]]
) -> None:
    """One walk: axe at both widths, nothing wider than a phone, the picture's words in their boxes, A4."""
    axe = (node_packages() / "axe-core" / "axe.min.js").read_text()
    page = open_page(viewport=PHONE)
    pathways = [
        path for path in routes["pages"] if path.count("/") == 3 and path.startswith("/professionals/")
    ]
    wrong: dict[str, list[str]] = {}
    for path in [*routes["alike"], *pathways]:
        page.set_viewport_size(PHONE)
        page.goto(path)
        if page.locator("main .services, form.check").count():
            found = [f"{small}: too small on paper" for small in small_on_paper(page)]
            found += too_many(page, MOST_SHEETS.get(path, 1))
            wrong |= {path: found} if found else {}
        if not page.locator(".diagram").count():
            continue
        found = [*page.evaluate(TOO_WIDE), *violations(page, axe)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than a phone")
        page.set_viewport_size(DESK)
        found += violations(page, axe)
        found += [] if says(page, "print") == says(page, "null") else ["paper says something else"]
        found += too_many(page, 1)
        if found:
            wrong[path] = found
    assert not wrong
    assert len(routes["alike"]) + 3 == 21
