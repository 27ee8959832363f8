"""Signing in by two steps in a real browser, at the desk and at the CMS: an app, a virtual passkey, a lock
that keeps the place.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.conftest import DESK
from tests.journeys import at_the_desk
from tests.journeys.at_the_desk import SMALL, choose, sign_in, too_wide
from tests.journeys.test_axe import violations
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
axe = at_the_desk.axe
AGED = """
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
for one in Session.objects.all():
    kept = one.get_decoded()
    if "seen_at" in kept:
        kept["seen_at"] = (timezone.now() - timedelta(minutes=30)).isoformat()
        one.session_data = Session.get_session_store_class()().encode(kept)
        one.save()
"""


PASSPHRASE = "four plain words here"
AUTHOR = """
from django.contrib.auth.models import Group
from portal.models import User
User.objects.create_user("{name}", password="{passphrase}").groups.add(Group.objects.get(name="Authors"))
"""


@dataclass(frozen=True)
class Entrance:
    """A staff door. `first`: the heading of its first page; `place`: an address further in."""

    name: str
    first: str
    place: str
    doors: str

    @property
    def prefix(self) -> str:
        return f"/{self.name}/"


ENTRANCES = {
    entrance.name: entrance
    for entrance in (
        Entrance("desk", "Requests", "/desk/?closed=1", "triage"),
        Entrance("cms", "Help in Rotherham", "/cms/images/?q=nothing", "public,cms"),
    )
}
EACH = pytest.mark.parametrize("entrance", ENTRANCES, indirect=True)
DESK_ALONE = pytest.mark.parametrize("entrance", ["desk"], indirect=True)
# What stands behind the CMS's door needs scripts: without them only the desk is walked.
EACH_AND_NO_SCRIPT = pytest.mark.parametrize(
    ("entrance", "javascript"),
    [("desk", True), ("desk", False), ("cms", True)],
    indirect=["entrance"],
    ids=["desk-script", "desk-no-script", "cms-script"],
)


@pytest.fixture
def entrance(request: pytest.FixtureRequest) -> Entrance:
    return ENTRANCES[request.param]


@pytest.fixture(scope="module")
def serve(site: Site, shared_decoy: Decoy) -> Iterator[Callable[[Entrance], Site]]:
    """`serve(entrance)`: that door as a council runs it, with a second step required; started once."""
    started: dict[Entrance, Site] = {}

    def at(entrance: Entrance) -> Site:
        if entrance not in started:
            keys = {"TRIAGE_KEY_FILE": str(site.folder / "keys/desk.txt")} if entrance.name == "desk" else {}
            required = {"PORTAL_DOORS": entrance.doors, "STAFF_MFA_REQUIRED": "1"}
            door = Site(site.folder, {**site.environment, **keys, **required})
            door.start()
            started[entrance] = door
        return started[entrance]

    yield at
    for door in started.values():
        door.stop()


@pytest.fixture
def door(entrance: Entrance, serve: Callable[[Entrance], Site]) -> Site:
    return serve(entrance)


@pytest.fixture
def newcomer(entrance: Entrance, door: Site) -> Callable[[str], str]:
    """`newcomer("nora")`: somebody who was just added at this door; their passphrase."""

    def add(name: str) -> str:
        if entrance.name == "cms":
            door.run("manage.py", "shell", "-c", AUTHOR.format(name=name, passphrase=PASSPHRASE))
            return PASSPHRASE
        words = ("desk_staff", "add", name, "--queue", "provider", "--role", "worker")
        return door.run("manage.py", *words).split()[-1]

    return add


@pytest.fixture
def open_door(browser: Browser, entrance: Entrance, door: Site) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_one(javascript: bool = True, viewport: dict[str, int] | None = None) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport or DESK, base_url=door.url
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(entrance.prefix)
        return page

    yield open_one
    for context in contexts:
        context.close()


def is_in(page: Page, entrance: Entrance) -> None:
    expect(page.locator("h1")).to_have_text(entrance.first, timeout=15000)  # the CMS is heavy


def is_kept_out(page: Page, entrance: Entrance, heading: str) -> None:
    """Neither the first page nor one further in opens: `heading` stands there instead."""
    for address in (entrance.place, entrance.prefix):
        page.goto(address)
        expect(page.locator("h1")).to_have_text(heading)


def add_key(page: Page) -> None:
    """A passkey device inside the browser, which checks its owner without asking."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@EACH_AND_NO_SCRIPT
