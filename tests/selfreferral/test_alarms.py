"""Alarms: told in time, told again, told to more people, over when it is over; and never a word."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from selfreferral import alarms, channels, clocks, delivery, events, reconciliation, turns
from selfreferral.alarms import COME, KINDS, NOBODY_TOLD, SUBJECT, TOLD
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Alarm, Comparison, Event, Heartbeat, Queue, Referral
from services_directory.opening import LONDON
from tests.selfreferral.somebody import ANSWERS, NOW, send
from tests.sinks import Mail, Web

pytestmark = pytest.mark.django_db
TEAM, SECOND, OPERATOR = "team@example.org", "second@example.org", "ops@example.org"
DESK = "https://desk.example.org/desk/"
SOON, AGAIN = timedelta(minutes=1), timedelta(minutes=15)
Make = Callable[[], Referral]


@pytest.fixture
def mail(settings) -> Iterator[Mail]:
    sink = Mail()
    sink.up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.DEFAULT_FROM_EMAIL, settings.OPERATOR_EMAIL = "door@example.org", OPERATOR
    yield sink
    sink.down()


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


def what_happened(letter: Referral) -> list[str]:
    assert events.first_broken(letter.reference) is None
    lines = Event.objects.filter(reference=letter.reference).order_by("number")
    return list(lines.values_list("what", flat=True))


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


def test_a_team_that_refuses_its_mail_is_told_by_its_second_address(team, mail, web, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    Queue.objects.update(alarm_webhook="")
    mail.refuses = TEAM
    received()
    go()
    assert told(mail) == [SECOND] and Alarm.objects.get().times == 1


@pytest.mark.parametrize("how", ["chokes_on", "dawdles_over"])
def test_a_team_whose_mail_fails_otherwise_is_told_by_its_second_address(
    team, mail, monkeypatch, how: str
) -> None:
    """A full mailbox, or one that keeps us waiting: nothing that would stop the next mail."""
    only(monkeypatch, "urgent")
    monkeypatch.setattr(channels, "AT_MOST", 0.3)
    Queue.objects.update(alarm_webhook="")
    setattr(mail, how, TEAM)
    letter = received()
    go()
    assert told(mail) == [SECOND] and what_happened(letter)[-1] == TOLD
    Queue.objects.update(second_email="")
    received()
    go(SOON)
    assert told(mail) == [OPERATOR]


@pytest.mark.parametrize("second", ["", TEAM], ids=["no address at all", "none that takes it"])
def test_when_a_team_cannot_be_told_the_operator_is(team, mail, second, settings, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    Queue.objects.update(alarm_webhook="", alarm_email=second, second_email=second)
    mail.refuses = TEAM
    settings.PORTAL_DEMO = False
    letter = received()
    go()
    assert [(who, NOBODY_TOLD in text) for who, text in mail.taken] == [(OPERATOR, True)]
    assert Alarm.objects.get().times == 1
    assert what_happened(letter)[-1] == alarms.NOT_TOLD, "nobody of its queue was"
    go(SOON)
    assert len(mail.taken) == 1, "once is enough before the next time"


@pytest.mark.parametrize("answer", [301, 307, 400, 404, 500])
def test_a_webhook_that_does_not_say_yes_has_not_been_told(team, mail, web, answer, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    mail.down()
    web.refuses = answer
    received()
    go()
    assert web.heard.count(b"POST /hook HTTP") == 2 and b"elsewhere" not in web.heard
    assert Alarm.objects.get().told_at is None


def test_a_webhook_without_tls_is_for_the_demonstration_only(team, mail, web, settings, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    settings.PORTAL_DEMO = False
    received()
    go()
    assert told(mail) == [TEAM] and web.heard == b""


@pytest.mark.parametrize("silent", ["mail", "web"])
def test_one_that_never_answers_takes_its_few_seconds_only(team, mail, web, silent, monkeypatch) -> None:
    only(monkeypatch, "urgent")
    monkeypatch.setattr(channels, "AT_MOST", 0.3)
    sink = {"mail": mail, "web": web}[silent]
    sink.silent = True
    received()
    before = timezone.now()
    go()
    assert timezone.now() - before < timedelta(seconds=3)
    assert Alarm.objects.get().times == 1  # by the other way


def test_a_mail_server_that_does_not_answer_is_left_alone_for_the_round(team, mail, settings) -> None:
    Queue.objects.update(alarm_webhook="")
    settings.OPERATOR_WEBHOOK = ""
    mail.down()
    ways = channels.Channels()
    assert not ways.mail(TEAM, subject=COME, words=COME) and ways.no_mail
    mail.up()
    assert not ways.mail(TEAM, subject=COME, words=COME) and mail.heard == b""
    assert channels.Channels().mail(TEAM, subject=COME, words=COME)


def test_what_there_was_no_time_for_comes_at_the_next_round(team, mail, monkeypatch) -> None:
    received()
    with monkeypatch.context() as hurried:
        hurried.setattr(channels, "ROUND", 0.0)
        go()
    assert told(mail) == [] and Alarm.objects.get().told_at is None
    go(SOON)
    assert told(mail) == [TEAM]


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


def test_the_demonstration_says_it_in_its_log(keys, box, settings, caplog) -> None:
    settings.PORTAL_DEMO = True
    letter = received()
    with caplog.at_level(logging.WARNING, logger="selfreferral.alarms"):
        go()
        go(SOON)
    assert [record.getMessage() for record in caplog.records] == [f"Alarm: {COME}"]
    assert letter.reference not in caplog.text


def test_without_any_address_in_production_nobody_has_been_told(keys, box, settings) -> None:
    settings.PORTAL_DEMO = False
    received()
    go()
    assert Alarm.objects.get().told_at is None
    delivery.beat()
    Alarm.objects.update(since=timezone.now() - timedelta(minutes=4))
    assert health()["status"] == "ok"
    Alarm.objects.update(since=timezone.now() - timedelta(minutes=6))
    assert (health()["status"], health()["untold"]) == ("untold", 1)


def health() -> dict:
    return Client().get("/health/referrals/").json()


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("alarms", *arguments, stdout=out)
    return out.getvalue()


def test_an_operator_says_whom_a_team_is_told_by_and_tries_it(keys, mail, web) -> None:
    assert "provider: nobody; the operator is\n" in command("list")
    set_now = command("tell", "provider", "--email", TEAM, "--second", SECOND, "--webhook", web.url)
    assert f"provider: {TEAM}, {SECOND}, {web.url}\n" in set_now
    assert f"provider: {TEAM}, {web.url}\n" in command("tell", "provider", "--second", "")
    assert command("test") == f"{OPERATOR}: taken\n{TEAM}: taken\n{web.url}: taken\n"
    assert sorted(told(mail)) == [OPERATOR, TEAM] and len(web.taken) == 1
    mail.down()
    with pytest.raises(CommandError, match="Not everybody"):
        command("test")


@pytest.mark.parametrize(
    "wrong", [("attic", "--email", TEAM), ("provider", "--email", "team"), ("provider", "--webhook", "x")]
)
def test_an_address_that_cannot_be_one_is_refused(keys, wrong) -> None:
    with pytest.raises(CommandError):
        command("tell", *wrong)
    assert not Queue.objects.exclude(alarm_email="", alarm_webhook="").exists()


def test_without_any_address_the_test_fails(keys, settings) -> None:
    settings.OPERATOR_EMAIL = settings.OPERATOR_WEBHOOK = ""
    with pytest.raises(CommandError, match="Nobody"):
        command("test")


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
