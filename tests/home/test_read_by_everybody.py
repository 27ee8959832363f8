"""Whatever everybody can read is looked at: each model, a service's card, and what was live before."""

import inspect
import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from home.feedback.models import Done
from home.models import SiteSettings, Wording
from home.publishing_guard import MAKES_PUBLIC, words_of
from pathways import versions
from pathways.models import Course, Fact, PathwayPage
from selfreferral import starter
from selfreferral.models import Queue, Sentence
from services_directory import cards, entries, live_words, map_points, place_marks, place_readings, tags
from services_directory.models import (
    Contact,
    Entry,
    Organization,
    Phone,
    Service,
    StillSaid,
)
from services_directory.models.read_by_everybody import ReadByEverybody
from services_directory.public_words import Refused
from tests import factories
from tests.home import words
from tests.home.test_campaigns import TODAY, index  # noqa: F401  a fixture
from tests.pathways.building import pathway, republish, step
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import Visitor
from tests.services_directory.turning import ADDRESS, POSTCODE, plant

pytestmark = pytest.mark.django_db
SAID = f"Come to {ADDRESS}, {POSTCODE}."
# Composed into the public copy, which is looked at itself (services_directory/entries.py).
IN_THE_CARD = {"service", "serviceatlocation", "servicearea", "phone", "schedule", "language", "contact"}
NOT_WORDS = {
    "entry": "is the public copy",
    "writtenpage": "is a live page's words, which the page's save has looked at",
    "version": "is cleaned when it is made and when something is sealed",
    "placemark": "is digests",
    "document": "is looked at in the save",
    "image": "is looked at in the save",
    "wording": "is the list of what is not written",
    "site": "is the address of the site",
    "change": "is names of changes",
    "draft": "is sealed",
    "draftpart": "is sealed",
    "referral": "is sealed",
    "revokedkey": "is public keys",
}


def counted() -> list[type[Model]]:
    """Models whose every change the public may see, with words of their own."""
    tables = set(tags.counted_tables())
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in tables and texts_of(model)
    ]


def texts_of(model: type[Model]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if isinstance(f, CharField | TextField) and not f.choices]


def below_a_page(model: type[Model]) -> bool:
    return any(isinstance(f, ParentalKey) and issubclass(f.related_model, Page) for f in model._meta.fields)


@pytest.fixture
def secret() -> Service:
    service = factories.service("House", location_confidential=True)
    place_marks.remember(service, postcodes=[POSTCODE], streets=[ADDRESS])
    return service


@pytest.fixture
def root(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


def read_by_the_form() -> list[type[Model]]:
    """Models with words of their own that a page of the form reads, from its start to "sent"."""
    queues_with_keys()
    visitor = Visitor()
    asked = ["/ask/", "/ask/wait/"]
    with CaptureQueriesContext(connection) as read:
        for address in asked:
            assert visitor.client.get(address).status_code == 200
        visitor.go("check")
        visitor.page()
        assert visitor.post(do="send").url == "/ask/sent/"
        assert visitor.client.get("/ask/sent/").status_code == 200
    names = {name for one in read.captured_queries for name in re.findall(r'FROM "(\w+)"', one["sql"])}
    return [model for model in apps.get_models() if model._meta.db_table in names and texts_of(model)]


def test_whatever_the_public_can_see_is_looked_at() -> None:
    form = read_by_the_form()
    assert Queue in form, "the walk reads what the pages of the form show"
    unguarded = [
        model.__name__
        for model in {*counted(), *form}
        if not issubclass(model, Page | ReadByEverybody)
        and not below_a_page(model)
        and model._meta.model_name not in IN_THE_CARD | NOT_WORDS.keys()
    ]
    assert unguarded == [], "make it a ReadByEverybody"


READ = [model for model in apps.get_models() if issubclass(model, ReadByEverybody)]


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__name__)
def test_each_of_them_refuses_in_every_text_and_says_it_beside_the_field(secret: Any, model: Any) -> None:
    for field in texts_of(model):
        row = model(**{field.name: POSTCODE})
        for name, value in {"public": True, "standing": True, "disclosure": "public"}.items():
            if hasattr(row, name):
                setattr(row, name, value)
        with pytest.raises(Refused, match="must stay secret"):
            row.save()


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__name__)
def test_whatever_makes_a_row_public_makes_the_guard_look(model: Any) -> None:
    """The property's own fields: a row that was written before is looked at when one of them changes."""
    source = inspect.getsource(model.is_read_by_everybody.fget)
    decides = {field.name for field in model._meta.concrete_fields if f"self.{field.name}" in source}
    assert decides <= MAKES_PUBLIC | words_of(model)


