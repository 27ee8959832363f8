"""Campaigns: two dates decide, addresses go on leading somewhere, files have neutral names."""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Site

from home.campaigns import counting, short_addresses
from home.campaigns.models import Asset, CampaignIndexPage, CampaignPage, Count, Partner, lifetime
from home.models import HomePage
from services_directory import starter
from services_directory.opening import LONDON

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def index(db) -> CampaignIndexPage:
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Home", slug="front"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
    )
    return home.add_child(instance=CampaignIndexPage(title="What runs now", slug="campaigns"))


def campaign(index: CampaignIndexPage, word: str = "purple", **more: Any) -> CampaignPage:
    given = {
        "title": "Sixteen days together",
        "slug": word,
        "lead": "Come and talk to us.",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=16),
        **more,
    }
    page = index.add_child(instance=CampaignPage(word=word, live=False, **given))
    page.save_revision().publish()
    return CampaignPage.objects.get(pk=page.pk)


def picture(name: str = "a.png") -> Image:
    drawn = io.BytesIO()
    Picture.new("RGB", (1600, 900), "#0f5257").save(drawn, "PNG")
    return Image.objects.create(title="A door", file=ContentFile(drawn.getvalue(), name))


def document(name: str = "b.pdf") -> Document:
    return Document.objects.create(title="A poster", file=ContentFile(b"%PDF-1.4 poster", name))


def test_a_lifetime_is_whole_days_in_london_also_when_the_clocks_change() -> None:
    now = datetime(2026, 10, 1, tzinfo=LONDON)
    begins, ends = lifetime(date(2026, 10, 25), date(2026, 10, 25), now=now)
    assert begins is not None
    assert (begins.hour, ends.hour) == (0, 0)
    assert ends.timestamp() - begins.timestamp() == 25 * 3600
    assert lifetime(date(2026, 9, 1), date(2026, 10, 25), now=now)[0] is None


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on", "before the first"),
        ({"word": "refuge-week"}, "word", "must not stand in an address"),
        ({"word": "two words"}, "word", "small letters"),
        ({"word": "9days"}, "word", "begin with a letter"),
        ({"word": "green"}, "word", "Choose another"),
    ],
)
def test_a_refusal_says_what_and_how_to_mend(index, given: dict[str, Any], field: str, words: str) -> None:
    campaign(index, "green")
    page = campaign(index)
    for name, value in given.items():
        setattr(page, name, value)
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert words in str(refused.value.message_dict[field])


def test_a_word_in_somebody_elses_draft_is_taken(index) -> None:
    one, other = campaign(index, "green"), campaign(index)
    one.word = "amber"
    one.save_revision()
    other.word = "amber"
    with pytest.raises(ValidationError):
        other.full_clean()


def test_the_worker_shows_it_on_its_first_day_and_takes_it_away_after_its_last(index, client: Client) -> None:
    page = campaign(index, starts_on=TODAY + timedelta(days=2))
    assert not page.live and page.approved_schedule
    assert client.get(page.url).status_code == 404
    a_minute_ago = datetime.now(LONDON) - timedelta(minutes=1)
    revision = page.scheduled_revision
    revision.content["go_live_at"] = a_minute_ago.isoformat()
    revision.approved_go_live_at = a_minute_ago
    revision.save()
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert page.live
    CampaignPage.objects.update(expire_at=datetime.now(LONDON) - timedelta(minutes=1))
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert page.expired and not page.live


def test_what_is_over_stands_nowhere_even_before_the_worker_comes(index, client: Client) -> None:
    page, now = campaign(index), datetime.now(LONDON)
    CampaignPage.objects.update(expire_at=now - timedelta(seconds=1))
    for address in (page.url, "/go/purple"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, index.url)
    for address in ("/", index.url, "/go/nowhere"):
        assert "Sixteen days" not in client.get(address).content.decode()
    assert client.get(f"/pack/{page.pk}/").status_code == 404
    counting.came(str(page.pk), "started", now=now)
    assert not Count.objects.exists()


def test_what_shows_a_campaign_is_kept_until_it_is_over(index, client: Client) -> None:
    page = campaign(index)
    CampaignPage.objects.update(expire_at=datetime.now(LONDON) + timedelta(minutes=2))
    page.refresh_from_db()
    for address in ("/", index.url):
        assert client.get(address).cache_until == page.expire_at


def test_a_campaign_does_not_lead_to_itself_or_round_in_a_ring(index, client: Client) -> None:
    page, other = campaign(index), campaign(index, "green")
    page.after = page
    with pytest.raises(ValidationError, match="over then"):
        page.full_clean()
    CampaignPage.objects.update(expire_at=datetime.now(LONDON) - timedelta(seconds=1))
    for one, after in ((page, page), (page, other), (other, page)):
        CampaignPage.objects.filter(pk=one.pk).update(after=after)
        assert client.get(one.url)["Location"] == index.url


