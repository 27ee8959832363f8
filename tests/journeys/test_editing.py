"""An editor's day in a real browser: nothing that the policy forbids is even tried.

Every page is listened to: a violation, an error in the console, a request to another host or an
answer of 500 fails the test that saw it.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from portal import staff_csp
from tests.conftest import DESK, serving
from tests.front_end import node_packages
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
USERNAME, PASSPHRASE = "editor", "a-demo-passphrase"
SERVICES = "/cms/snippets/services_directory/service/"
LISTEN = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error("VIOLATION " + event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});"""


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    """A site of this module's own: what is edited here must not stand in other tests."""
    with serving(tmp_path_factory.mktemp("edited"), loaded_folder, shared_decoy) as site:
        yield site


@pytest.fixture
def cms(open_page: Callable[..., Page], site: Site) -> Iterator[Page]:
    """A signed-in editor's page, and at the end: what went wrong on it."""
    page = open_page(viewport=DESK)
    wrong: list[str] = []
    page.context.set_default_timeout(45000)  # the admin is heavy, and other tests run beside this one
    page.context.add_init_script(LISTEN)
    page.on("console", lambda m: wrong.append(f"{page.url} {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"{page.url} {error}"))
    page.on("request", lambda request: other_host(request.url, site) and wrong.append(request.url))
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    page.wrong = wrong  # type: ignore[attr-defined]
    sign_in(page)
    yield page
    assert wrong == []


def other_host(url: str, site: Site) -> bool:
    return not url.startswith((f"{site.url}/", "data:", "blob:"))


def sign_in(page: Page) -> None:
    page.goto("/cms/")
    page.fill("#id_username", USERNAME)
    page.fill("#id_password", PASSPHRASE)
    page.click("main button")
    expect(page.locator("#directory-waiting-heading")).to_be_visible()


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def publish(page: Page) -> None:
    """The menu beside "Save draft", and Publish in it."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages .success")).to_be_visible()


def open_service(page: Page, name: str) -> str:
    """Opens a service from the list; its public address."""
    page.goto(f"{SERVICES}?q={name}")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator(".staff-bar")).to_be_visible()
    number = re.search(r"/edit/(\d+)/", page.url)
    assert number
    return f"/s/{number[1]}/"


def look_into_a_chooser(page: Page) -> None:
    """A row that was added by script has a chooser that works; then the row goes again."""
    page.locator("#id_service_at_locations-ADD").click()
    page.locator("#id_service_at_locations-0-location-chooser [data-chooser-action-choose]").first.click()
    expect(page.locator(".modal-body")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Close").last.click()
    expect(page.locator(".modal-body")).to_be_hidden()
    page.locator("#id_service_at_locations-0-DELETE-button").click()


def open_picker(page: Page, field: Locator) -> None:
    """A press on a field of a new row may come before the script has dressed it: then once more."""
    picker = page.locator(".xdsoft_datetimepicker:visible")
    for _ in range(6):
        field.click()
        with contextlib.suppress(TimeoutError):
            picker.wait_for(timeout=5000)
            return
        field.blur()
    expect(picker).to_be_visible()


def public(page: Page, path: str) -> tuple[int, str]:
    answer = page.context.browser.new_context().request.get(page.url.split("/cms/")[0] + path)
    return answer.status, answer.text()


def test_the_listener_hears_a_violation(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=DESK)
    heard: list[str] = []
    page.context.add_init_script(LISTEN)
    page.on("console", lambda message: heard.append(message.text))
    page.goto("/cms/sign-in/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'var a = 1'}))"
    )
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">a</p>')")
    page.wait_for_timeout(200)
    assert any("VIOLATION script-src" in text for text in heard)
    assert any("VIOLATION style-src" in text for text in heard)


def test_the_policy_allows_nothing_inline_and_nobody_else(open_page: Callable[..., Page]) -> None:
    answer = open_page().goto("/cms/sign-in/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy == staff_csp.header()
    for forbidden in ("unsafe", "nonce", "http:", "https:", "*"):
        assert forbidden not in policy


def test_the_sign_in_page_can_be_left(open_page: Callable[..., Page], decoy: Any) -> None:
    for javascript in (True, False):
        page = open_page(javascript=javascript)
        page.goto("/cms/sign-in/")
        box = page.locator(".leave__button").bounding_box()
        assert box and box["height"] >= 48 and box["width"] >= 48
        page.click(".leave__button")
        page.wait_for_url(decoy.url)


def test_a_page_is_edited_previewed_and_published(cms: Page) -> None:
    cms.goto("/cms/pages/")
    settle(cms)
    cms.goto("/cms/pages/3/edit/")
    expect(cms.locator("#id_title")).to_be_visible()
    lead = "A plain new sentence for this journey."
    cms.fill("#id_lead", lead)
    cms.locator("[data-contentpath=body] button:has-text('Insert a block'), .c-sf-add-button").first.click()
    cms.get_by_role("option", name="Steps, with the date they were tried").click()
    steps = cms.locator("[data-contentpath=body] input[name$='-value-checked']").last
    open_picker(cms, steps)
    steps.fill("2026-10-03")
    cms.keyboard.press("Escape")
    cms.locator("[data-contentpath=body] input[name$='-value-heading']").last.fill("In this browser")
    cms.locator("[data-contentpath=body] input[name*='-value-steps-'][name$='-value']").last.fill("Press it.")
    cms.locator("[data-side-panel-toggle=preview], [aria-label='Toggle preview']").first.click()
    frame = cms.frame_locator("iframe.w-preview__iframe, [data-w-preview-target=iframe]").first
    expect(frame.get_by_text(lead)).to_be_visible(timeout=20000)
    publish(cms)
    status, words = public(cms, "/")
    assert status == 200 and lead in words and "In this browser" in words


def test_rich_text_and_the_checks_work_under_the_policy(cms: Page) -> None:
    """Rich text would write styles into the page; big numbers are nothing that an editor can mend."""
    cms.goto("/cms/pages/6/edit/")
    cms.locator("[data-side-panel-toggle=checks]").click()
    expect(cms.locator("[data-content-word-count]")).to_have_text(re.compile(r"\d+"))
    expect(cms.locator("[data-content-checker-count]")).to_have_text("0")
    text = cms.locator(".public-DraftEditor-content").first
    text.press("Control+A")
    text.press("Delete")
    empty = cms.locator(".Draftail-block--empty").first
    placeholder = empty.evaluate("element => getComputedStyle(element, '::before').content")
    assert "Write something" in placeholder


def test_a_service_is_edited_with_hours_and_published(cms: Page) -> None:
    address = open_service(cms, "Opoka")
    cms.locator("#id_schedules-ADD").click()
    number = int(cms.locator("#id_schedules-TOTAL_FORMS").input_value()) - 1
    cms.select_option(f"#id_schedules-{number}-byday", "SU")
    for name, hour in (("opens_at", "10:00"), ("closes_at", "11:00")):
        field = cms.locator(f"#id_schedules-{number}-{name}")
        open_picker(cms, field)
        field.fill(hour)
        field.press("Tab")
    cms.fill("#id_what_happens", "A worker answers and asks what you need.")
    look_into_a_chooser(cms)
    publish(cms)
    status, words = public(cms, address)
    assert status == 200 and "A worker answers and asks what you need." in words
    assert "10am to 11am" in words


def test_a_mistake_is_said_beside_its_field(cms: Page) -> None:
    open_service(cms, "Opoka")
    cms.locator("#id_phones-ADD").click()
    number = int(cms.locator("#id_phones-TOTAL_FORMS").input_value()) - 1
    cms.fill(f"#id_phones-{number}-number", "0808 2000 24")
    cms.locator("footer [data-w-dropdown-target=toggle]").click()
    cms.locator("button[name=action-publish]").click()
    expect(cms.locator("body").get_by_text("cannot be rung").first).to_be_visible()


def test_verify_hide_and_show_from_the_page_and_from_the_list(cms: Page) -> None:
    address = open_service(cms, "Childline")
    cms.fill("#verify-source", "Rang the helpline")
    cms.click(".staff-bar button:has-text('Checked today')")
    expect(cms.locator(".messages .success")).to_contain_text("is checked")
    expect(cms.locator(".staff-state")).to_have_text("Checked")
    assert "Details checked on" in public(cms, address)[1]
    cms.click(".staff-bar button:has-text('Hide now')")
    expect(cms.locator(".messages .success")).to_contain_text("is hidden")
    assert public(cms, address)[0] == 404
    cms.goto(f"{SERVICES}?q=Childline")
    cms.get_by_role("button", name="Show Childline again").click()
    expect(cms.locator(".messages .success")).to_contain_text("is shown again")
    assert public(cms, address)[0] == 200
    cms.get_by_role("button", name="Checked today: Childline").click()
    expect(cms.locator(".messages .success")).to_contain_text("is checked")


def test_many_are_verified_from_the_list(cms: Page) -> None:
    cms.goto(f"{SERVICES}?state=not_checked&scope=national")
    boxes = cms.locator("tbody input[data-bulk-action-checkbox]")
    for place in (0, 1):
        boxes.nth(place).check(force=True)
    cms.get_by_role("link", name="Mark the chosen services as checked today").click()
    cms.get_by_role("button", name="Yes, checked today").click()
    expect(cms.locator(".messages .success")).to_contain_text("2 services are checked")


PLACES = [
    "/cms/",
    "/cms/pages/",
    "/cms/pages/usage/home/contentpage/",
    "/cms/told/",
    "/cms/account/",
    "/cms/settings/home/sitesettings/",
    "/cms/images/add/",
    "/cms/users/",
    "/cms/groups/new/",
    "/cms/workflows/list/",
    "/cms/reports/site-history/",
    "/cms/reports/due/",
    "/cms/reports/pages-due/",
    "/cms/alert/",
    "/cms/directory/1/secret/",
    "/cms/snippets/home/wording/add/",
    "/cms/documents/add/",
    f"{SERVICES}add/",
    "/cms/snippets/services_directory/report/",
    "/cms/snippets/services_directory/location/add/",
    "/cms/snippets/services_directory/organization/",
    "/cms/snippets/services_directory/taxonomyterm/",
    "/cms/snippets/services_directory/synonym/",
    "/cms/snippets/services_directory/unmetneed/",
]
OURS = ["/cms/state/", "/cms/runbook/", "/cms/hours/", "/cms/hours/provider/"]


def test_every_place_of_the_admin_keeps_to_the_policy(cms: Page) -> None:
    for path in PLACES:
        answer = cms.goto(path)
        assert answer is not None and answer.status < 400, path
        settle(cms)


def test_pages_about_requests_pass_axe_and_fit_on_both_screens(cms: Page) -> None:
    """Only what stands in the middle is ours; the menu around it is Wagtail's. One form is wrong."""
    axe = (node_packages() / "axe-core" / "axe.min.js").read_text()
    wrong = {}
    for path in [*OURS, "refused"]:
        if path == "refused":
            cms.goto("/cms/hours/provider/")
            cms.get_by_label("Monday, opens at").fill("nine")
            cms.get_by_role("button", name="Save").click()
            expect(cms.get_by_role("alert")).to_contain_text("Nothing was saved")
        else:
            answer = cms.goto(path)
            assert answer is not None and answer.status == 200, path
        cms.evaluate(axe)
        for width in (768, 1280):
            cms.set_viewport_size({"width": width, "height": 900})
            found = cms.evaluate("axe.run('main', {resultTypes: ['violations']})")["violations"]
            fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            if found or not cms.evaluate(fits):
                wrong[path, width] = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
    assert not wrong
