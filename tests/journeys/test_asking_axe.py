"""Every page of the form, on every way: no violation, and none wider than the window."""

import pytest
from playwright.sync_api import Page

from selfreferral.questions import STEPS
from tests.conftest import DESK, PHONE
from tests.journeys.asking import FLEEING, FRIEND, GP, MAN, OWN, SEVENTEEN, Fill, begin, press, step_of
from tests.journeys.test_axe import axe, violations  # noqa: F401  a fixture of that name

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}
IN_DANGER: dict[str, Fill] = {**OWN, "safe_own": lambda page: page.get_by_label("Yes", exact=True).check()}
CHILD: dict[str, Fill] = {**SEVENTEEN, "young": lambda page: page.get_by_label("Under 16").check()}
THEIR_CHILD: dict[str, Fill] = {**GP, "them": lambda page: page.get_by_label("Under 16").check()}
WALKS = (MAN, SEVENTEEN, FLEEING, FRIEND, GP, IN_DANGER, CHILD, THEIR_CHILD)
# The same template on another way, or only where the operator takes requests of children.
AS_SEEN = {"child_later", "told_later", "child_ask", "child_later_ask", "child_them_ask", "child_happening"}


class Walk:
    """Looks at each page once, with an error where there can be one, and with every way unfolded."""

    def __init__(self, page: Page, axe: str) -> None:  # noqa: F811
        self.page, self.axe = page, axe
        self.seen: set[str] = set()
        self.wrong: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        found = violations(self.page, self.axe)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the window")
        if found:
            self.wrong[name] = found

    def unfold(self, step: str) -> None:
        ways = self.page.locator(f"[name={step}-ways]")
        for way in ways.all():
            way.check()
        self.look(f"{step} unfolded")
        press(self.page)
        self.look(f"{step} with errors")
        for way in ways.all():
            way.uncheck()

    def more(self) -> None:
        """From "Tell us more" into each of its pages and back."""
        self.look("more")
        self.seen.add("more")
        for row in self.page.locator(".step__row").evaluate_all("rows => rows.map((row) => row.value)"):
            press(self.page, value=row)
            self.seen.add(step_of(self.page))
            self.look(row)
            press(self.page)
            assert step_of(self.page) == "more"
        press(self.page)

    def through(self, person: dict[str, Fill]) -> None:
        begin(self.page)
        if self.page.get_by_role("button", name="Start again").count():  # the last one stopped on the way
            press(self.page, "Start again")
        while step := step_of(self.page):
            if step not in self.seen:
                self.seen.add(step)
                self.look(step)
                if step in ("contact", "contact_them"):
                    self.unfold(step)
            if step.startswith("child"):
                return
            if step == "check" and "more" not in self.seen:
                press(self.page, "Tell us more")
                self.more()
                continue
            person.get(step, lambda page: None)(self.page)
            press(self.page)
        self.look(f"sent {len(self.seen)}")


@pytest.mark.parametrize(
    ("viewport", "colours"),
    [(PHONE, "light"), (DESK, "dark"), (SMALL, "light")],
    ids=["phone light", "desk dark", "320 light"],
)
def test_axe_finds_nothing_on_any_page(open_page, axe, viewport, colours) -> None:  # noqa: F811
    walk = Walk(open_page(viewport=viewport, color_scheme=colours), axe)
    for person in WALKS:
        walk.through(person)
    begin(walk.page)
    walk.page.goto("/ask/now/")
    walk.look("pause")
    assert {step.slug for step in STEPS} - walk.seen <= AS_SEEN
    assert not walk.wrong