def service_saying(name: str) -> Service:
    other = factories.service("Open", location_confidential=False)
    row, _dot, field = name.rpartition(".")
    if row:
        made = {"phones": Phone(number="999"), "contacts": Contact(title="Lead", for_professionals=True)}[row]
        setattr(made, field, SAID)
        setattr(other, row, [made])
    elif name == "organization":
        other.organization = Organization.objects.create(name="Charity two")
        Organization.objects.filter(pk=other.organization_id).update(name=SAID)  # behind our back
    else:
        setattr(other, name, SAID)
    return other


@pytest.mark.parametrize(
    "name",
    [
        "description",
        "what_happens",
        "by_and_for",
        "bsl",
        "phones.note",
        "contacts.department",
        "organization",
    ],
)
def test_no_public_copy_newly_says_it_whoever_writes_it(secret: Any, name: str) -> None:
    other = service_saying(name)
    with pytest.raises(Refused, match="“Open”"):
        other.save()
    assert POSTCODE not in str(Entry.objects.get(pk=other.pk).card)


def test_renewing_all_copies_passes_over_the_one_and_writes_the_others(secret: Any) -> None:
    bad, good = factories.service("Bad"), factories.service("Good")
    Service.objects.filter(pk=bad.pk).update(description=SAID)
    Service.objects.filter(pk=good.pk).update(description="Other words.")
    with pytest.raises(Refused, match="“Bad”"):
        entries.refresh_entries()
    assert Entry.objects.get(pk=good.pk).card["description"] == "Other words."
    assert "Quillwarbler" not in str(Entry.objects.get(pk=bad.pk).card)


def test_what_it_said_before_holds_up_nothing_else(secret: Any) -> None:
    other = factories.service("Open", location_confidential=False)
    Entry.objects.filter(pk=other.pk).update(card={**cards.compose(other), "bsl": SAID})
    Service.objects.filter(pk=other.pk).update(bsl=SAID)
    other.refresh_from_db()
    other.email = "new@example.org"
    other.save()
    assert Entry.objects.get(pk=other.pk).card["email"] == "new@example.org"


# --- what was live before it was sealed -------------------------------------------------------------


def test_sealing_names_everything_that_is_live_with_where_to_mend_it(
    client: Client, root: Any, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    page = words.page(lead=SAID)
    other = factories.service("Open", description=SAID, location_confidential=False)
    Course.objects.create(title="Course", for_whom="all", booking=SAID)
    Fact.objects.create(key="mada_time", value=POSTCODE)
    Sentence.objects.create(slug="limits_reads", words=POSTCODE)
    Done.objects.create(said="a", did=SAID, day=TODAY, public=False)
    picture, file = words.image(), words.document("a")
    type(picture).objects.filter(pk=picture.pk).update(title=SAID)
    type(file).objects.filter(pk=file.pk).update(title=f"Map to {POSTCODE}")
    house = factories.service("House", location_confidential=True)
    answer = client.post(
        reverse("secret_place", args=[house.pk]), {"postcode": POSTCODE, "street": ADDRESS}, follow=True
    )
    text = answer.content.decode()
    for expected in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse(Service.snippet_viewset.get_url_name("edit"), args=[other.pk]),
        reverse("wagtailimages:edit", args=[picture.pk]),
        reverse("wagtaildocs:edit", args=[file.pk]),
        reverse("fact_edit", args=["mada_time"]),
        reverse("sentence_edit", args=["limits_reads"]),
    ):
        assert f'href="{expected}"' in text, expected
    assert {one.thing._meta.model_name for one in StillSaid.objects.all()} == {
        "contentpage", "entry", "course", "fact", "sentence", "image", "document",
    }  # fmt: skip
    page.refresh_from_db()
    page.lead = "Ring first."
    page.save()
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Everybody can read a sealed place" in home
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) not in home.partition("Due for a check")[0]


