"""Editors write pathways and courses: a refusal says what and how to mend, and nothing written is lost."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from pathways.models import Course, PathwayPage
from tests import factories
from tests.pathways.building import pathway, shared, step

pytestmark = pytest.mark.django_db
ROWS = "threshold clock who purpose consent record next feedback escalation contact"


@pytest.fixture
def editor(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


def form(*steps: dict[str, str], **fields: str) -> dict[str, Any]:
    """What the editor's browser sends: `steps` are (key, words) of own steps."""
    data: dict[str, Any] = {
        "title": "One",
        "slug": "one",
        "kind": "situation",
        "now": "Do it now.",
        "in_order": "on",
        "steps-count": len(steps),
        "body-count": 0,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        **fields,
    }
    for n, words in enumerate(steps):
        row = {"type": "step", "order": n, "deleted": "", "id": words.pop("key", "")}
        data |= {f"steps-{n}-{name}": value for name, value in row.items()}
        data |= {f"steps-{n}-value-{name}": words.get(name, "") for name in ("title", *ROWS.split())}
    return data


def send(client: Client, page: PathwayPage, data: dict[str, Any], publish: bool = True) -> Any:
    pressed = {"action-publish": "1"} if publish else {}
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, **pressed})


def test_an_editor_writes_steps_and_publishes(client: Client, editor: Any) -> None:
    factories.service("Front desk", code="mash", phones=["01709 000001"])
    page = pathway("One", slug="one")
    answer = send(
        client, page, form({"title": "Ring them", "clock": "within {strategy_meeting}", "contact": "mash"})
    )
    assert answer.status_code == 302, answer.context["form"].errors
    said = Client().get(page.url).content.decode()
    assert "Ring them" in said and "within 24 hours" in said and "01709 000001" in said


@pytest.mark.parametrize("publish", [True, False], ids=["publish", "draft"])
@pytest.mark.parametrize("place", ["a step", "the page"])
def test_an_unknown_fact_is_refused_beside_its_field_and_nothing_is_lost(
    client: Client, editor: Any, publish: bool, place: str
) -> None:
    page = pathway("One", slug="one")
    wrong = "within {strateg_meeting}"
    fields = {"lead": wrong} if place == "the page" else {}
    data = form({"title": "Typed title", "clock": wrong if not fields else ""}, **fields)
    answer = send(client, page, data, publish)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "{strateg_meeting} is not a fact" in said and "{strategy_meeting}" in said
    assert "Typed title" in said and wrong in said  # what was written still stands in the form
    assert PathwayPage.objects.get(pk=page.pk).lead == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ring": "no-such-service"}, "Select a valid choice"),
        ({"confirmed_on": "2026-11-01"}, "Write who confirmed it"),
    ],
)
def test_other_refusals_say_what_to_mend(
    client: Client, editor: Any, fields: dict[str, str], words: str
) -> None:
    page = pathway("One", slug="one")
    answer = send(client, page, form({"title": "Typed title"}, **fields))
    assert answer.status_code == 200
    assert words in answer.content.decode() and "Typed title" in answer.content.decode()


def test_a_step_that_another_page_shows_is_not_taken_away_unseen(client: Client, editor: Any) -> None:
    page = pathway("One", step("Ring", "11111111-1111-1111-1111-111111111111"), slug="one")
    pathway("Dentist", shared("11111111-1111-1111-1111-111111111111"))
    said = unescape(send(client, page, form({"title": "Another"})).content.decode())
    assert "\\u201cRing\\u201d also stands on" in said and "Take it off that page first" in said
    kept = form({"title": "Ring now", "key": "11111111-1111-1111-1111-111111111111"})
    assert send(client, page, kept).status_code == 302


def test_a_preview_shows_a_draft_that_nobody_has_published(client: Client, editor: Any) -> None:
    page = pathway("One", slug="one")
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(url, form({"title": "Seen by nobody", "threshold": "{dash_high} ticks"}))
    said = client.get(url, {"mode": ""}).content.decode()
    assert "Seen by nobody" in said and "ticks" in said


def test_courses_are_added_and_a_mistake_is_said_beside_its_field(client: Client, editor: Any) -> None:
    add = reverse(Course.snippet_viewset.get_url_name("add"))
    data = {"title": "First steps", "for_whom": "Schools", "booking": "Ask.", "last_day": "2026-11-01"}
    said = client.post(add, data).content.decode()
    assert "Write the first day, too" in said and "First steps" in said
    assert client.post(add, {**data, "first_day": "2020-11-01"}).status_code == 302
    listed = client.get(reverse(Course.snippet_viewset.get_url_name("list"))).content.decode()
    assert "First steps" in listed and "Over, not shown" in listed
