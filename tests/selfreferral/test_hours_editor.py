"""A manager says when a team is there: kept if the clocks can count in it, else refused beside the field."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some
from wagtail.models import ModelLogEntry

from home import roles
from selfreferral import clocks, hours_forms, starter
from selfreferral.hours_forms import BOTH, CHANGED_MEANWHILE, DAYS, EITHER, NOTHING, ORDER, HoursForm
from selfreferral.models import Queue
from tests.services_directory.editors import in_role, staff

pytestmark = pytest.mark.django_db
LIST, PAGE = "/cms/hours/", "/cms/hours/provider/"


@pytest.fixture(autouse=True)
def queues(db) -> None:
    starter.load(area="Rotherham")


@pytest.fixture
def manager(client: Client) -> Any:
    user = in_role(roles.MANAGERS)
    client.force_login(user)
    return user


def queue() -> Queue:
    return Queue.objects.get(slug="provider")


def shown(client: Client) -> dict[str, Any]:
    """What the browser would post if Save was pressed at once."""
    form = client.get(PAGE).context["form"]
    posted = {field.html_name: field.value() for field in form if field.value() not in (None, "", False)}
    return {**posted, "seen": form.now}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def closed() -> dict[str, str]:
    return {f"{day}_{end}": "" for day in DAYS for end in ("from", "to")}


def test_saving_what_is_shown_changes_nothing(client, manager) -> None:
    before = (queue().open_hours, queue().hours, queue().reply_words)
    assert client.post(PAGE, shown(client)).status_code == 302
    assert (queue().open_hours, queue().hours, queue().reply_words) == before


def test_a_change_is_kept_logged_and_counted_in_at_once(client, manager) -> None:
    week = {**closed(), "mon_from": "9", "mon_to": "5.30pm", "holiday_from": "10:00", "holiday_to": "24:00"}
    said = {"hours": "Mondays, 9am to 5.30pm", "reply_words": "by the next Monday"}
    page = text(client.post(PAGE, {**shown(client), **week, **said}, follow=True))
    assert queue().open_hours == {"mon": ["09:00", "17:30"], "holiday": ["10:00", "24:00"]}
    assert (queue().hours, queue().reply_words) == tuple(said.values())
    tuesday = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert clocks.due(tuesday, "soon", queue().open_hours) == datetime(2026, 11, 30, 13, tzinfo=UTC)
    assert "Mo Example" in page and "Monday 09:00 to 21:00" in page and "Every day, 9am to 9pm" in page
    entry = ModelLogEntry.objects.get(action="selfreferral.queue.hours")
    assert entry.data["before"]["open_hours"]["mon"] == ["09:00", "21:00"]
    assert "Monday 09:00 to 17:30, Bank holidays 10:00 to 24:00" in text(client.get(LIST))


def test_always_open_is_no_hours(client, manager) -> None:
    assert client.post(PAGE, {**shown(client), **closed(), "always": "on"}).status_code == 302
    assert queue().open_hours == {} and client.get(PAGE).context["form"]["always"].value()


REFUSED = {
    "no time": ({"mon_from": "nine"}, "mon_from", "“nine” is no time"),
    "no such hour": ({"mon_to": "25:00"}, "mon_to", "“25:00” is no time"),
    "no such afternoon": ({"mon_to": "13pm"}, "mon_to", "“13pm” is no time"),
    "one time only": ({"mon_to": ""}, "mon_from", BOTH),
    "closes first": ({"mon_from": "21:00", "mon_to": "9:00"}, "mon_from", ORDER),
    "holiday closes first": ({"holiday_from": "6pm", "holiday_to": "5pm"}, "holiday_from", ORDER),
    "both": ({"always": "on"}, "always", EITHER),
    "nothing": (closed(), "always", NOTHING),
    "holidays only": ({**closed(), "holiday_from": "9", "holiday_to": "17"}, "always", NOTHING),
    "no words": ({"hours": ""}, "hours", "This field is required"),
    "no promise": ({"reply_words": " "}, "reply_words", "This field is required"),
    "too long": ({"reply_words": "x" * 121}, "reply_words", "at most 120"),
    "a control sign": ({"mon_from": "09:00\0"}, "mon_from", "Null characters"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_hours_are_refused_beside_the_field_and_nothing_is_lost(client, manager, name) -> None:
    changes, field, words = REFUSED[name]
    before = Queue.objects.values().get(slug="provider")
    answer = client.post(PAGE, {**shown(client), **changes})
    assert answer.status_code == 200 and Queue.objects.values().get(slug="provider") == before
    assert any(words in one for one in answer.context["form"].errors[field])
    page = text(answer)
    assert "Nothing was saved" in page and words in page
    assert all(f'value="{value}"' in page for value in changes.values() if value not in ("", " ", "on"))


def test_two_managers_at_once(client, manager) -> None:
    posted = {**shown(client), "mon_to": "20:00"}
    Queue.objects.filter(slug="provider").update(reply_words="within 12 hours")
    answer = client.post(PAGE, posted)
    assert CHANGED_MEANWHILE in text(answer) and queue().open_hours["mon"] == ["09:00", "21:00"]
    seen = answer.context["form"].data["seen"]
    assert client.post(PAGE, {**posted, "seen": seen}).status_code == 302
    assert queue().open_hours["mon"] == ["09:00", "20:00"]


TIMES = some.sampled_from(["", "9", "09:00", "5pm", "12am", "24:00", "23.59", "00:00", "x", "12:60", "17:00"])


@given(week=some.fixed_dictionaries({name: TIMES for name in closed()}), always=some.booleans())
def test_whatever_is_taken_the_clocks_can_count_in(week: dict[str, str], always: bool) -> None:
    """Taken: no hours only when somebody said so, and never hours that clocks.py would not use."""
    one = Queue(hours="x", reply_words="y")
    posted = {**week, "hours": "x", "reply_words": "y", "seen": hours_forms.fingerprint(one)}
    form = HoursForm({**posted, **({"always": "on"} if always else {})}, queue=one)
    if form.is_valid():
        hours = form.cleaned_data["open_hours"]
        assert not clocks.problem(hours) and bool(hours) != always


@pytest.mark.parametrize("address", [LIST, PAGE])
def test_only_those_who_may_change_it_see_it(client, address) -> None:
    client.force_login(staff("view_queue"))
    assert client.get(address).status_code == 302 and LIST not in client.get("/cms/").content.decode()
    assert client.post(PAGE, {}).status_code == 302


def test_a_team_that_is_not_there(client, manager) -> None:
    assert client.get("/cms/hours/nobody/").status_code == 404
