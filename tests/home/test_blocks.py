"""Every block and page type: described, previewed, drawn by its own template, readable without a script."""

import re
from typing import Any

import html5lib
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from home.blocks import BODY_BLOCKS
from home.blocks.files import VideoBlock
from home.models import ContentPage, PublicPage
from home.uploads import bare
from services_directory.models import Entry
from tests import factories
from tests.home import words

pytestmark = pytest.mark.django_db
BLOCKS = dict(BODY_BLOCKS)
PAGE_TYPES = [model for model in apps.get_models() if issubclass(model, PublicPage)]
HAS_FILES = ["picture", "video", "signed", "download"]


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_a_description_a_preview_and_a_template_of_its_own_name(name: str) -> None:
    block = BLOCKS[name]
    assert block.meta.template == f"home/blocks/{name}.html"
    assert get_template(block.meta.template)
    assert len(str(block.get_description())) > 30 and block.meta.icon != "placeholder"
    assert block.is_previewable


def test_every_block_is_previewed_in_the_editor(client: Client) -> None:
    factories.service()
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    for name, block in BLOCKS.items():
        answer = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        text = answer.content.decode()
        shown = re.sub(r"<[^>]+>", "", text.split("<main>")[1])
        assert answer.status_code == 200 and shown.strip(), name
        assert "<script" not in text and "staff/preview.css" in text, name


def test_every_block_on_one_page_is_well_formed_and_needs_no_script() -> None:
    factories.service("Invented listening line")
    page = words.page(body=words.body_with_every_block())
    answer = Client().get(page.url)
    text = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    main = text.split("<main")[1].split("</main>")[0]
    assert "<script" not in main and "style=" not in main and " on" not in re.findall(r"<[^>]+>", main)[0]
    assert not re.search(r'(?:src|srcset|href)="(?:https?:)?//', main)
    assert main.count('loading="lazy"') == main.count("<img")
    assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", main))
    assert 'type="image/webp"' in main and 'preload="none"' in main and "autoplay" not in main
    assert "PDF, 2.0" in main


def test_a_page_of_pictures_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    factories.service()
    page = words.page(body=[(name, words.filled(BLOCKS[name])) for name in ("picture", "services", "quote")])
    for _ in range(2):  # sizes are made at the first visit
        Client(HTTP_COOKIE="__Host-d=nobody").get(page.url)
    with django_assert_max_num_queries(8):
        Client(HTTP_COOKIE="__Host-d=nobody").get(page.url)


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_a_page_type_says_what_it_is_for_and_has_a_template_of_its_own(model: type[PublicPage]) -> None:
    assert model.get_page_description()
    assert get_template(model.template) and model.neutral_title
    assert {"body", "lead", "review_due"} <= {field.name for field in model._meta.get_fields()}


def test_every_page_type_of_this_room_is_drawn(client: Client) -> None:
    home = words.front_page()
    made: list[Page] = [home]
    for model in PAGE_TYPES:
        if model is type(home) or model._meta.app_label != "home":
            continue
        parents = [page for page in made if model.can_create_at(page)]
        slug = model.__name__.lower()
        made.append(parents[-1].add_child(instance=model(title=slug, slug=slug)))
    assert len(made) == len([model for model in PAGE_TYPES if model._meta.app_label == "home"])
    for page in made:
        answer = Client().get(page.url)
        assert answer.status_code == 200 and f"<h1>{page.title}</h1>" in answer.content.decode()
        html5lib.HTMLParser(strict=True).parse(answer.content.decode())


# --- services ---------------------------------------------------------------------------------


def test_a_picked_service_is_shown_as_the_directory_has_it_now(settings: Any) -> None:
    service = factories.service("Listening line")
    page = words.page(body=[("services", {"heading": "Who", "services": [service]})])
    assert "Listening line" in Client().get(page.url).content.decode()
    service.name = "Another name"
    service.save()
    assert "Another name" in Client().get(page.url).content.decode()
    settings.PORTAL_DEMO = False
    service.assured_date = None
    service.save()
    assert "Another name" not in Client().get(page.url).content.decode(), "nobody has checked it"
    settings.PORTAL_DEMO = True
    service.live = False
    service.save()
    text = Client().get(page.url).content.decode()
    assert "Another name" not in text and "<h2>Who</h2>" not in text