def test_an_app_a_recovery_code_and_a_lock_that_keeps_the_place(
    open_door, newcomer, entrance: Entrance, door: Site, javascript: bool, axe: str
) -> None:
    name = f"nora-{entrance.name}-{javascript}".lower()
    passphrase = newcomer(name)
    page: Page = open_door(javascript=javascript, viewport=SMALL)
    sign_in(page, name, passphrase)
    expect(page.locator("h1")).to_have_text("Add a second step")
    is_kept_out(page, entrance, "Add a second step")
    look(page, axe, javascript)
    page.get_by_role("link", name="Add an app").click()
    look(page, axe, javascript)
    secret = page.locator(".sign-in-key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("alert")).to_contain_text("That code did not work")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    codes = page.locator(".sign-in-codes code").all_inner_texts()
    assert len(codes) == 10
    look(page, axe, javascript)
    page.get_by_role("link", name="I have written them down").click()
    is_in(page, entrance)

    other: Page = open_door(javascript=javascript)
    sign_in(other, name, passphrase)
    expect(other.locator("h1")).to_have_text("Your second step")
    look(other, axe, javascript)
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Go on").click()
    is_in(other, entrance)

    page.goto(entrance.place)
    door.run("manage.py", "shell", "-c", AGED)
    page.reload()
    expect(page.locator("h1")).to_have_text("Sign in again")
    look(page, axe, javascript)
    page.get_by_label("Your passphrase").fill(passphrase)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_url(f"{door.url}{entrance.place}")

    page.goto(f"{entrance.prefix}my-sign-in/")
    look(page, axe, javascript)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("status")).to_contain_text("you are signed out there")
    is_kept_out(other, entrance, "Sign in")


@EACH
def test_a_passkey_as_the_second_step_and_alone(open_door, newcomer, entrance: Entrance, axe: str) -> None:
    name, mine = f"kay-{entrance.name}", f"{entrance.prefix}my-sign-in/"
    passphrase = newcomer(name)
    page: Page = open_door()
    add_key(page)
    sign_in(page, name, passphrase)
    page.get_by_role("link", name="Add a passkey").click()
    look(page, axe)
    expect(page.get_by_label("A name for it")).to_have_value("Chrome on Linux")
    page.get_by_label("A name for it").fill("work laptop")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.goto(mine)
    expect(page.locator("main")).to_contain_text("Passkey “work laptop”")
    page.get_by_role("button", name="Sign out", exact=True).click()

    sign_in(page, name, passphrase)
    expect(page.locator("h1")).to_have_text("Your second step")
    look(page, axe)
    is_kept_out(page, entrance, "Sign in")
    sign_in(page, name, passphrase)
    page.get_by_role("button", name="Use my passkey").click()
    is_in(page, entrance)
    page.goto(mine)
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.get_by_role("button", name="Sign in with a passkey").click()
    is_in(page, entrance)


@DESK_ALONE
def test_what_was_typed_while_the_session_was_locked_is_sent_afterwards(
    open_door, newcomer, door: Site, site: Site, javascript: bool, axe: str
) -> None:
    name = f"hal-{javascript}".lower()
    passphrase = newcomer(name)
    page: Page = open_door(javascript=javascript)
    sign_in(page, name, passphrase)
    page.get_by_role("link", name="Add an app").click()
    page.get_by_label("Code").fill(code(page.locator(".sign-in-key").inner_text().replace(" ", "")))
    page.get_by_role("button", name="Add the app").click()
    mine = json.loads(site.run("-m", "tests.triage.cases").splitlines()[-1])["plain"]
    page.goto(f"/desk/{mine}/")
    page.get_by_role("button", name="I am taking this on").click()
    choose(page, "I tried to reach them")
    page.get_by_label("By phone").check()
    page.get_by_label("No answer").check()
    door.run("manage.py", "shell", "-c", AGED)
    page.get_by_role("button", name="Put it on record").click()
    expect(page.locator("h1")).to_have_text("Sign in again, then send")
    look(page, axe, javascript)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    tab = opened.value
    tab.get_by_label("Your passphrase").fill(passphrase)
    tab.get_by_role("button", name="Go on", exact=True).click()
    expect(tab.locator("h1")).to_have_text("Requests")
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator(".desk-history li").filter(has_text="Tried to reach them")).to_have_count(1)


def look(page: Page, axe: str, javascript: bool = True) -> None:
    """Clean, narrow enough, neutral, and it can be left."""
    assert violations(page, axe) + too_wide(page) == [] if javascript else True
    assert re.fullmatch(
        r"(Sign in|Sign in again|How you sign in|Recovery codes|Add an? \w+|Change your passphrase) - .*",
        page.title(),
    )
    expect(page.locator(".leave__button")).to_be_visible()
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{time.time():.0f}-{page.title()[:20]}.png", full_page=True)
