"""A postcode or street of a place that must stay secret is never published, whichever way somebody tries."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowTask

from home import scheduling
from home.models import Alert, ContentPage, SiteSettings, Wording
from home.never_words import first_in
from home.publishing_guard import Refused
from services_directory import place_marks
from services_directory.models import Location, PlaceMark, ServiceAtLocation
from tests import factories
from tests.home import words
from tests.services_directory.scanning import found_in_database

pytestmark = pytest.mark.django_db
POSTCODE, STREET = "ZQ9 7QX", "17 Quillwarbler Lane"
WRITTEN = [
    "ZQ9 7QX", "zq97qx", "Zq9  7qX", "Z Q 9 7 Q X", "ZQ9&nbsp;7QX", "ZQ9<b>7QX</b>", "zq9-7qx",
    "ZQ9\u200b7QX", "ＺＱ９ ７ＱＸ", "https://maps.example.org/?q=ZQ9%207QX", "at ZQ9 7QX.", "xZQ97QXx",
    "17 Quillwarbler Lane", "quillwarbler  LANE", "Quillwarbler Ln.", "Quillwárbler Lane",
    "in Quillwarbler<br>Lane",
]  # fmt: skip
INNOCENT = ["S65 1AA", "ZQ9", "Quill Lane", "Lane Quillwarbler", "17", "Warbler Lane", "ZQ9 7QY"]


@pytest.fixture
def secret() -> Any:
    service = factories.service("House", location_confidential=True)
    assert place_marks.remember(service, postcodes=[POSTCODE], streets=[STREET]) == 2
    return service


@pytest.fixture
def page() -> ContentPage:
    return words.page()


@pytest.fixture
def root(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


def draft(page: Page, text: str, **fields: Any) -> Any:
    later = Page.objects.get(pk=page.pk).specific
    later.lead = text
    for name, value in fields.items():
        setattr(later, name, value)
    return later.save_revision()


@pytest.mark.parametrize("text", WRITTEN)
def test_it_is_found_however_it_is_written(secret: Any, text: str) -> None:
    assert place_marks.holders([text]), text


@pytest.mark.parametrize("text", INNOCENT)
def test_other_places_are_not(secret: Any, text: str) -> None:
    assert not place_marks.holders([text])


def test_a_place_that_may_be_shown_stops_nothing(secret: Any) -> None:
    type(secret).objects.filter(pk=secret.pk).update(location_confidential=False)
    assert not place_marks.holders([POSTCODE])


def test_nothing_that_is_kept_says_what_the_place_is(secret: Any) -> None:
    assert PlaceMark.objects.count() == 2
    assert not found_in_database("Quillwarbler") and not found_in_database(POSTCODE)


def test_a_place_that_becomes_confidential_is_sealed_before_it_is_forgotten() -> None:
    place = Location.objects.create(
        name="House", disclosure="public", address_1=STREET, city="Rotherham", postal_code=POSTCODE
    )
    service = factories.service("Open house", location_confidential=False)
    service.service_at_locations = [ServiceAtLocation(location=place)]
    service.save()
    assert not place_marks.holders([POSTCODE])
    service.refresh_from_db()
    service.location_confidential = True
    service.save()
    assert place_marks.holders([f"come to {POSTCODE.lower()}"]) and place_marks.holders([STREET])
    assert not place_marks.holders(["Rotherham"])


def test_another_key_is_noticed(secret: Any, settings: Any) -> None:
    assert not place_marks.under_another_key()
    settings.PLACE_MARK_KEY = "another"
    assert place_marks.under_another_key() == 2


# --- every way of publishing ------------------------------------------------------------------


def now_by_hand(page: ContentPage) -> None:
    draft(page, POSTCODE).publish()


def scheduled(page: ContentPage) -> None:
    draft(page, POSTCODE, go_live_at=timezone.now() + timedelta(hours=1)).publish()


def saved(page: ContentPage) -> None:
    page.lead = POSTCODE
    page.save()


def made_live_alone(page: ContentPage) -> None:
    Page.objects.filter(pk=page.pk).update(live=False)
    page = ContentPage.objects.get(pk=page.pk)
    page.lead = POSTCODE
    page.save()
    page.live = True
    page.save(update_fields=["live"])


def copied(page: ContentPage) -> None:
    page.copy(update_attrs={"slug": "other", "title": f"House at {POSTCODE}"})


def made(page: ContentPage) -> None:
    page.get_parent().add_child(instance=ContentPage(title="New", slug="new", search_description=POSTCODE))


def in_a_block(page: ContentPage) -> None:
    page.body = [("steps", {"heading": "Way", "steps": ["Get off.", f"Go to {POSTCODE}"]})]
    page.save_revision().publish()


def split_over_blocks(page: ContentPage) -> None:
    page.body = [("heading", {"text": "ZQ9", "level": "h2"}), ("quote", {"text": "7QX", "who": "worker"})]
    page.lead = "Quillwarbler"
    page.body = [("callout", {"text": "<p>ZQ9 <b>7</b>Q<i>X</i></p>"})]
    page.save_revision().publish()


def as_picture_words(page: ContentPage) -> None:
    picture = words.image()
    picture.contextual_alt_text, picture.decorative = STREET, False
    page.body = [("picture", {"picture": picture, "caption": ""})]
    page.save_revision().publish()


def by_workflow(page: ContentPage) -> None:
    user = get_user_model().objects.create_superuser(username="approver", password=None)
    task = GroupApprovalTask.objects.create(name="Look")
    task.groups.add(Group.objects.create(name="Lookers"))
    workflow = Workflow.objects.create(name="One step")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    draft(page, POSTCODE)
    state = workflow.start(Page.objects.get(pk=page.pk).specific, user)
    state.current_task_state.approve(user=user)


def as_alert(page: ContentPage) -> None:
    now = timezone.now()
    Alert.objects.create(words=f"Come to {POSTCODE}", since=now, until=now + timedelta(hours=1))


def as_setting(page: ContentPage) -> None:
    site = SiteSettings.load()
    site.runner = STREET
    site.save()


WAYS = [now_by_hand, scheduled, saved, made_live_alone, copied, made, in_a_block, split_over_blocks,
        as_picture_words, by_workflow, as_alert, as_setting]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_of_publishing_is_stopped(
    secret: Any, page: ContentPage, way: Any, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused, match="must stay secret") as refused:
        way(page)
    assert POSTCODE not in str(refused.value) and "House:" not in str(refused.value)
    live = " ".join(Client().get(address).content.decode() for address in ("/", page.url))
    assert "7QX" not in live and "Quillwarbler" not in live


def test_without_a_secret_place_every_way_publishes(page: ContentPage) -> None:
    now_by_hand(page)
    assert POSTCODE in Client().get(page.url).content.decode()


def test_a_draft_of_a_live_page_is_kept_whatever_it_says(secret: Any, page: ContentPage) -> None:
    assert draft(page, POSTCODE).content["lead"] == POSTCODE


def test_at_its_hour_the_worker_refuses_says_why_in_the_history_and_goes_on(
    client: Client, root: Any, page: ContentPage, monkeypatch: Any
) -> None:
    hour = timezone.now() + timedelta(minutes=5)
    draft(page, POSTCODE, go_live_at=hour).publish()  # nobody had said yet that it is secret
    other = page.get_parent().add_child(instance=ContentPage(title="Other", slug="other", live=False))
    draft(other, "Words that may be read.", go_live_at=hour).publish()
    service = factories.service("House", location_confidential=True)
    place_marks.remember(service, postcodes=[POSTCODE])
    later = SimpleNamespace(now=lambda: hour + timedelta(hours=1))
    monkeypatch.setattr("wagtail.actions.publish_revision.timezone", later)
    done = scheduling.publish_due(now=hour + timedelta(hours=1))
    assert done == {"ended": 0, "published": 1, "refused": 1}
    assert "must stay secret" in PageLogEntry.objects.get(action=scheduling.REFUSED).data["why"]
    assert "must stay secret" in client.get(f"/cms/pages/{page.pk}/history/").content.decode()
    assert "Words that may be read." in Client().get(other.url).content.decode()
    assert scheduling.publish_due(now=hour + timedelta(hours=1)) == {"ended": 0, "published": 0, "refused": 0}


# --- what the editor reads ----------------------------------------------------------------------


def form(lead: str) -> dict[str, Any]:
    return {"title": "Words", "slug": "words", "lead": lead, "body-count": 0, "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0, "action-publish": "1"}  # fmt: skip


def test_an_editor_reads_the_reason_beside_the_field_and_loses_nothing(
    client: Client, root: Any, secret: Any, page: ContentPage
) -> None:
    edit, add = (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:add", args=["home", "contentpage", page.get_parent().pk]),
    )
    for address in (edit, add):
        answer = client.post(address, form(f"Come to {POSTCODE}"))
        text = answer.content.decode()
        assert answer.status_code == 200 and "must stay secret" in text and f"Come to {POSTCODE}" in text
    assert not Page.objects.filter(slug="words").exclude(pk=page.pk).exists()
    assert client.post(edit, form("Plain words.")).status_code == 302


def test_a_page_without_that_form_answers_with_the_reason_and_keeps_the_draft(
    client: Client, root: Any, secret: Any, page: ContentPage, monkeypatch: Any
) -> None:
    monkeypatch.setattr("services_directory.public_words.problems", lambda data: {})
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(f"Come to {POSTCODE}"))
    assert answer.status_code == 302  # published: the guard itself was taken out
    monkeypatch.undo()
    monkeypatch.setattr("services_directory.public_words.PUBLISHING", ())
    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), form(f"Now at {POSTCODE}"), follow=True
    )
    text = answer.content.decode()
    assert "must stay secret" in text and f"Now at {POSTCODE}" in text


def test_words_that_we_never_use_are_stopped_with_what_to_write(page: ContentPage) -> None:
    Wording.objects.create(
        word="we will keep you safe",
        better="say what will happen",
        kind="never",
        why="Nobody can promise it.",
    )
    with pytest.raises(Refused, match="say what will happen"):
        draft(page, "Ring us and We Will Keep You Safe.").publish()
    Wording.objects.update(kind="better")
    draft(page, "Ring us and we will keep you safe.").publish()


@pytest.mark.parametrize(
    "written",
    ["we will <b>keep</b> you safe", "We will keep&nbsp;you  safe", "we will\nkeep you safe",
     "we’ll keep you safe", "we'll keep you safe", "we will k<i>eep</i> you safe",
     "we will keep\u200b you safe"],
)  # fmt: skip
def test_however_they_are_set(written: str) -> None:
    Wording.objects.bulk_create(
        Wording(word=word, better="what will happen", kind="never")
        for word in ("we will keep you safe", "we’ll keep you safe")
    )
    assert first_in([written]) and not first_in(["We keep you safe as well as we will."])
