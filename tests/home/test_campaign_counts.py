"""Campaigns are counted without following anyone: three numbers a day, shown in fives."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from home.campaigns import counting
from home.campaigns.models import CampaignPage, Count
from tests.home.test_campaigns import campaign, index  # noqa: F401 (a fixture)
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(index) -> CampaignPage:  # noqa: F811
    return campaign(index)


def numbers() -> dict[str, int]:
    return dict(Count.objects.values_list("what", "number"))


def test_opening_counts_and_leaves_no_cookie(page, client: Client) -> None:
    for _ in range(2):
        assert not client.get("/go/purple").cookies
    assert numbers() == {"opened": 2}


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_what_nobody_opened_is_not_counted(page, client: Client, headers: dict[str, str]) -> None:
    client.get("/go/purple", headers=headers)
    client.head("/go/purple")
    assert numbers() == {}


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "１２", "9" * 40, "1.5"])
def test_a_made_up_number_counts_nothing(page, number: str) -> None:
    counting.came(number, "started", now=timezone.now())
    assert numbers() == {}


def test_one_that_is_not_on_the_site_counts_nothing(page) -> None:
    CampaignPage.objects.update(live=False)
    counting.came(str(page.pk), "started", now=timezone.now())
    assert numbers() == {}


def test_the_day_is_londons(page) -> None:
    CampaignPage.objects.update(expire_at=None)
    counting.came(str(page.pk), "started", now=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert str(Count.objects.get().day) == "2026-07-02"


FEW = "fewer than 5"
NOW = datetime.now(UTC).replace(hour=12)
MONDAY = NOW - timedelta(days=NOW.weekday())


def said(page: CampaignPage, now: datetime) -> list[str]:
    """Of forms that were sent: one for each week that is shown, the latest first."""
    return [week.numbers[2] for week in counting.figures(page, now=now)]


def test_nobody_finds_a_small_number_out_by_adding_to_it(page) -> None:
    """Only a week that is over is shown, and never says anything else again."""
    page.starts_on, page.ends_on = MONDAY.date() - timedelta(days=7), MONDAY.date() + timedelta(days=20)
    for _ in range(3):
        counting.came(str(page.pk), "sent", now=MONDAY - timedelta(days=4))
    before = said(page, MONDAY)
    readings = []
    for _ in range(12):
        counting.came(str(page.pk), "sent", now=MONDAY)
        readings.append(said(page, MONDAY + timedelta(days=6)))
    assert readings == [before] * 12 == [[FEW]] * 12
    assert said(page, MONDAY + timedelta(days=7)) == ["10 or more", FEW]


def test_a_week_without_anybody_looks_like_one_with_four_and_is_listed(page) -> None:
    page.starts_on, page.ends_on = MONDAY.date() - timedelta(days=17), MONDAY.date() - timedelta(days=5)
    for _ in range(4):
        counting.came(str(page.pk), "sent", now=MONDAY - timedelta(days=12))
    assert said(page, MONDAY) == said(page, MONDAY + timedelta(days=70)) == [FEW] * 3
    page.starts_on = MONDAY.date()
    assert said(page, MONDAY + timedelta(days=6)) == []


def test_the_edit_page_says_when_the_first_figures_come(page, admin_client: Client) -> None:
    edit = f"/cms/pages/{page.pk}/edit/"
    assert "from the first Monday after it began" in admin_client.get(edit).content.decode()
    page.starts_on -= timedelta(days=14)
    page.save_revision()
    assert admin_client.get(edit).content.decode().count("<td>fewer than 5</td>") == 6


def test_the_button_carries_the_campaign_to_the_end_of_the_form(page) -> None:
    queues_with_keys()
    assert f'href="/ask/?w={page.pk}"' in Client().get(page.url).content.decode()
    visitor = Visitor(start=False)
    asked = visitor.client.get(f"/ask/?w={page.pk}").content.decode()
    assert f'name="w" value="{page.pk}"' in asked
    visitor.client.post("/ask/start/", {"w": page.pk})
    assert numbers() == {"started": 1}
    sent = visitor.go()
    assert sent is not None and sent.url == "/ask/sent/"
    assert numbers() == {"started": 1, "sent": 1}


@pytest.mark.parametrize("number", ["<b>", "", "0", "999999"])
def test_a_form_that_came_by_no_campaign_is_begun_and_sent_all_the_same(page, number: str) -> None:
    queues_with_keys()
    visitor = Visitor(start=False)
    assert ('name="w"' in visitor.client.get("/ask/", {"w": number}).content.decode()) is number.isdigit()
    assert visitor.client.post("/ask/start/", {"w": number}).status_code == 303
    visitor.go()
    assert numbers() == {}


def test_leaving_forgets_the_campaign_with_the_draft(page) -> None:
    queues_with_keys()
    visitor = Visitor(start=False)
    visitor.client.post("/ask/start/", {"w": page.pk})
    visitor.client.post("/leave/")
    visitor.client.post("/ask/start/")  # the cookie of a left form goes
    visitor.client.post("/ask/start/")
    visitor.go()
    assert numbers() == {"started": 1}


def test_a_count_that_fails_stops_nobody(page, monkeypatch) -> None:
    queues_with_keys()
    monkeypatch.setattr(counting, "CampaignPage", Broken)
    assert Client().post("/ask/start/", {"w": page.pk}).status_code == 303
    assert Client().get("/go/purple").status_code == 302


class Broken:
    class objects:
        @staticmethod
        def filter(pk: int) -> None:
            raise DatabaseError("away")