def test_turning_confidential_looks_too() -> None:
    service = plant()
    page = words.page(lead=SAID)
    service.location_confidential = True
    service.alternate_name, service.description = "", "Ring first."
    service.save()
    assert [one.name for one in live_words.still_said(None)] == [page.title]


def test_old_versions_and_their_notes_forget_it_for_good() -> None:
    key = "11111111-1111-1111-1111-111111111111"
    page = pathway("House", step("Ring", key=key, purpose=SAID), change_note=f"Now at {POSTCODE}")
    versions.catch_up(timezone.now())
    factories.service("House", location_confidential=True)
    place_marks.remember(Service.objects.get(name="House"), postcodes=[POSTCODE], streets=[ADDRESS])
    assert versions.catch_up(timezone.now()) == 0, "taking out is no change of the page"
    page = PathwayPage.objects.get(pk=page.pk)
    page.change_note = ""
    republish(page, step("Ring", key=key, purpose="Ring first."))
    versions.catch_up(timezone.now())
    addresses = [f"/professionals/changes/{page.pk}/{n}/" for n in (1, 2)]
    addresses += [reverse("pathway_changes"), reverse("pathway_feed")]
    for address in addresses:
        text = Client().get(address).content.decode()
        assert "Quillwarbler" not in text and "7QX" not in text, address
    assert "[taken out]" in Client().get(addresses[0]).content.decode()


# --- a confidential service's own words --------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["53.430123, -1.350456", "https://www.google.com/maps/place/@53.43,-1.35,17z", 
     "///filled.count.soap",
     "9C5WCJH2+X4", "53.4301°N 1.3504°W",
     "17 Quillwarbler Ln", "ZQ9-7QX", "https://maps.example.org/?q=ZQ9+7QX", "?q=ZQ9%207QX", "Z Q 9 7 Q X",
     "ZQ9\u200b 7QX", "AB1-2CD"],
)  # fmt: skip
def test_it_does_not_publish_its_own_street_or_any_postcode(secret: Service, written: str) -> None:
    from django.core.exceptions import ValidationError

    secret.description = f"Come to {written}."
    with pytest.raises(ValidationError, match="A postcode stands here"):
        secret.full_clean(exclude=["latest_revision"])


@pytest.mark.parametrize(
    "written",
    [
        "women 18 and over",
        "at 10 am",
        "in 24 hours",
        "aged 5 to 11 years",
        "A1, 1st floor",
        "£49.50, or 1.500",
        "HMGWR+X is not one",
        "and/or",
        "ring 0808 2000 247+44",
    ],
)
def test_plain_words_are_no_postcode_and_no_point(written: str) -> None:
    assert not place_readings.holds_postcode(written) and not map_points.says_a_point(written)


@pytest.mark.parametrize("field", ["description", "what_happens", "note"])
def test_it_does_not_turn_confidential_while_its_words_say_where_it_is(field: str) -> None:
    service = plant()
    service.refresh_from_db()
    service.location_confidential, service.alternate_name, service.description = True, "", "Ring first."
    if field == "note":
        service.phones = [Phone(number="999", note=f"Ask at {ADDRESS}")]
    else:
        setattr(service, field, f"Come to {ADDRESS}.")
    with pytest.raises(Refused, match="A postcode stands here"):
        service.save()
    assert Service.objects.get().location_confidential is False
    assert Service.objects.get().service_at_locations.exists(), "nothing is half done"
    assert not StillSaid.objects.exists() and not place_marks.holders([POSTCODE])


# --- what an editor reads --------------------------------------------------------------------------------


