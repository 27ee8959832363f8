"""What editors of pages may do, and that their work is never refused for its length."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.rich_text import features

from home.models import ContentPage, SiteSettings
from home.neutral import telling_word
from home.wagtail_hooks import WORDS_ONLY

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


@pytest.fixture
def page() -> ContentPage:
    parent = Page.objects.get(depth=1)
    return parent.add_child(instance=ContentPage(title="Words", slug="words"))


def test_rich_text_has_words_and_links_only(client: Client, editor: Any) -> None:
    assert features.get_default_features() == WORDS_ONLY
    assert not {"image", "embed", "h2", "document-link"} & set(WORDS_ONLY)


def test_nobody_types_an_address_of_a_page(client: Client, editor: Any, page: ContentPage) -> None:
    """New, changed or copied: a number, or what stood there before."""
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    add = reverse("wagtailadmin_pages:add", args=["home", "contentpage", page.get_parent().pk])
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    for address in (edit, add):
        assert 'name="slug"' not in client.get(address).content.decode()
    assert "A number, which the site chooses" in client.get(copy).content.decode()
    typed = {"title": "Gwałt", "slug": "gwalt", "body-count": 0, "action-publish": "1"}
    client.post(edit, {**typed, "title": "Words"})
    client.post(add, typed)
    client.post(copy, {"new_title": "Bicie", "new_slug": "bicie", "new_parent_page": page.get_parent().pk})
    page.refresh_from_db()
    assert page.slug == "words"
    made = ContentPage.objects.exclude(pk=page.pk)
    assert {one.title for one in made} == {"Gwałt", "Bicie"}
    assert all(re.fullmatch(r"\d{5}", one.slug) for one in made)


TELLING = [
    "forced-marriage",
    "fgm",
    "coercive-control",
    "honour",
    "dva",
    "trafficking",
    "strangled",
    "beaten",
    "womens-aid",
    "idva",
    "marac",
    "leave-him",
    "gwalt",
    "gwałt",
    "bicie",
    "viol",
    "hartuire",
    "hărțuire",
    "agresor",
    "siguranta",
    "uciek",
    "victim",
    "d-o-m-e-s-t-i-c",
    "stop_abuse.pdf",
    "NÁSILIE",
]


@pytest.mark.parametrize(
    "word",
    TELLING,
)
def test_a_telling_word_is_known_however_it_is_written(word: str) -> None:
    assert telling_word(word)


@pytest.mark.parametrize(
    "word", ["violet", "purple", "doors", "together", "poster-1.pdf", "sixteen-days", "orange"]
)
def test_a_plain_word_passes(word: str) -> None:
    assert not telling_word(word)


def test_a_long_page_of_an_editor_is_taken_and_a_long_form_of_a_visitor_is_not(
    client: Client, editor: Any, page: ContentPage
) -> None:
    blocks: dict[str, Any] = {"body-count": 100}
    for n in range(100):
        blocks |= {
            f"body-{n}-type": "numbers",
            f"body-{n}-order": n,
            f"body-{n}-deleted": "",
            f"body-{n}-id": "",
        }
        blocks[f"body-{n}-value-heading"] = f"Numbers {n}"
    assert len(blocks) > settings.PUBLIC_MAX_FIELDS
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client.post(url, {"title": "Words", "slug": "words", "action-publish": "1", **blocks})
    assert answer.status_code == 302
    page.refresh_from_db()
    assert len(page.body) == 100
    many = {f"field{n}": "x" for n in range(settings.PUBLIC_MAX_FIELDS + 1)}
    assert Client().post("/find/", many).status_code == 400
    assert Client().post("/find/", {"q": "housing"}).status_code == 303


def test_who_saves_second_is_asked_before_anything_is_overwritten(
    client: Client, editor: Any, page: ContentPage
) -> None:
    """Without any script: the one that the admin runs has its journey in tests/journeys/."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    page.save_revision(user=editor)
    opened = seen_by(client, url)
    page.save_revision(user=editor)
    assert client.post(url, {**FORM, **opened}).status_code == 302, "a draft that was saving itself"
    opened = seen_by(client, url)
    other = get_user_model().objects.create_superuser("ben", first_name="Ben", last_name="Example")
    page.lead = "Words of the first."
    theirs = page.save_revision(user=other)
    mine = {**FORM, "lead": "Words of the second."}
    for pressed in ({}, {"action-publish": "1"}):
        answer = client.post(url, {**mine, **opened, **pressed}).content.decode()
        assert "Ben Example saved this page while you wrote" in answer and "Words of the second." in answer
        assert page.get_latest_revision() == theirs
    assert client.post(url, {**mine, **shown(answer)}).status_code == 302
    kept = [row.content["lead"] for row in page.revisions.order_by("pk")]
    assert kept == ["", "", "", "Words of the first.", "Words of the second."]
    assert client.post(url, {**mine, **opened, "overwrites": "yes"}).status_code == 302, "has said yes"


FORM = {"title": "Words", "slug": "words", "body-count": 0}


def seen_by(client: Client, url: str) -> dict[str, str]:
    return shown(client.get(url).content.decode())


def shown(page: str) -> dict[str, str]:
    """What the form says of the draft that it was opened on."""
    return dict(re.findall(r'name="(loaded_revision_\w+)" value="([^"]*)"', page))


def test_the_admin_wears_the_sites_name_and_the_councils_colour(client: Client, editor: Any) -> None:
    site = SiteSettings.load()
    site.name, site.brand_colour = "Help in Testham", "#4a1d6b"
    site.save()
    assert "Help in Testham" in client.get("/cms/").content.decode()
    assert "--w-color-primary-hue:274.6" in client.get(reverse("staff_colours")).content.decode()


def test_a_page_can_be_seen_before_it_is_published(client: Client, editor: Any, page: ContentPage) -> None:
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(url, {"title": "Words nobody has seen", "slug": "words", "body-count": 0})
    answer = client.get(url, {"mode": ""})
    assert "Words nobody has seen" in answer.content.decode()
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
