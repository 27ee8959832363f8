"""The operator's page: what waits at each queue, since when, what stands still and who was told."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from home import roles
from selfreferral import alarms, delivery, events, operator_page, waiting
from selfreferral.models import Alarm, Endpoint, Event, Queue, Referral
from tests.selfreferral.somebody import ANSWERS, send
from tests.services_directory.editors import in_role, staff

pytestmark = pytest.mark.django_db
PAGE, RUNBOOK = "/cms/state/", "/cms/runbook/"


@pytest.fixture
def operator(client: Client, keys) -> Any:
    user = in_role(roles.OPERATORS)
    client.force_login(user)
    return user


@pytest.fixture
def manager(client: Client, keys) -> Any:
    user = in_role(roles.MANAGERS)
    client.force_login(user)
    return user


def text(client: Client, address: str = PAGE) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", unescape(client.get(address).content.decode())))


def at(queue: str = "provider", *, ago: timedelta, **changes: Any) -> Referral:
    letter = send()
    given = {"queue": Queue.objects.get(slug=queue), "created_at": timezone.now() - ago, **changes}
    Referral.objects.filter(pk=letter.pk).update(**given)
    letter.refresh_from_db()
    return letter


def line(slug: str) -> waiting.Waiting:
    return next(one for one in waiting.by_queue(now=timezone.now()) if one.queue.slug == slug)


def test_it_counts_what_waits_at_each_queue_by_urgency_and_since_when(client, operator) -> None:
    at(ago=timedelta(minutes=3), urgency="soon")
    at(ago=timedelta(minutes=2), urgency="soon", state="leased", attempts=2)
    at(ago=timedelta(hours=5, minutes=1), urgency="urgent", state="received")
    at("children", ago=timedelta(days=3), urgency="routine", state="closed")
    found = line("provider")
    assert (found.unreceived, found.unopened, found.tried_again, found.late) == (2, 1, 1, 1)
    assert found.urgencies == {"Urgent": 1, "Soon": 2} and list(found.urgencies) == ["Urgent", "Soon"]
    assert (line("children").unreceived, line("children").unopened, line("children").urgencies) == (0, 0, {})
    words = text(client)
    for part in (
        "2, the oldest for 3 minutes",
        "1, the oldest for 5 hours 1 minute. Past the agreed time: 1",
        "Urgent: 1, Soon: 2",
    ):
        assert part in words


def test_colleagues_do_not_see_that_somebody_has_just_asked_outside_the_council(client, operator) -> None:
    outside = Queue.objects.get(own_escrow=True).slug
    nobody = text(client)
    letter = at(outside, ago=timedelta(seconds=90), urgency="urgent", state="received")
    assert text(client).count("none") == nobody.count("none") and "Urgent" not in text(client)
    Referral.objects.filter(pk=letter.pk).update(created_at=timezone.now() - timedelta(hours=9))
    assert "Past the agreed time: 1" in text(client)


@pytest.mark.parametrize(("code", "means"), waiting.WHY.items())
def test_what_stands_still_is_named_with_its_reason_in_words(client, operator, code, means) -> None:
    letter = at(ago=timedelta(minutes=9), state="quarantined")
    events.append(letter.reference, f"{waiting.QUARANTINED}{code}", by="x", now=timezone.now())
    assert f"{letter.reference}, for 9 minutes: {means}" in text(client)


def test_every_reason_that_the_worker_writes_has_words() -> None:
    written = set()
    for module in ("selfreferral/delivery.py",):
        source = (operator_page.Path(__file__).parents[2] / module).read_text()
        written |= set(re.findall(r'quarantine\([^"]*"([^"]+)"', source))
    assert written == set(waiting.WHY)


def test_a_press_tries_what_waits_now_and_a_second_press_doubles_nothing(client, manager, box) -> None:
    later = timezone.now() + timedelta(minutes=4)
    letter = at(ago=timedelta(minutes=9), attempts=3, next_attempt_at=later)
    far = at("children", ago=timedelta(minutes=9), attempts=3, next_attempt_at=later)
    assert delivery.lease(now=timezone.now()) is None, "nothing is due yet"
    for said in ("Tried again now: 1.", "Nothing waits for a later try there."):
        assert said in client.post(PAGE, {"queue": "provider"}, follow=True).content.decode()
    held = delivery.lease(now=timezone.now())
    assert held and held.referral.pk == letter.pk
    client.post(PAGE, {"queue": "provider"})
    assert delivery.lease(now=timezone.now()) is None, "who has the lease keeps it, and nobody has it twice"
    assert delivery.deliver(held, now=timezone.now())
    client.post(PAGE, {"queue": "provider"})
    client.post(PAGE, {"letter": letter.reference})
    assert delivery.lease(now=timezone.now()) is None
    letter.refresh_from_db()
    assert list(box) == [letter.reference] and letter.attempts == 4, "handed over once"
    far.refresh_from_db()
    assert far.next_attempt_at == later, "another queue waits on"


def test_a_letter_that_stands_still_is_tried_again_by_somebody_with_a_name(client, manager) -> None:
    letter = at(ago=timedelta(minutes=9), state="quarantined", next_attempt_at=None)
    button = f'value="{letter.reference}"'
    assert button in client.get(PAGE).content.decode()
    client.post(PAGE, {"queue": "provider"})
    assert delivery.lease(now=timezone.now()) is None, "not with the others: somebody must look at it"
    for said in ("is tried again now", "is on its way already"):
        assert said in client.post(PAGE, {"letter": letter.reference}, follow=True).content.decode()
    lines = list(Event.objects.filter(reference=letter.reference, what="released"))
    assert [one.by for one in lines] == [manager.get_username()]
    assert button not in client.get(PAGE).content.decode()


def test_who_changes_nothing_has_nothing_tried_again(client, operator) -> None:
    letter = at(ago=timedelta(minutes=9), state="quarantined", next_attempt_at=None)
    words = client.get(PAGE).content.decode()
    assert f'value="{letter.reference}"' not in words and "A manager can have it tried again." in words
    assert not re.search(
        r'<form method="post"[^>]*>(?:(?!</form>).)*name="(?:letter|queue)"', words, re.DOTALL
    )
    for sent in ({"letter": letter.reference}, {"queue": "provider"}):
        client.post(PAGE, sent)
    letter.refresh_from_db()
    assert letter.state == "quarantined" and not Event.objects.filter(what="released").exists()


@pytest.mark.parametrize(
    "sent", [{}, {"queue": "x\x00"}, {"letter": "\x00'"}, {"letter": "A" * 500, "queue": "é"}]
)
def test_whatever_else_is_pressed_changes_nothing(client, manager, sent) -> None:
    assert client.post(PAGE, sent, follow=True).status_code == 200
    client.logout()
    assert "sign-in" in client.post(PAGE, {"queue": "provider"})["Location"]


def test_a_team_that_was_handed_a_letter_has_its_whole_time(client, operator) -> None:
    """As at the desk: its clock starts where it was handed on, for the alarms and for this page."""
    hour = timedelta(hours=1)
    at(ago=6 * hour, urgency="urgent", state="received", handed_on_at=timezone.now() - hour)
    assert line("provider").late == 0 and "1, the oldest for 1 hour. " not in text(client)
    assert alarms.BY_NAME["urgent-unopened"].find(timezone.now()) == {}
    Referral.objects.update(handed_on_at=timezone.now() - 3 * hour)
    assert line("provider").late == 1
    assert alarms.BY_NAME["urgent-unopened"].find(timezone.now()) == {"": 1}


def test_it_says_where_letters_go_and_whom_alarms_reached(client, operator, settings) -> None:
    settings.OPERATOR_EMAIL = "ops@example.org"
    queue = Queue.objects.get(slug="provider")
    Endpoint.objects.create(queue=queue, url="https://case.example.org/in", public_key="x", secret="x")
    Queue.objects.filter(pk=queue.pk).update(
        transport="webhook", alarm_email="team@example.org", second_email="lead@example.org"
    )
    now = timezone.now()
    hour = {"since": now - timedelta(hours=1), "told_at": now - timedelta(minutes=2)}
    Alarm.objects.create(kind="unopened", queue="provider", times=4, told_to="team second", **hour)
    Alarm.objects.create(kind="not-received", queue="", since=now)
    words = text(client)
    for part in (
        "https://case.example.org/in (webhook)",
        "team@example.org, then lead@example.org",
        "the team and the second address, 2 minutes ago",
        "nobody yet",
        "ops@example.org",
    ):
        assert part in words


def test_nothing_of_a_request_stands_there(client, operator) -> None:
    letter = at(ago=timedelta(minutes=9), state="quarantined")
    words = client.get(PAGE).content.decode()
    told = [letter.digest, str(letter.journey), "Marigold", ANSWERS["contact"]["phone_number"], "25-39"]
    assert letter.reference in words and not [one for one in told if one in words]


def test_what_was_never_done_is_not_said_to_be_well(client, operator) -> None:
    states = {one["sign"].shows: one["state"] for one in client.get(PAGE).context["signs"]}
    assert {states[name] for name in operator_page.ROUNDS} == {"Not yet"} and states["quarantined"] == "Well"


@pytest.mark.parametrize("address", [PAGE, RUNBOOK])
def test_only_those_who_may_see_it_see_it(client, keys, address) -> None:
    client.force_login(staff("change_routing", name="mo"))
    assert client.get(address).status_code == 302 and PAGE not in client.get("/cms/").content.decode()
    assert "look now" not in client.get("/cms/").content.decode()
    client.force_login(staff("view_queue", name="otto"))
    answer = client.get(address)
    assert answer.status_code == 200 and PAGE in client.get("/cms/").content.decode()


def test_it_is_never_an_old_page_and_comes_anew_only_when_asked(client, operator) -> None:
    answer = client.get(PAGE)
    assert answer["Cache-Control"] == "no-store" and "Refresh" not in answer
    assert client.get(f"{PAGE}?live=1")["Refresh"] == "60"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (61, "1 minute"),
        (7500, "2 hours 5 minutes"),
        (2 * 86400 + 61, "2 days 1 minute"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: int, words: str) -> None:
    assert operator_page.lasting(seconds) == words