def never() -> None:
    Wording.objects.create(word="we will keep you safe", better="what will happen", kind="never")


def test_a_thing_done_with_such_words_is_kept_in_the_form(client: Client, root: Any) -> None:
    never()
    data = {
        "said": "People waited long.",
        "did": "Now we will keep you safe.",
        "day": "2026-11-01",
        "public": "on",
    }
    answer = client.post(reverse(Done.snippet_viewset.get_url_name("add")), data)
    text = answer.content.decode()
    assert answer.status_code == 200 and "We never write" in text and "People waited long." in text
    data.pop("public")
    assert client.post(reverse(Done.snippet_viewset.get_url_name("add")), data).status_code == 302


def test_the_settings_of_the_site_are_kept_in_the_form(client: Client, root: Any) -> None:
    never()
    site = SiteSettings.load()
    data = {"name": "Help here", "brand_colour": site.brand_colour, "accent_colour": site.accent_colour,
            "runner": "We will keep you safe"}  # fmt: skip
    answer = client.post(reverse("wagtailsettings:edit", args=["home", "sitesettings", site.pk]), data)
    text = answer.content.decode()
    assert answer.status_code == 200 and "We never write" in text and "Help here" in text


def test_a_new_campaign_with_it_in_a_row_below_is_kept_in_the_form(
    client: Client,
    root: Any,
    secret: Any,
    index: Any,  # noqa: F811
) -> None:
    day = TODAY.isoformat()
    data = {
        "title": "Camp", "slug": "camp", "lead": "Long words.", "body-count": 0, "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0, "starts_on": day, "ends_on": day, "word": "camp", "place": "10",
        "call_to_action": "ask", "partners-TOTAL_FORMS": 1, "partners-INITIAL_FORMS": 0,
        "partners-0-ORDER": 1, "partners-0-name": f"At {POSTCODE}", "partners-0-id": "",
        "assets-TOTAL_FORMS": 0, "assets-INITIAL_FORMS": 0,
    }  # fmt: skip
    address = reverse("wagtailadmin_pages:add", args=["campaigns", "campaignpage", index.pk])
    for button in ("action-publish", "action-submit"):
        answer = client.post(address, {**data, button: "1"})
        text = answer.content.decode()
        assert answer.status_code == 200 and "must stay secret" in text and "Long words." in text


@pytest.mark.parametrize(
    ("screen", "key", "field"),
    [("fact_edit", "mada_time", "value"), ("sentence_edit", "limits_reads", "words")],
)
def test_a_fact_or_a_sentence_says_it_beside_the_field(
    client: Client, root: Any, secret: Any, screen: str, key: str, field: str
) -> None:
    address = reverse(screen, args=[key])
    seen = client.get(address).context["form"].initial["seen"]
    answer = client.post(address, {"seen": seen, field: f"{POSTCODE} 999"})
    assert answer.status_code == 200 and "must stay secret" in str(answer.context["form"].errors[field])


def test_a_teams_public_words_say_it_beside_the_field_and_nothing_is_lost(
    client: Client, root: Any, secret: Any
) -> None:
    starter.load(area="Rotherham")
    address = reverse("hours_edit", args=["provider"])
    seen = client.get(address).context["form"].initial["seen"]
    said = {"hours": f"Every day at {ADDRESS}, {POSTCODE}", "reply_words": "within 24 hours"}
    answer = client.post(address, {"seen": seen, "always": "on", **said})
    assert answer.status_code == 200 and "must stay secret" in str(answer.context["form"].errors["hours"])
    assert said["hours"] in answer.content.decode().replace("&#x27;", "'")
    assert POSTCODE not in Client().get("/ask/").content.decode()


def test_a_teams_words_that_stood_before_are_named_where_they_are_mended(client: Client, root: Any) -> None:
    starter.load(area="Rotherham")
    Queue.objects.filter(slug="provider").update(hours=SAID)
    place_marks.remember(factories.service("House", location_confidential=True), postcodes=[POSTCODE])
    assert [one.address for one in live_words.still_said(root)] == [reverse("hours_edit", args=["provider"])]
