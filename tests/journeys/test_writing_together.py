"""Two editors on one page, and an editor whose connection is lost: nothing that was written is gone.

Nothing is overwritten without a question, and a press on Save without a connection leads to no error page.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.conftest import serving
from tests.journeys.test_campaign import staff
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
PAGE, LEAD = "/cms/pages/6/edit/", "#id_lead"
WATCHES = """document.addEventListener("w-unsaved:watch-edits", () => {
  document.documentElement.dataset.watched = "yes";
});"""
LEADS = (
    "import json; from wagtail.models import Page; "
    "print(json.dumps([r.content['lead'] for r in Page.objects.get(pk=6).revisions.order_by('pk')]))"
)


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("together"), loaded_folder, shared_decoy) as site:
        yield site


def opened(open_page: Callable[..., Page], name: str) -> Page:
    """On the page, once Wagtail's script has begun to look for what changes."""
    page = staff(open_page, name)
    page.add_init_script(WATCHES)
    page.goto(PAGE)
    page.wait_for_selector("html[data-watched]", state="attached")
    return page


def is_saved(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith(PAGE) and response.status == 200


def test_who_saves_second_is_asked_and_both_texts_are_kept(
    open_page: Callable[..., Page], site: Site
) -> None:
    first, second = opened(open_page, "author"), opened(open_page, "approver")
    with first.expect_response(is_saved):
        first.fill(LEAD, "Words of the first.")
    second.fill(LEAD, "Words of the second.")
    expect(second.get_by_text("Autosave is paused").first).to_be_visible()
    second.locator("footer button.action-save").click()
    question = second.get_by_role("dialog").filter(has_text="Asha Example saved a new version")
    expect(question).to_be_visible()
    assert "Words of the second." not in kept(site)
    question.get_by_role("button", name="Save draft").click()
    expect(second.locator(".messages .success")).to_be_visible()
    assert kept(site)[-2:] == ["Words of the first.", "Words of the second."]


def kept(site: Site) -> list[str]:
    return json.loads(site.run("manage.py", "shell", "-v0", "-c", LEADS))


def test_without_a_connection_the_words_stay_and_save_themselves_afterwards(
    open_page: Callable[..., Page],
) -> None:
    page = opened(open_page, "author")
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    note = page.locator(".staff-connection")
    # As people write: what is typed in Wagtail's first two seconds, it does not try to save by itself.
    for words in ("Words", "Words without", "Words without a connection."):
        page.fill(LEAD, words)
        page.wait_for_timeout(2_500)
    expect(note).to_contain_text("What you wrote is still here")
    page.locator("footer button.action-save").click()
    page.locator("#id_title").press("Enter")
    assert page.url.endswith(PAGE)
    expect(page.locator(LEAD)).to_have_value("Words without a connection.")
    with page.expect_response(is_saved):
        page.unroute("**/*")
    expect(note).to_be_hidden()
    page.reload()
    expect(page.locator(LEAD)).to_have_value("Words without a connection.")
