"""Every page of the form, on every way and in every state: one walk, for axe-core and for pictures.

`look(name)` is called while each page stands there. A test compares what was seen with STEPS, so
that a new step is walked or the test fails.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from playwright.sync_api import Page

from tests.journeys.asking import (
    FLEEING,
    FRIEND,
    GP,
    MAN,
    OWN,
    SEVENTEEN,
    VOICEMAIL,
    WORD,
    Fill,
    begin,
    go,
    press,
    step_of,
)
from tests.running_site import Site

IN_DANGER: dict[str, Fill] = {**OWN, "safe_own": lambda page: page.get_by_label("Yes", exact=True).check()}
CHILD: dict[str, Fill] = {
    **SEVENTEEN,
    "young": lambda page: page.get_by_label("Under 16").check(),
    "child_happening": lambda page: page.get_by_label("What is happening?").last.fill(WORD),
}
CHILD_LATER: dict[str, Fill] = {**VOICEMAIL, "about": lambda page: page.get_by_label("Under 16").check()}
SEVENTEEN_LATER: dict[str, Fill] = {
    **OWN,
    "about": lambda page: page.get_by_label("16 or 17").check(),
}
THEIR_CHILD: dict[str, Fill] = {**GP, "them": lambda page: page.get_by_label("Under 16").check()}
WAYS: dict[str, dict[str, Fill]] = {
    "me": MAN,
    "17": SEVENTEEN,
    "elsewhere": FLEEING,
    "friend": FRIEND,
    "gp": GP,
    "own": IN_DANGER,
    "own-17": SEVENTEEN_LATER,
    "child": CHILD,
    "child-later": CHILD_LATER,
    "gp-child": THEIR_CHILD,
}
# Where the operator lets children ask, these pages go on.
CHILDREN = {name: WAYS[name] for name in ("child", "child-later", "gp-child")}
MAY_ASK = {"PORTAL_CHILDREN_MAY_ASK": "1", "TEST_JOURNEY_LIMIT": "20/h"}

# Posts the form that stands there, without showing the answer.
POST = """(async () => {
  const post = (name, value) => { const body = new FormData(document.querySelector("main form"));
    body.set(name, value); return fetch("/ask/now/", {method: "POST", body}) };
"""


class Walk:
    """Looks at each page once, with an error where there can be one, and with every way unfolded."""

    def __init__(self, page: Page, look: Callable[[str], None]) -> None:
        self.page, self.look = page, look
        self.seen: set[str] = set()

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
            self.look(step_of(self.page))
            press(self.page)
            assert step_of(self.page) == "more"
        press(self.page)

    def through(self, way: str, person: dict[str, Fill]) -> None:
        """One person's whole way. A page that was looked at before is passed by, but for the last two."""
        afresh(self.page)
        while step := step_of(self.page):
            new = step not in self.seen
            self.seen.add(step)
            if new and step in ("contact", "contact_them"):
                self.look(step)
                self.unfold(step)
            person.get(step, lambda page: None)(self.page)
            if step == "check" and "more" not in self.seen:
                press(self.page, "Tell us more")
                self.more()
                continue
            if step == "check" or (new and step not in ("contact", "contact_them")):
                self.look(f"{step} {way}" if step == "check" else step)
            if not self.page.locator("main button[value='next'].govuk-button").count():
                return  # a page from which nothing is sent
            press(self.page)
        self.look(f"sent {way}")


class States:
    """Pages that stand there when something is not as usual. Needs a site of its own, with MAY_ASK."""

    def __init__(self, page: Page, site: Site, look: Callable[[str], None]) -> None:
        self.page, self.site, self.look = page, site, look

    def all(self) -> None:
        for state in (
            self.children, self.empty, self.stay, self.stale, self.changed, self.aside, self.pause,
            self.expired, self.closing, self.not_sent, self.waiting, self.offline,
        ):  # fmt: skip
            state()

    def at(self, step: str) -> None:
        afresh(self.page)
        go(self.page, VOICEMAIL, to=step)

    def database(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.site.folder / "site.sqlite3", timeout=20) as connection:
            connection.execute(statement, values)

    def children(self) -> None:
        """Where the operator lets children ask."""
        for way, person in CHILDREN.items():
            walk = Walk(self.page, partial(self.look_at_child, way))
            walk.seen = {"more", "contact", "contact_them"}
            walk.through(way, person)

    def look_at_child(self, way: str, name: str) -> None:
        """The other pages are those of everybody."""
        if name.startswith(("child", "check", "sent")):
            self.look(f"asking {name}" if way in name else f"asking {way} {name}")

    def empty(self) -> None:
        """The form's address in a browser that has none open."""
        self.page.context.clear_cookies()
        self.page.goto("/ask/now/")
        self.look("nothing")

    def name(self, page: Page, words: str) -> None:
        page.get_by_label("What should we call you?").fill(words)

    def stay(self) -> None:
        """Somebody without scripts has asked for more time."""
        self.at("about")
        self.page.evaluate(POST + 'await post("do", "stay") })()')
        self.again()
        self.look("notice stay")

    def again(self) -> None:
        """The same page, fetched anew from within the site; an address that is typed shows "pause" first."""
        with self.page.expect_navigation():
            self.page.evaluate("location.assign('/ask/now/')")

    def age(self, column: str, *, minutes: int) -> None:
        """Every draft is this much older."""
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        self.database(f"UPDATE selfreferral_draft SET {column} = ?", f"{at:%Y-%m-%d %H:%M:%S}")

    def other(self) -> Page:
        """A second window of the same browser, on the same page."""
        other = self.page.context.new_page()
        other.goto("/ask/now/")
        press(other)  # an address that is typed shows "You have begun already" first
        return other

    def stale(self) -> None:
        self.at("about")
        other = self.other()
        self.name(other, "Wren")
        press(other)
        other.close()
        self.name(self.page, WORD)
        press(self.page)
        self.look("notice stale")

    def changed(self) -> None:
        self.at("check")
        other = self.other()
        press(other, value="change:safe")
        other.get_by_label("I am not sure").check()
        press(other)
        other.close()
        press(self.page)
        self.look("notice changed")

    def aside(self) -> None:
        self.at("about")
        other = self.page.context.new_page()
        begin(other)
        press(other, "Start again")
        go(other, VOICEMAIL, to="where")
        other.close()
        self.name(self.page, WORD)
        press(self.page)
        self.look("aside")

    def pause(self) -> None:
        begin(self.page)
        self.look("pause")

    def expired(self) -> None:
        self.at("about")
        self.age("seen_at", minutes=31)
        self.name(self.page, WORD)
        press(self.page)
        self.look("notice expired")

    def closing(self) -> None:
        """The longest life is nearly over."""
        self.at("where")
        self.age("started_at", minutes=105)
        self.again()
        self.look("closes soon")

    def not_sent(self) -> None:
        """The team has no key that anything could be sealed for."""
        self.at("check")
        self.database("UPDATE selfreferral_queue SET recipients = '[]' WHERE slug = 'provider'")
        press(self.page)
        self.look("notice not sent")

    def waiting(self) -> None:
        """More presses in one form than the limit allows: said above the form, and on a page of its own."""
        self.at("about")
        self.page.evaluate(POST + 'for (let n = 0; n < 20; n++) await post("do", "stay") })()')
        self.page.locator(".step__go button").first.click()
        self.page.get_by_role("heading", name="Please wait a little").wait_for()
        self.look("limit above the form")
        self.page.goto("/ask/wait/")
        self.look("limit")

    def offline(self) -> None:
        self.at("about")
        self.name(self.page, WORD)
        self.page.context.set_offline(True)
        self.page.locator(".step__go button").first.click()
        self.page.locator("[data-not-sent]").wait_for()
        self.look("offline")
        self.page.context.set_offline(False)


def afresh(page: Page) -> None:
    """A new form in a browser that may have one open."""
    page.context.clear_cookies()
    begin(page)