def test_a_page_with_a_service_is_kept_only_until_it_opens_or_closes(monkeypatch: Any) -> None:
    from django.utils import timezone

    service = factories.service()
    page = words.page(body=[("services", {"heading": "", "services": [service]})])
    soon = timezone.now() + timezone.timedelta(minutes=7)
    monkeypatch.setattr("services_directory.cards.opening.next_change", lambda week, now: soon)
    kept: list[float] = []
    monkeypatch.setattr("portal.page_cache.seconds_until", lambda moment: kept.append(moment) or 60)
    Client().get(page.url)
    assert kept == [soon] and Entry.objects.count() == 1


# --- pictures and files -----------------------------------------------------------------------


def test_a_picture_needs_words_or_is_said_to_be_decoration() -> None:
    block, picture = BLOCKS["picture"], words.image()
    for alt, decorative, fine in (("", False, False), ("A door", False, True), ("", True, True)):
        picture.contextual_alt_text, picture.decorative = alt, decorative
        value = block.normalize({"picture": picture, "caption": ""})
        if fine:
            assert block.clean(value)
        else:
            with pytest.raises(ValidationError):
                block.clean(value)


def test_where_a_photograph_was_taken_is_not_kept() -> None:
    from PIL import Image as Picture

    exif = Picture.Exif()
    exif[0x010E] = "12 Quillwarbler Lane"
    exif.get_ifd(0x8825)[2] = (53.0, 25.0, 48.0)
    taken = words.picture_bytes("JPEG", exif=exif)
    assert b"Quillwarbler" in taken
    kept = bare(SimpleUploadedFile("house-at-quillwarbler.jpg", taken, "image/jpeg"))
    data = kept.read()
    assert b"Quillwarbler" not in data and b"Exif" not in data
    assert re.fullmatch(r"[0-9a-f]{12}\.jpg", kept.name)


def test_an_editor_uploads_a_picture_and_its_data_is_gone(client: Client) -> None:
    from PIL import Image as Picture
    from wagtail.images.models import Image

    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    exif = Picture.Exif()
    exif[0x010E] = "12 Quillwarbler Lane"
    file = SimpleUploadedFile("quill.jpg", words.picture_bytes("JPEG", exif=exif), "image/jpeg")
    client.post(reverse("wagtailimages:add"), {"title": "A door", "file": file, "collection": 1})
    kept = Image.objects.get()
    assert (kept.width, kept.height) == (900, 600) and "quill" not in kept.file.name
    assert b"Quillwarbler" not in kept.file.read()
    assert b"Quillwarbler" not in kept.get_rendition("width-400|format-jpeg").file.read()


def test_a_film_must_be_a_film_and_its_captions_captions() -> None:
    block = VideoBlock()
    good = {"title": "T", "film": words.document("a.mp4"), "captions": words.document("a.vtt")}
    value = block.normalize({**good, "transcript": "<p>Words.</p>"})
    assert block.clean(value)
    for name, wrong in (("film", "a.pdf"), ("captions", "a.txt")):
        value = block.normalize({**good, "transcript": "<p>Words.</p>", name: words.document(wrong)})
        with pytest.raises(ValidationError):
            block.clean(value)


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [(None, 200, 2048), ("bytes=0-99", 206, 100), ("bytes=2000-", 206, 48), ("bytes=-10", 206, 10),
     ("bytes=0-99999", 206, 2048), ("bytes=5000-", 416, 0), ("bytes=-0", 416, 0), ("rubbish", 200, 2048)],
)  # fmt: skip
def test_a_film_can_be_asked_for_in_parts(asked: str | None, status: int, length: int) -> None:
    address = words.document("a.mp4").url
    answer = Client().get(address, headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert len(body) == length


def test_steps_that_nobody_tried_say_so() -> None:
    page = words.page(body=[("steps", {"heading": "H", "steps": ["One."], "checked": None})])
    assert isinstance(page, ContentPage)
    assert "Nobody has tried these steps yet." in Client().get(page.url).content.decode()
