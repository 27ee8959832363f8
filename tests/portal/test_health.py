import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.health import WRONG
from selfreferral import alarms, reconciliation
from selfreferral.models import Alarm, DailyCount, Heartbeat, Queue, Referral
from tests.selfreferral.somebody import queues_with_keys, send


@pytest.mark.django_db
def test_health_says_ok_without_a_cookie() -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.json(), dict(response.cookies)) == (200, {"status": "ok"}, {})


def test_health_says_when_the_database_is_down(no_database: None) -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.json()) == (503, {"status": "database"})


def beat(worker: str, **ago: float) -> None:
    at = timezone.now() - timedelta(**ago)
    Heartbeat.objects.update_or_create(worker=worker, defaults={"at": at})


@pytest.fixture
def well(db: None) -> None:
    """A site on which everything is as it should be."""
    queues_with_keys()
    beat("deliver_referrals")
    beat(reconciliation.WHAT)


def asked() -> dict[str, Any]:
    response = Client().get("/health/referrals/")
    body = response.json()
    assert response.status_code == (200 if body["status"] == "ok" else 503)
    return body


FAULTS = {
    "late": lambda: beat("deliver_referrals", minutes=6),
    "quarantined": lambda: (send(), Referral.objects.update(state="quarantined", created_at=timezone.now())),
    "keys": lambda: Queue.objects.filter(slug="children").update(recipients=[]),
    "untold": lambda: Alarm.objects.create(kind="urgent", since=timezone.now() - timedelta(minutes=6)),
    "difference": lambda: DailyCount.objects.create(
        day=timezone.now().date(), what=reconciliation.WHAT, variant=reconciliation.MISSING, number=2
    ),
    "not compared": lambda: beat(reconciliation.WHAT, hours=49),
}


def test_health_of_referrals_is_well(well: None) -> None:
    assert asked() == {
        "status": "ok",
        "oldest_unreceived": None,
        "worker": 0,
        "quarantined": 0,
        "queues_unusable": 0,
        "alarms": 0,
        "untold": 0,
        "differences": 0,
        "compared": 0,
    }


@pytest.mark.parametrize("status", WRONG)
def test_health_of_referrals_names_what_is_wrong(well: None, status: str) -> None:
    FAULTS[status]()
    assert asked()["status"] == status


@pytest.mark.parametrize("kind", alarms.KINDS, ids=lambda kind: kind.name)
def test_health_counts_alarms_that_are_no_part_of_the_daily_work(well: None, kind: alarms.Kind) -> None:
    """Whoever watches the address must not learn that somebody has just asked for urgent help."""
    now = timezone.now()
    Alarm.objects.create(kind=kind.name, queue="provider", since=now, told_at=now)
    assert asked()["alarms"] == (0 if kind.name == "urgent" else 1)


def test_health_says_numbers_and_words_of_a_fixed_list_only(well: None) -> None:
    letter = send()
    Alarm.objects.create(kind="unopened", queue="provider", since=timezone.now())
    page = Client().get("/health/referrals/").content.decode()
    assert letter.reference not in page and "provider" not in page
    assert re.fullmatch(r'\{("[a-z_]+": ("[a-z ]+"|\d+|null)(, )?)+\}', page)