def test_the_page_is_kept_no_longer_than_the_campaign_lasts(index, rf) -> None:
    page = campaign(index)
    assert page.serve(rf.get(page.url)).cache_until <= page.expire_at


@pytest.mark.parametrize("over", [False, True])
def test_the_short_address_leads_to_the_campaign_and_then_to_what_took_over(
    index, client: Client, over: bool
) -> None:
    after = HomePage.objects.get()
    page = campaign(index, after=after)
    if over:
        CampaignPage.objects.update(live=False, expired=True)
    answer = client.get("/go/PURPLE")
    assert (answer.status_code, answer["Location"]) == (302, after.url if over else page.url)


@pytest.mark.parametrize("added", ["/", ".", ")", ",", "”", "./", " "])
def test_what_people_and_cameras_add_to_a_short_address_does_not_matter(
    index, client: Client, added: str
) -> None:
    page = campaign(index)
    answer = client.get(f"/go/purple{added}")
    assert (answer.status_code, answer["Location"]) == (302, page.url)
    assert client.get("/go/purple/more").status_code == 404


def test_an_unknown_short_address_helps_anyway(index, client: Client) -> None:
    starter.load()
    campaign(index, "green")
    campaign(index)
    CampaignPage.objects.filter(word="purple").update(live=False)  # was never on the site
    for word in ("purple", "porple"):
        answer = client.get(f"/go/{word}")
        words = answer.content.decode()
        assert answer.status_code == 404
        for there in ("/leave/", "999", 'href="/ask/"', 'href="/find/"', "tel:", "Sixteen days"):
            assert there in words


@pytest.mark.parametrize("kind", short_addresses.CODE_TYPES)
def test_a_camera_reads_the_code(index, admin_client: Client, kind: str, settings) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://help.example.org"
    page = campaign(index)
    answer = admin_client.get(f"/cms/campaigns/{page.pk}/code.{kind}?save")
    assert answer["Content-Type"] == short_addresses.CODE_TYPES[kind]
    assert answer["Content-Disposition"] == f'attachment; filename="code-purple.{kind}"'
    if kind == "png":
        (found,) = zxingcpp.read_barcodes(Picture.open(io.BytesIO(answer.content)))
        assert found.text == "https://help.example.org/go/purple"
    else:
        assert answer.content.startswith(b"<?xml") and b"<svg" in answer.content


def test_the_code_is_for_those_who_may_edit(index, client: Client, django_user_model) -> None:
    page = campaign(index)
    client.force_login(django_user_model.objects.create_user(username="nobody"))
    assert client.get(f"/cms/campaigns/{page.pk}/code.svg").status_code in (302, 303, 404)


def test_one_file_holds_everything_under_neutral_names(index, client: Client) -> None:
    page = campaign(index)
    for kind, name in (("card", "victims.png"), ("other", "gone.pdf"), ("poster", "stop-abuse.PDF")):
        Asset.objects.create(
            campaign=page, title=name, kind=kind, document=document(name), sort_order=len(kind)
        )
    gone = Asset.objects.get(kind="other").document.file
    gone.storage.delete(gone.name)
    answer = client.get(f"/pack/{page.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="pack.zip"'
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.namelist() == ["1-card.png", "3-poster.pdf"]
    assert packed.read("3-poster.pdf") == b"%PDF-1.4 poster"
    CampaignPage.objects.update(live=False)
    assert client.get(f"/pack/{page.pk}/").status_code == 404


@pytest.mark.parametrize("neutral", [True, False])
def test_a_shared_link_tells_what_the_campaign_says_it_may(index, client: Client, neutral: bool) -> None:
    page = campaign(index, neutral_card=neutral, hero=picture(), search_description="About violence")
    head = client.get(page.url).content.decode().partition("</head>")[0]
    assert ("Sixteen days" in head) is not neutral
    assert ("Come and talk" in head or "About violence" in head) is not neutral
    assert ("plain" in head.partition("og:image")[2]) is neutral


def test_a_whole_campaign_needs_few_queries_and_no_picture_to_be_read(
    index, client: Client, django_assert_max_num_queries
) -> None:
    page = campaign(index, hero=picture())
    for number in range(4):
        Partner.objects.create(campaign=page, name=f"Partner {number}", logo=picture(f"{number}.png"))
        Asset.objects.create(campaign=page, title=f"Poster {number}", document=document(f"{number}.pdf"))
    client.get(page.url)  # makes the sizes of the pictures, which are remembered
    first = client.get(page.url).content.decode()
    caches["pages"].clear()
    with django_assert_max_num_queries(8):
        words = client.get(page.url + "?").content.decode()
    assert words.count("<img") == words.count('loading="lazy"') == 5
    assert words.index("<h1") < words.index("<picture") and 'type="image/webp"' in words
    assert len(words) == len(first)
    assert Page.objects.get(pk=page.pk).url in client.get(index.url).content.decode()
