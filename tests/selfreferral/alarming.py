"""Who is told of what waits, and what they were told, for tests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from selfreferral import alarms, events
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Event, Queue, Referral
from tests.selfreferral.somebody import NOW, send
from tests.sinks import Mail, Web

TEAM, SECOND, OPERATOR = "team@example.org", "second@example.org", "ops@example.org"
DESK = "https://desk.example.org/desk/"
SOON, AGAIN = timedelta(minutes=1), timedelta(minutes=15)


@pytest.fixture
def mail(mail: Mail, settings) -> Mail:
    settings.DEFAULT_FROM_EMAIL, settings.OPERATOR_EMAIL = "door@example.org", OPERATOR
    return mail


@pytest.fixture
def web(settings) -> Iterator[Web]:
    sink = Web()
    sink.up()
    settings.PORTAL_DEMO = True  # it speaks http
    yield sink
    sink.down()


@pytest.fixture
def team(keys, box, settings, web: Web) -> None:
    """Every queue is told by mail and by webhook, and always open; so is the operator."""
    settings.DESK_ADDRESS, settings.OPERATOR_WEBHOOK = DESK, web.url
    Queue.objects.update(alarm_email=TEAM, second_email=SECOND, alarm_webhook=web.url, open_hours={})


def received(urgency: str = "urgent", **changes: object) -> Referral:
    """A referral that the receiver has signed for, sent at NOW."""
    letter = send()
    drain()
    Referral.objects.filter(pk=letter.pk).update(urgency=urgency, **changes)
    letter.refresh_from_db()
    assert letter.state == "received"
    return letter


def only(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The others are quiet, so that what goes out is this one's."""
    monkeypatch.setattr(alarms, "KINDS", (alarms.BY_NAME[name],))


def go(after: timedelta = timedelta(0)) -> None:
    alarms.go_round(now=NOW + after)


def told(mail: Mail) -> list[str]:
    """Who was told since the last look."""
    who = [recipient for recipient, _message in mail.taken]
    mail.taken.clear()
    return who


def what_happened(letter: Referral) -> list[str]:
    assert events.first_broken(letter.reference) is None
    lines = Event.objects.filter(reference=letter.reference).order_by("number")
    return list(lines.values_list("what", flat=True))
