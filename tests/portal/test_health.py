"""Both health addresses: what turns them red, and that the operator's page says the very same."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from selfreferral import alarms, operator_page, purging, reconciliation, turns, watching
from selfreferral.models import Alarm, Comparison, Heartbeat, Queue, Referral
from tests.selfreferral.somebody import queues_with_keys, send
from tests.services_directory.editors import staff


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
    for what in (reconciliation.WHAT, purging.WHAT, alarms.ENDED):
        beat(what)


def asked() -> dict[str, Any]:
    response = Client().get("/health/referrals/")
    body = response.json()
    assert response.status_code == (200 if body["status"] == "ok" else 503)
    return body


def waits(**changes: Any) -> None:
    send()
    Referral.objects.update(**{"created_at": timezone.now(), **changes})


def noted(what: str) -> None:
    Comparison.objects.create(day=timezone.now().date(), what=what, number=2)


# How each sign turns wrong, alone.
FAULTS: dict[str, Callable[[], Any]] = {
    "worker": lambda: beat("deliver_referrals", minutes=6),
    "late": lambda: waits(created_at=timezone.now() - timedelta(minutes=6)),
    "quarantined": lambda: waits(state="quarantined"),
    "keys": lambda: Queue.objects.filter(slug="children").update(recipients=[]),
    "untold": lambda: Alarm.objects.create(kind="urgent", since=timezone.now() - timedelta(minutes=6)),
    "no alarms": lambda: beat(alarms.ENDED, minutes=6),
    "difference": lambda: noted(reconciliation.MISSING),
    "record": lambda: noted(reconciliation.RECORD),
    "not compared": lambda: beat(reconciliation.WHAT, hours=49),
    "not purged": lambda: beat(purging.WHAT, hours=49),
    "disk": lambda: None,
}
SIGNS = pytest.mark.parametrize("sign", watching.SIGNS, ids=lambda sign: sign.name)


def test_health_of_referrals_is_well(well: None) -> None:
    assert asked() == {
        "status": "ok",
        "oldest_unreceived": None,
        "worker": 0,
        "alarm_round": 0,
        "quarantined": 0,
        "queues_unusable": 0,
        "alarms": 0,
        "untold": 0,
        "differences": 0,
        "broken_records": 0,
        "compared": 0,
        "purged": 0,
        "tried_to_compare": None,
        "tried_to_purge": None,
        "disk_free": None,
    }


@pytest.fixture
def operator(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who may see the page; from here on the clock stands, so that ages can be compared."""
    client.force_login(staff("view_queue"))
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return client


def test_where_all_is_well_the_page_says_so(well: None, operator: Client) -> None:
    page = operator.get("/cms/state/")
    assert asked()["status"] == "ok" and page.context["wrong"] == []
    assert "All is well" in page.content.decode()
    assert "Requests: look now" not in operator.get("/cms/").content.decode()


@pytest.mark.parametrize(
    ("what", "sign"), [(reconciliation.WHAT, "not compared"), (purging.WHAT, "not purged")]
)
def test_what_is_done_daily_and_never_ended_well_is_missed_after_two_days(well, what: str, sign: str) -> None:
    def fail() -> None:
        raise ValueError

    Heartbeat.objects.filter(worker=what).delete()
    with pytest.raises(ValueError):
        turns.daily(what, fail)
    now = timezone.now()
    assert watching.look(now=now + timedelta(hours=47)).wrong.count(sign) == 0
    Heartbeat.objects.filter(worker=f"{what}, begun").update(at=now - timedelta(hours=2))
    with pytest.raises(ValueError):
        turns.daily(what, fail)  # another try is no better
    assert sign in watching.look(now=now + timedelta(hours=49)).wrong


@SIGNS
def test_health_and_the_operators_page_say_the_same(
    well: None, operator: Client, monkeypatch: pytest.MonkeyPatch, sign: watching.Sign
) -> None:
    """Each state, brought about alone: the monitor's answer and the person's page never differ."""
    FAULTS[sign.name]()
    if sign.name == "disk":
        monkeypatch.setattr(watching, "disk_free", lambda: watching.DISK_LOW - 1)
    page, body = operator.get("/cms/state/"), asked()
    assert body.pop("status") == sign.name and page.context["wrong"] == [sign]
    assert page.context["look"].figures == body
    words = unescape(page.content.decode())
    assert sign.wrong in words and sign.well not in words and "All is well" not in words


def test_what_is_wrong_stands_on_the_first_page_of_the_admin(well: None, operator: Client) -> None:
    FAULTS["worker"]()
    first = operator.get("/cms/").content.decode()
    assert "Requests: look now" in first and f"<li>{watching.BY_NAME['worker'].label}</li>" in first


def test_each_sign_leads_to_a_part_of_the_runbook_that_is_there(db: None, client: Client) -> None:
    client.force_login(staff("view_queue"))
    page = client.get("/cms/runbook/").content.decode()
    for sign in watching.SIGNS:
        assert f'<h2 id="{operator_page.section_address(sign.section).partition("#")[2]}">' in page


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
