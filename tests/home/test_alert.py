"""One alert: on every page at once, gone by the clock, gone by a press, there when the database is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from home import alert_editing, alerts, brand
from home.models import Alert, SiteSettings
from selfreferral.questions import STEPS
from services_directory import freshness
from tests import factories, public_routes
from tests.home import words
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import NOW
from tests.selfreferral.ways import at, is_seen
from tests.services_directory.editors import staff

pytestmark = pytest.mark.django_db
WORDS = "Our phone line does not work this morning."
EVERYWHERE = ["/", "/find/", "/nowhere/", "/wait/", "/wait/?w=2", "/ask/start/"]


@pytest.fixture(autouse=True)
def front_page() -> None:
    words.front_page()


@pytest.fixture
def publisher(client: Client) -> Any:
    user = staff("publish_alert", name="efe")
    client.force_login(user)
    return user


def press(client: Client, **fields: str) -> Any:
    return client.post(
        "/cms/alert/", {"words": WORDS, "line": "national", "until": "2h", **fields}, follow=True
    )


def page(address: str) -> str:
    return Client().get(address).content.decode()


def test_one_press_puts_it_on_every_page_also_on_those_that_are_kept(client: Client, publisher: Any) -> None:
    before = {address: page(address) for address in EVERYWHERE}
    assert not any(WORDS in text for text in before.values())
    assert "on every page now" in press(client).content.decode()
    for address in EVERYWHERE:
        text = page(address)
        assert WORDS in text, address
        notice = text.split('class="notice"')[1].split("</div></div>")[0]
        assert "0808 2000 247" in notice and "<button" not in notice and "<script" not in notice
        assert text.index('class="leave"') < text.index('class="notice"') < text.index("<main")


def test_it_stands_on_every_public_address(client: Client, publisher: Any) -> None:
    """Whatever an address answers to a person: a page, a refusal, a page that is not there."""
    factories.service()
    press(client)
    found = public_routes.routes()
    answers = {address: Client().get(address) for kind in found.values() for address in kind}
    read = {a: answer for a, answer in answers.items() if "html" in answer.headers.get("Content-Type", "")}
    read = {address: answer for address, answer in read.items() if not 300 <= answer.status_code < 400}
    assert len(read) > 25 and sum(answer.status_code == 200 for answer in read.values()) > 12
    without = [address for address, answer in read.items() if WORDS not in answer.content.decode()]
    assert without == ["/ask/now/", "/ask/sent/"], "which say nothing of what it was"


def test_it_stands_on_every_step_of_the_form(client: Client, publisher: Any, settings: Any) -> None:
    queues_with_keys()
    press(client)
    without = []
    for step in STEPS:
        settings.CHILDREN_MAY_ASK = False  # children's own pages are seen only where they may ask
        settings.CHILDREN_MAY_ASK = bool(step.ends) or not is_seen(step)
        visitor = at(step)
        if WORDS not in visitor.page():
            without.append(step.slug)
    assert without == []
    elsewhere = visitor.client.get(NOW, headers={"sec-fetch-site": "none"}).content.decode()
    assert "begun already" in elsewhere and WORDS in elsewhere


def test_one_press_takes_it_off(client: Client, publisher: Any) -> None:
    press(client)
    client.post("/cms/alert/", {"end": "1"})
    assert not any(WORDS in page(address) for address in EVERYWHERE)
    assert [(row.ended_at is not None, row.by) for row in Alert.objects.all()] == [(True, "Edie Example")]
    assert {alerts.SHOW, alerts.END} <= set(ModelLogEntry.objects.values_list("action", flat=True))


def test_another_takes_the_place_of_the_one_that_stands(client: Client, publisher: Any) -> None:
    press(client)
    press(client, words="Lines are open again.")
    assert WORDS not in page("/") and "Lines are open again." in page("/")
    now = timezone.now()
    with pytest.raises(IntegrityError):
        Alert.objects.create(words="Two at once", since=now, until=now)


def test_it_ends_by_the_clock_and_no_kept_page_outlives_it(
    client: Client, publisher: Any, monkeypatch: Any
) -> None:
    press(client)
    until = Alert.objects.get().until
    kept: list[Any] = []
    monkeypatch.setattr("portal.page_cache.seconds_until", lambda moment: kept.append(moment) or 0)
    assert WORDS in page("/") and kept == [until]
    monkeypatch.setattr("home.brand.timezone.now", lambda: until + timedelta(seconds=1))
    assert WORDS not in page("/") and WORDS not in page("/nowhere/")


def test_without_a_database_the_last_known_stands_until_its_hour(
    client: Client, publisher: Any, monkeypatch: Any
) -> None:
    press(client)
    page("/")
    until = Alert.objects.get().until

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("down")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)
    assert WORDS in page("/wait/?w=2")
    monkeypatch.setattr("home.brand.timezone.now", lambda: until + timedelta(seconds=1))
    assert WORDS not in page("/wait/?w=2")
    freshness.forget()
    assert 'class="notice"' not in page("/wait/?w=2"), "none was known"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": ""}, "This field is required"),
        ({"words": "Ring 01709 000000 instead."}, "Numbers come from the directory"),
        ({"words": "x" * 201}, "at most 200"),
        ({"until": "never"}, "Select a valid choice"),
        ({"line": "nobody"}, "Select a valid choice"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(
    client: Client, publisher: Any, fields: dict[str, str], said: str
) -> None:
    text = press(client, **fields).content.decode()
    assert said in text and not Alert.objects.exists()
    assert (fields.get("words") or "Number to show") in text


def test_short_numbers_and_hours_may_stand_in_the_words(client: Client, publisher: Any) -> None:
    press(client, words="Ring 999 in danger, 18000 by text. We are back at 14:30 on 23 November 2026.")
    assert Alert.objects.exists()


@pytest.mark.parametrize(
    ("code", "number"),
    [("", ""), ("own", "01709 000000"), ("national", "0808 2000 247"), ("men", "0808 801 0327")],
)
def test_its_number_is_the_directorys(code: str, number: str) -> None:
    site = SiteSettings.load()
    site.phone = "01709 000000"
    site.save()
    now = timezone.now()
    alerts.show(words=WORDS, line=code, until=now + timedelta(hours=1), user=None, by="E", now=now)
    line = brand.current().alert.line  # type: ignore[union-attr]
    assert (line.display if line else "") == number


@pytest.mark.parametrize("code", alert_editing.UNTIL)
def test_every_end_lies_ahead_also_when_the_clocks_change(code: str) -> None:
    for now in (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2027, 3, 27, 23, 30, tzinfo=UTC)):
        until = alert_editing.UNTIL[code][1](now)
        assert now < until <= now + timedelta(days=7)


def test_only_who_may_can_see_and_press(client: Client) -> None:
    client.force_login(staff("change_service", name="dana"))
    press(client)
    assert not Alert.objects.exists() and client.get("/cms/alert/").status_code == 302
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    assert client.get("/cms/alert/").status_code == 200
