"""Alarms: told in time, told again, told to more people, over when it is over; and never a word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from selfreferral import alarms, clocks, events, reconciliation, turns
from selfreferral.alarms import COME, KINDS, SUBJECT, TOLD
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Alarm, Comparison, Heartbeat, Queue, Referral
from services_directory.opening import LONDON
from tests.selfreferral import alarming
from tests.selfreferral.alarming import (
    AGAIN,
    DESK,
    OPERATOR,
    SECOND,
    SOON,
    TEAM,
    go,
    only,
    received,
    told,
    what_happened,
)
from tests.selfreferral.somebody import ANSWERS, NOW, send

pytestmark = pytest.mark.django_db
mail, team, web = alarming.mail, alarming.team, alarming.web
Make = Callable[[], Referral]


def quarantined() -> Referral:
    letter = send()
    Referral.objects.update(state="quarantined")
    return letter


def without_keys() -> Referral:
    letter = received("routine")
    Queue.objects.filter(slug="children").update(recipients=[])
    return letter


def noted(what: str) -> Make:
    def note() -> Referral:
        Comparison.objects.create(day=NOW.date(), what=what, number=1)
        return received("routine")

    return note


def mend_keys() -> None:
    whole = Queue.objects.get(slug="provider").recipients
    Queue.objects.filter(slug="children").update(recipients=whole)


def open_all() -> None:
    Referral.objects.update(state="opened")


def compare_well() -> None:
    day = NOW.date() + timedelta(days=1)
    Comparison.objects.create(day=day, what=reconciliation.MISSING, number=0)


# How each is brought about, how long after NOW it has to be told, and what ends it.
STORIES: dict[str, tuple[Make, timedelta, Callable[[], object]]] = {
    "urgent": (received, timedelta(0), open_all),
    "unopened": (lambda: received("soon"), timedelta(hours=4), open_all),
    "urgent-unopened": (received, timedelta(hours=2), open_all),
    "not-received": (send, timedelta(minutes=5), drain),
    "quarantined": (quarantined, timedelta(0), open_all),
    "keys": (without_keys, timedelta(0), mend_keys),
    "difference": (noted(reconciliation.MISSING), timedelta(0), compare_well),
    "record": (noted(reconciliation.RECORD), timedelta(0), compare_well),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_alarm_is_told_in_time_repeated_escalated_and_over(kind, team, mail, monkeypatch) -> None:
    make, after, mend = STORIES[kind.name]
    only(monkeypatch, kind.name)
    go(after)
    assert told(mail) == [] and not Alarm.objects.exists()
    make()
    if after:
        go(after - timedelta(seconds=1))
        assert told(mail) == []
    first = [TEAM] if kind.to == alarms.QUEUE else [OPERATOR]
    again = [TEAM, SECOND] if kind.to == alarms.QUEUE else [OPERATOR]
    go(after)
    assert told(mail) == first
    go(after + SOON)
    assert told(mail) == []
    go(after + AGAIN)
    assert told(mail) == again
    go(after + 2 * AGAIN)
    assert told(mail) == again
    assert (Alarm.objects.get().times, Alarm.objects.get().since) == (3, NOW + after)
    mend()
    go(after + 3 * AGAIN)
    assert told(mail) == [] and not Alarm.objects.exists()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_alarm_says_more_than_its_fixed_words(kind, team, mail, web, monkeypatch) -> None:
    make, after, _mend = STORIES[kind.name]
    only(monkeypatch, kind.name)
    letter = make()
    go(after)
    go(after + AGAIN)
    to_queue = kind.to == alarms.QUEUE
    words = f"{COME}\n{DESK}" if to_queue else kind.words.format(number=1)
    assert kind.words == COME or "{number}" in kind.words
    for _recipient, message in mail.taken:
        head, _blank, body = message.replace("\r\n", "\n").partition("\n\n")
        assert body.strip() == words
        assert f"Subject: {COME if to_queue else SUBJECT}" in head.splitlines()
    assert mail.taken and set(web.taken) == {words}
    queue, fixed = letter.queue, b"" if to_queue else words.encode().lower()
    secret = [letter.reference, queue.slug, queue.name, queue.hours, queue.reply_words, letter.age_band]
    secret += [str(letter.journey), letter.digest, "Marigold", ANSWERS["contact"]["phone_number"]]
    for heard in (mail.heard.lower(), web.heard.lower()):
        assert b"@example.org" in heard or b"hook" in heard  # it was really listening
        for word in (word.lower().encode() for word in [*secret, "routine", "soon", "urgent"]):
            assert word not in heard or word in fixed


def test_what_waits_is_told_once_the_mail_server_is_back(team, mail, web, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    mail.down()
    web.down()
    letter = received()
    go()
    alarm = Alarm.objects.get()
    assert (alarm.since, alarm.told_at, alarm.times) == (NOW, None, 0)
    assert TOLD not in what_happened(letter)
    mail.up()
    go(SOON)
    assert told(mail) == [TEAM]
    alarm.refresh_from_db()
    assert (alarm.since, alarm.told_at, alarm.times) == (NOW, NOW + SOON, 1)
    assert what_happened(letter) == ["accepted", "received", TOLD]


def test_every_new_urgent_one_is_told_at_once_and_the_next_time_stays(team, mail, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    received()
    go()
    received()
    go(SOON)
    go(2 * SOON)
    assert told(mail) == [TEAM, TEAM]
    go(AGAIN)
    assert told(mail) == [TEAM, SECOND]


def test_what_was_sent_again_is_new_again(team, mail, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    letter = received()
    go()
    events.append(letter.reference, "received", by="x", now=NOW)
    go(SOON)
    assert told(mail) == [TEAM, TEAM]


def test_teams_are_told_apart(team, mail) -> None:
    received("urgent")
    Queue.objects.filter(slug="high-risk").update(alarm_email="other@example.org")
    received("urgent", queue=Queue.objects.get(slug="high-risk"))
    go()
    assert sorted(told(mail)) == ["other@example.org", TEAM]
    Referral.objects.filter(queue__slug="high-risk").update(state="opened")
    go(SOON)
    assert list(Alarm.objects.values_list("kind", "queue")) == [("urgent", "provider")]


def test_one_alarm_that_cannot_be_looked_for_keeps_no_other_back(team, mail, monkeypatch) -> None:
    def fail(now: object) -> None:
        raise ZeroDivisionError

    broken = alarms.Kind("urgent-unopened", alarms.OPERATOR, "{number}", fail)  # type: ignore[arg-type]
    Alarm.objects.create(kind="urgent-unopened", since=NOW)
    monkeypatch.setattr(alarms, "KINDS", (broken, alarms.BY_NAME["urgent"]))
    received()
    go()
    assert told(mail) == [TEAM]
    assert Alarm.objects.filter(kind="urgent-unopened").exists()  # not over: nobody knows


def test_a_clock_that_was_put_back_silences_nothing(team, mail, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    received()
    go(timedelta(days=2))
    go(SOON)
    assert told(mail)[:2] == [TEAM, TEAM]


def test_ten_workers_tell_it_once(team, mail) -> None:
    received()
    for _ in range(10):
        alarms.ring(now=NOW)
    assert told(mail) == [TEAM]


def test_a_turn_is_one_workers_until_it_has_passed() -> None:
    assert turns.mine("x", every=SOON) and not turns.mine("x", every=SOON)
    Heartbeat.objects.filter(worker="x").update(at=timezone.now() - 2 * SOON)
    assert turns.mine("x", every=SOON)
    Heartbeat.objects.filter(worker="x").update(at=timezone.now() + timedelta(days=400))
    assert turns.mine("x", every=SOON)  # the clock was wrong, and is right again


def test_a_daily_round_that_failed_comes_again_in_an_hour() -> None:
    done: list[int] = []

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.daily("x", fail)
    assert not turns.daily("x", lambda: done.append(1))
    Heartbeat.objects.filter(worker="x, begun").update(at=timezone.now() - timedelta(hours=1, minutes=1))
    assert turns.daily("x", lambda: done.append(1))
    Heartbeat.objects.filter(worker="x, begun").update(at=timezone.now() - timedelta(hours=2))
    assert not turns.daily("x", lambda: done.append(1)) and done == [1]


def test_a_team_is_not_told_in_its_closed_hours_that_something_is_late(team, mail, monkeypatch) -> None:
    """Sent on a day on which it is closed: its time begins when it opens."""
    open_day = f"{NOW.astimezone(LONDON):%a}".lower()
    hours = {day: ["00:00", "24:00"] for day in clocks.DAYS if day != open_day}
    Queue.objects.update(open_hours=hours)  # closed on the day of NOW
    received("soon")
    midnight = (NOW.astimezone(LONDON) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    only(monkeypatch, "unopened")
    alarms.go_round(now=midnight + timedelta(hours=4, seconds=-1))
    assert told(mail) == []
    alarms.go_round(now=midnight + timedelta(hours=4))
    assert told(mail) == [TEAM]
