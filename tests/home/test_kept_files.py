"""Pictures and files: names that say nothing, and nobody swaps one on a page that was looked at."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image

from home import roles
from tests.home import words

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"x-requested-with": "XMLHttpRequest"}
PUBLISH = {roles.ADMINISTRATORS}
KINDS = {
    "documents": ("wagtaildocs", Document, SimpleUploadedFile("b.pdf", b"%PDF other", "application/pdf")),
    "images": (
        "wagtailimages",
        Image,
        SimpleUploadedFile("b.png", words.picture_bytes(), "image/png"),
    ),
}


@pytest.fixture
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def person(role: str) -> Any:
    user = get_user_model().objects.create_user(username="p", password=None)
    user.groups.add(Group.objects.get(name=role))
    return user


def shown(kind: str, owner: Any, live: bool) -> Any:
    """A file that `owner` uploaded, on a page."""
    file = words.document("a.pdf") if kind == "documents" else words.image()
    type(file).objects.update(uploaded_by_user=owner)
    page = words.ContentPage.objects.get()
    if kind == "images":
        file.contextual_alt_text, file.decorative = "A door", False
        page.body = [("picture", {"picture": file, "caption": ""})]
    else:
        page.body = [("download", {"words": "Plan", "file": file})]
    page.live = live
    page.save()
    return file


@pytest.mark.parametrize("role", [role.name for role in roles.ROLES])
@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_publish_swaps_and_deletes_nothing_that_stands_on_a_page(
    client: Client, media: None, django_capture_on_commit_callbacks: Any, kind: str, role: str
) -> None:
    room, model, other = KINDS[kind]
    words.page()
    roles.load()
    user = person(role)
    client.force_login(user)
    with django_capture_on_commit_callbacks(execute=True):
        file = shown(kind, user, live=True)
    before = file.file.name
    other.seek(0)
    given = {"title": "T", "file": other, "tags": "", "collection": file.collection_id}
    answer = client.post(reverse(f"{room}:edit", args=[file.pk]), given).content.decode()
    file.refresh_from_db()
    assert (file.file.name != before) is (role in PUBLISH)
    if role in (roles.AUTHORS, roles.APPROVERS):
        assert "Add it as a new file" in answer
    if role in PUBLISH:
        client.post(reverse(f"{room}:delete", args=[file.pk]))
        assert not model.objects.exists()
        return
    said = client.post(reverse(f"{room}:delete", args=[file.pk]), follow=True).content.decode()
    with transaction.atomic():  # which this one, that has none of its own, leaves broken
        client.post(reverse(f"{room}:delete_multiple", args=[file.pk]), headers=BY_SCRIPT)
    many = reverse("wagtail_bulk_action", args=[room, model._meta.model_name, "delete"])
    client.post(f"{many}?id={file.pk}")
    assert model.objects.exists()
    if role in (roles.AUTHORS, roles.APPROVERS):
        assert "it stands on “Words”" in said


@pytest.mark.parametrize("kind", KINDS)
def test_an_author_puts_a_title_right_and_deletes_what_stands_nowhere_but_swaps_nothing(
    client: Client, media: None, kind: str
) -> None:
    """Not in a draft either: it may have had its first look."""
    room, model, other = KINDS[kind]
    words.page()
    roles.load()
    user = person(roles.AUTHORS)
    client.force_login(user)
    file = shown(kind, user, live=False)
    before = file.file.name
    edit = reverse(f"{room}:edit", args=[file.pk])
    client.post(edit, {"title": "Plain", "tags": "", "collection": file.collection_id})
    other.seek(0)
    client.post(edit, {"title": "T", "file": other, "tags": "", "collection": file.collection_id})
    file.refresh_from_db()
    assert (file.title, file.file.name) == ("Plain", before)
    client.post(reverse(f"{room}:delete", args=[file.pk]))
    assert not model.objects.exists()


def test_a_file_gets_a_name_that_says_nothing(client: Client, media: None) -> None:
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    file = SimpleUploadedFile("stop-FGM-now.PDF", b"%PDF", "application/pdf")
    client.post(reverse("wagtaildocs:add"), {"title": "A poster", "file": file, "tags": "", "collection": 1})
    name = Document.objects.get().file.name.removeprefix("documents/")
    assert len(name) == 16 and name.endswith(".pdf") and "fgm" not in name.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_page_never_links_a_file_that_is_gone(media: None, kind: str) -> None:
    words.page()
    file = shown(kind, None, live=True)
    address = words.ContentPage.objects.get().url
    before = Client().get(address).content.decode()
    assert Client().get(address).content.decode() == before
    with transaction.atomic():
        file.delete()
    assert Client().get(address).content.decode() != before
