"""A lead at the desk sets colleagues' second steps back, once with a code and once with a virtual passkey."""

import os
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import test_sign_in
from tests.journeys.at_the_desk import SMALL, sign_in, too_wide
from tests.journeys.test_axe import violations
from tests.journeys.test_sign_in import DESK_ALONE, add_key, code
from tests.running_site import Site

pytestmark = pytest.mark.browser
axe, serve, door = test_sign_in.axe, test_sign_in.serve, test_sign_in.door
entrance, open_door = test_sign_in.entrance, test_sign_in.open_door
# Two colleagues of hers, each with an app, and the lead's own passphrase.
TEAM = """
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from triage.models import Membership
for name, role in (("lou", "lead"), ("pat", "worker"), ("quin", "worker")):
    one = get_user_model().objects.create_user(name, password="four plain words here")
    Membership.objects.create(user=one, queue="provider", role=role)
    if role == "worker":
        TOTP.activate(one, generate_totp_secret())
"""
STEPS = {"pat": "the code", "quin": "my passkey"}


@DESK_ALONE
def test_a_lead_sets_colleagues_back_with_a_code_and_with_a_passkey(open_door, door: Site, axe: str) -> None:
    """A wrong passphrase is said beside it, uses up neither step, and sets nobody back."""
    door.run("manage.py", "shell", "-c", TEAM)
    page: Page = open_door(viewport=SMALL)
    add_key(page)
    sign_in(page, "lou", test_sign_in.PASSPHRASE)
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".sign-in-key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Add the app").click()
    page.goto("/desk/my-sign-in/passkey/")
    page.get_by_label("A name for it").fill("laptop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your new second step is set")
    for name, step in STEPS.items():
        page.goto("/desk/my-sign-in/")
        page.locator("main").get_by_role("link", name="Somebody lost their phone").click()
        look(page, axe)
        page.get_by_role("link", name=f"Set back the second step of {name}").click()
        form = page.locator("form", has=page.get_by_role("button", name=f"Set back, with {step}"))
        for given in ("not mine at all", test_sign_in.PASSPHRASE):
            form.get_by_label("Your passphrase").fill(given)
            if step == "the code":
                form.get_by_label("Code").fill(code(secret, 1))
            look(page, axe)
            form.get_by_role("button").click()
            if given != test_sign_in.PASSPHRASE:
                expect(page.get_by_role("alert").first).to_contain_text("not your passphrase")
        expect(page.get_by_role("status")).to_contain_text(f"{name} is signed out everywhere")
    look(page, axe)
    expect(page.locator(".sign-in-list")).not_to_contain_text("an app")


def look(page: Page, axe: str) -> None:
    """Clean, narrow enough, and it can be left."""
    assert violations(page, axe) + too_wide(page) == []
    expect(page.locator(".leave__button")).to_be_visible()
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{time.time():.1f}.png", full_page=True)
