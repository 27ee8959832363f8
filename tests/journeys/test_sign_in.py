"""Signing in by two steps in a real browser: an app, a virtual passkey, a lock that keeps the place."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.conftest import DESK
from tests.journeys import test_desk
from tests.journeys.test_axe import violations
from tests.journeys.test_desk import SMALL, choose, sign_in, too_wide
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
axe = test_desk.axe
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


@pytest.fixture(scope="module")
def desk(site: Site, shared_decoy: Decoy) -> Iterator[Site]:
    """The triage door, as a council runs it: with a second step required."""
    keys = {"PORTAL_DOORS": "triage", "TRIAGE_KEY_FILE": str(site.folder / "keys/desk.txt")}
    desk = Site(site.folder, {**site.environment, **keys, "STAFF_MFA_REQUIRED": "1"})
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def newcomer(desk: Site) -> Callable[[str], str]:
    """`newcomer("nora")`: a worker who was just added; their passphrase."""

    def add(name: str) -> str:
        words = ("desk_staff", "add", name, "--queue", "provider", "--role", "worker")
        return desk.run("manage.py", *words).split()[-1]

    return add


@pytest.fixture
def open_door(browser: Browser, desk: Site) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_one(javascript: bool = True, viewport: dict[str, int] | None = None) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport or DESK, base_url=desk.url
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/desk/")
        return page

    yield open_one
    for context in contexts:
        context.close()


def add_key(page: Page) -> None:
    """A passkey device inside the browser, which checks its owner without asking."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def test_an_app_a_recovery_code_and_a_lock_that_keeps_the_place(
    open_door, newcomer, desk: Site, javascript: bool, axe: str
) -> None:
    name = f"nora-{javascript}".lower()
    passphrase = newcomer(name)
    page: Page = open_door(javascript=javascript, viewport=SMALL)
    sign_in(page, name, passphrase)
    expect(page.locator("h1")).to_have_text("Add a second step")
    page.goto("/desk/")
    expect(page.locator("h1")).to_have_text("Add a second step")
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
    expect(page.locator("h1")).to_have_text("Requests")

    other: Page = open_door(javascript=javascript)
    sign_in(other, name, passphrase)
    expect(other.locator("h1")).to_have_text("Your second step")
    look(other, axe, javascript)
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Go on").click()
    expect(other.locator("h1")).to_have_text("Requests")

    page.goto("/desk/?closed=1")
    desk.run("manage.py", "shell", "-c", AGED)
    page.reload()
    expect(page.locator("h1")).to_have_text("Sign in again")
    look(page, axe, javascript)
    page.get_by_label("Your passphrase").fill(passphrase)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_url("**/desk/?closed=1")

    page.goto("/desk/my-sign-in/")
    look(page, axe, javascript)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("status")).to_contain_text("you are signed out there")
    other.goto("/desk/")
    expect(other.locator("h1")).to_have_text("Sign in")


def test_a_passkey_as_the_second_step_and_alone(open_door, newcomer, axe: str) -> None:
    passphrase = newcomer("kay")
    page: Page = open_door()
    add_key(page)
    sign_in(page, "kay", passphrase)
    page.get_by_role("link", name="Add a passkey").click()
    look(page, axe)
    page.get_by_label("A name for it").fill("work laptop")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.goto("/desk/my-sign-in/")
    expect(page.locator("main")).to_contain_text("Passkey “work laptop”")
    page.get_by_role("button", name="Sign out", exact=True).click()

    sign_in(page, "kay", passphrase)
    expect(page.locator("h1")).to_have_text("Your second step")
    look(page, axe)
    page.goto("/desk/")
    expect(page.locator("h1")).to_have_text("Sign in")
    sign_in(page, "kay", passphrase)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.locator("h1")).to_have_text("Requests")
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("h1")).to_have_text("Requests")


def test_what_was_typed_while_the_session_was_locked_is_sent_afterwards(
    open_door, newcomer, desk: Site, site: Site, javascript: bool, axe: str
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
    desk.run("manage.py", "shell", "-c", AGED)
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
