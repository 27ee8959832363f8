"""People who ask for help in a browser: what each of them fills in, and the presses that lead on."""

from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Locator, Page

from tests.journeys.watching import until

WORD = "Wrenfeather"  # what a person typed; nowhere else in this world
Fill = Callable[[Page], Any]

VOICEMAIL: dict[str, Fill] = {
    "who": lambda page: page.get_by_label("Me", exact=True).check(),
    "safe": lambda page: page.get_by_label("Yes", exact=True).check(),
    "where": lambda page: page.get_by_label("Your postcode").fill("S60 1AE"),
    "about": lambda page: (
        page.get_by_label("What should we call you?").fill(WORD),
        page.get_by_label("25 to 39").check(),
    ),
    "contact": lambda page: (
        page.get_by_label("A phone call").check(),
        page.get_by_label("The number to call").fill("07700 900123"),
        page.get_by_label("Yes, it is safe").check(),
        page.get_by_label("Days and times never to call").fill("evenings"),
    ),
}
MAN: dict[str, Fill] = {
    **VOICEMAIL,
    "safe": lambda page: page.get_by_label("No", exact=True).check(),
    "contact": lambda page: (
        page.get_by_label("A text message").check(),
        page.get_by_label("The number to text").fill("07700 900456"),
        page.get_by_label("Who must not know?").fill("my wife"),
    ),
}
SEVENTEEN: dict[str, Fill] = {
    **VOICEMAIL,
    "who": lambda page: page.get_by_label("Me, and I am under 18").check(),
    "young": lambda page: page.get_by_label("16 or 17").check(),
    "about": lambda page: page.get_by_label("What should we call you?").fill(WORD),
    "contact": lambda page: page.get_by_label("I will call you").check(),
}
FLEEING: dict[str, Fill] = {
    **VOICEMAIL,
    "where": lambda page: page.get_by_label("Your postcode").fill("LS1 4AP"),
    "elsewhere": lambda page: page.get_by_label("Yes, into Rotherham").check(),
}
FRIEND: dict[str, Fill] = {
    "who": lambda page: page.get_by_label("Someone I am worried about").check(),
    "where_them": lambda page: page.get_by_label("They live in Rotherham").check(),
    "knows": lambda page: (
        page.get_by_label("Yes", exact=True).check(),
        page.get_by_label("Yes, they said so").check(),
        page.get_by_label("Yes, do not tell them").check(),
    ),
    "them": lambda page: page.get_by_label("What should we call them?").fill(WORD),
    "contact": lambda page: page.get_by_label("I will call you").check(),
    "contact_them": lambda page: (
        page.get_by_label("A phone call").check(),
        page.get_by_label("The number to call").fill("07700 900777"),
        page.get_by_label("No, never leave a message").check(),
    ),
}
GP: dict[str, Fill] = {
    "who": lambda page: page.get_by_label("I am a professional").check(),
    "prof": lambda page: page.get_by_label("Your agency").fill("Elm Surgery"),
    "them": lambda page: page.get_by_label("What should we call them?").fill(WORD),
    "contact_them": lambda page: (
        page.get_by_label("Through me").check(),
        page.get_by_label("Your number or email address for this").fill("fern@example.org"),
        page.get_by_label("Who must not know?").fill("the husband"),
    ),
    "prof_risk": lambda page: (
        page.get_by_label("SafeLives Dash (24 questions)").check(),
        page.get_by_label("The score").fill("16"),
    ),
    "prof_consent": lambda page: page.get_by_label("Yes", exact=True).first.check(),
}
OWN: dict[str, Fill] = {
    **VOICEMAIL,
    "who": lambda page: page.get_by_label("I am worried about how I behave").check(),
    "safe_own": lambda page: page.get_by_label("No", exact=True).check(),
    "own_worry": lambda page: page.get_by_label("What worries you").fill("I shout"),
}


class Asking(NamedTuple):
    """Who opens it at the desk, how it is marked there, a rule that stands on top, presses after Start."""

    fills: dict[str, Fill]
    worker: str
    urgency: str
    rule: str
    presses: int


PEOPLE = {
    "a woman with a safe voicemail": Asking(VOICEMAIL, "wren", "Routine", "Yes, it is safe", 8),
    "a man who is not safe": Asking(MAN, "ida", "Urgent", "my wife", 9),
    "a 17 year old": Asking(SEVENTEEN, "yusuf", "Routine", "I will call you", 10),
    "a person who flees into the area": Asking(FLEEING, "wren", "Routine", "evenings", 9),
    "a friend": Asking(FRIEND, "wren", "Routine", "never leave a message", 10),
    "a GP with a Dash of 16": Asking(GP, "ida", "Urgent", "the husband", 13),
    "a person worried about how they behave": Asking(OWN, "bea", "Routine", "Yes, it is safe", 9),
}


def step_of(page: Page) -> str:
    field: Locator = page.locator("main [name=a-current_step]").first
    return field.get_attribute("value") or "" if field.count() else ""


def press(page: Page, name: str = "", value: str = "") -> None:
    """Continue, Send or another button (by its words, or by what it does), until the answer stands there."""
    button = page.locator(".step__go button").first
    if name:
        button = page.get_by_role("button", name=name, exact=True)
    if value:
        button = page.locator(f"main button[value='{value}']").last
    page.evaluate("document.querySelector('main').dataset.old = '1'")
    button.click()
    until(page, "document.querySelector('main') && !document.querySelector('main').dataset.old")


def begin(page: Page) -> None:
    page.goto("/ask/")
    press(page, "Start")


def go(page: Page, person: dict[str, Fill], to: str = "") -> int:
    """Through the steps up to `to`, or to the end. How many times a button was pressed."""
    presses = 0
    while (step := step_of(page)) and step != to:
        person.get(step, lambda page: None)(page)
        press(page)
        presses += 1
    return presses
