"""A joint campaign from draft to its end, by people who are new: no Python, no restart.

An author writes it, an approver and the lead for abuse look at it, the worker shows it on its
day, a poster's code leads to it, it is counted, and its addresses lead on when it is over.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image as Picture
from playwright.sync_api import Page, expect

from home.campaigns.starter import picture, poster_pdf
from tests.conftest import DESK, serving
from tests.journeys.test_editing import settle
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
PASSPHRASE = "a-demo-passphrase"
TODAY = date.today()


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("campaign"), loaded_folder, shared_decoy) as site:
        yield site


def test_a_campaign_runs_from_its_first_draft_to_its_end(
    open_page: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    number = write(staff(open_page, "author"), site, tmp_path)
    for name in ("approver", "lead"):
        approve(staff(open_page, name), number)
    visitor = open_page(viewport=DESK)
    visitor.goto("/")
    visitor.get_by_role("link", name="Sixteen days together").click()
    expect(visitor.get_by_role("link", name="Poster, A4")).to_be_visible()
    expect(visitor.locator(".hero img")).to_have_attribute("loading", "lazy")
    page_address = visitor.url
    editor = staff(open_page, "approver")
    editor.goto(f"/cms/pages/{number}/edit/")
    with editor.expect_download() as saved:
        editor.get_by_role("link", name="QR code as PNG").click()
    (found,) = zxingcpp.read_barcodes(Picture.open(saved.value.path()))
    assert found.text.endswith("/go/purple")
    for _ in range(6):
        visitor.goto("/go/purple")
        assert visitor.url == page_address
    editor.reload()
    expect(editor.get_by_text("Counted in fives and by whole weeks")).to_be_visible()
    assert "['5 or more', 'fewer than 5', 'fewer than 5']" in figures_of_closed_weeks(site, number)
    end(site, number)
    visitor.goto("/go/purple")
    assert visitor.url.endswith("/together/")
    visitor.goto(page_address)
    assert visitor.url.endswith("/together/")


def figures_of_closed_weeks(site: Site, number: int) -> str:
    """What its edit page will say once this week is over."""
    return site.run(
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        "from datetime import timedelta; from django.utils import timezone;"
        "from home.campaigns.counting import figures; from home.campaigns.models import CampaignPage;"
        f"campaign = CampaignPage.objects.get(pk={number});"
        "weeks = figures(campaign, now=timezone.now() + timedelta(days=8));"
        "print([week.numbers for week in weeks])",
    )


def staff(open_page: Callable[..., Page], name: str) -> Page:
    page = open_page(viewport=DESK)
    page.context.set_default_timeout(45000)
    page.goto("/cms/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSPHRASE)
    page.click("main button")
    expect(page.locator("#header-title, h1").first).to_be_visible()
    return page


def write(page: Page, site: Site, folder: Path) -> int:
    """The author's draft, with everything a campaign can have, handed on. Its number."""
    (folder / "doors.png").write_bytes(picture())
    (folder / "poster-1.pdf").write_bytes(poster_pdf())
    page.goto("/cms/pages/")
    page.goto(f"/cms/pages/add/campaigns/campaignpage/{index_number(site)}/")
    settle(page)
    page.fill("#id_title", "Sixteen days together")
    page.fill("#id_lead", "Wherever you ask, you will be heard.")
    page.fill("#id_starts_on", TODAY.isoformat())
    page.fill("#id_ends_on", (TODAY + timedelta(days=16)).isoformat())
    page.keyboard.press("Escape")
    upload(page, "#id_hero-chooser", "image", folder / "doors.png")
    page.fill("#id_word", "purple")
    page.locator("#id_partners-ADD").click()
    page.fill("#id_partners-0-name", "Example Surgery")
    page.locator("#id_assets-ADD").click()
    page.fill("#id_assets-0-title", "Poster, A4")
    upload(page, "#id_assets-0-document-chooser", "document", folder / "poster-1.pdf")
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("button[name=action-submit]").click()
    expect(page.locator(".messages .success")).to_be_visible()
    found = site.run("manage.py", "shell", "-v0", "-c", NEWEST)
    return int(found)


def upload(page: Page, chooser: str, kind: str, file: Path) -> None:
    page.locator(f"{chooser} [data-chooser-action-choose]").first.click()
    page.locator(".modal a[href='#tab-upload']").click()
    page.fill(f"#id_{kind}-chooser-upload-title", file.stem)
    page.set_input_files(f"#id_{kind}-chooser-upload-file", file)
    page.locator(".modal #tab-upload button[type=submit]").click()
    expect(page.locator(".modal-body")).to_be_hidden()


def approve(page: Page, number: int) -> None:
    page.goto(f"/cms/pages/{number}/edit/")
    settle(page)
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("[data-workflow-action-name=approve]").first.click()
    expect(page.locator(".messages .success")).to_be_visible()


NEWEST = "from home.campaigns.models import CampaignPage as C; print(C.objects.order_by('pk').last().pk)"
INDEX = "from home.campaigns.models import CampaignIndexPage as C; print(C.objects.get().pk)"
ENDS = (
    "from datetime import timedelta; from django.utils import timezone as t; "
    "from home.campaigns.models import CampaignPage as C; from home.scheduling import publish_due; "
    "C.objects.filter(pk={number}).update(expire_at=t.now() - timedelta(minutes=1)); "
    "print(publish_due(now=t.now())['ended'])"
)


def index_number(site: Site) -> int:
    return int(site.run("manage.py", "shell", "-v0", "-c", INDEX))


def end(site: Site, number: int) -> None:
    """The last day is over, and the worker comes round."""
    assert site.run("manage.py", "shell", "-v0", "-c", ENDS.format(number=number)).strip() == "1"
