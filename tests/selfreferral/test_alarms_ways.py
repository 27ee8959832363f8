"""How alarms are told: by mail, by webhook, by the command; and what is done where one of these fails."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from selfreferral import alarms, channels, delivery
from selfreferral.alarms import COME, NOBODY_TOLD, TOLD
from selfreferral.models import Alarm, Queue
from tests.selfreferral import alarming
from tests.selfreferral.alarming import OPERATOR, SECOND, SOON, TEAM, go, only, received, told, what_happened

pytestmark = pytest.mark.django_db
mail, team, web = alarming.mail, alarming.team, alarming.web


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
