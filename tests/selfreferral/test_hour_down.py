"""The receiver is down for an hour and comes back: everything arrives once, people are told at the right
ages, and the operator's page and the monitor's answer tell the truth at every step.

The clock is moved by moving everything that is stored back: the database's own clock counts, too.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from selfreferral import delivery, events
from selfreferral.management.commands.deliver_referrals import ask_receivers, drain
from selfreferral.models import Alarm, Heartbeat, Queue, Referral
from selfreferral.transports.base import Unreachable
from selfreferral.transports.memory import Memory
from tests.selfreferral import alarming
from tests.selfreferral.alarming import OPERATOR, SECOND, TEAM
from tests.selfreferral.somebody import answers, send
from tests.services_directory.editors import staff
from tests.sinks import Mail

pytestmark = pytest.mark.django_db
mail = alarming.mail
MOMENTS: dict[Any, tuple[str, ...]] = {
    Referral: ("created_at", "received_at", "leased_until", "next_attempt_at"),
    Heartbeat: ("at",),
    Alarm: ("since", "told_at"),
}


class Down:
    """The receiver, when it is down, and how often it took each letter."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_down, self.took, real = True, Counter[str](), Memory.deliver

        def deliver(transport: Memory, **letter: Any) -> Any:
            if self.is_down:
                raise Unreachable("down")
            self.took[letter["reference"]] += 1
            return real(transport, **letter)

        monkeypatch.setattr(Memory, "deliver", deliver)


@pytest.fixture
def receiver(keys, box, settings, monkeypatch) -> Down:
    settings.DESK_ADDRESS = "https://desk.example.org/desk/"
    Queue.objects.update(alarm_email=TEAM, second_email=SECOND, open_hours={})
    return Down(monkeypatch)


def pass_time(minutes: float) -> None:
    for model, fields in MOMENTS.items():
        model.objects.update(**{name: F(name) - timedelta(minutes=minutes) for name in fields})


def worker_goes_round() -> None:
    delivery.beat()
    delivery.sweep()
    drain()
    ask_receivers()


def send_three() -> list[Referral]:
    """An urgent one for one team, two others for another; sent now."""
    letters = [send(answers(safe={"now": "no"})), send(), send()]
    Referral.objects.update(created_at=Heartbeat.objects.get(worker=delivery.WORKER).at)
    Referral.objects.exclude(pk=letters[0].pk).update(urgency="routine")
    return letters


def open_all(**which: str) -> None:
    Referral.objects.filter(**which).update(state="opened")


# minute, what happens first, who is told in that round, what is wrong after it, not received, not opened
STEPS: list[tuple[float, str, list[str], list[str], int, int]] = [
    (0, "", [], [], 3, 0),
    (4.8, "", [], [], 3, 0),
    (5.2, "", [OPERATOR], ["late"], 3, 0),
    (10, "", [], ["late"], 3, 0),
    (20.5, "", [OPERATOR], ["late"], 3, 0),
    (36, "", [OPERATOR], ["late"], 3, 0),
    (60, "the receiver is back", [TEAM], [], 0, 3),
    (61, "", [], [], 0, 3),
    (75.5, "", [SECOND, TEAM], [], 0, 3),
    (119, "", [SECOND, TEAM], [], 0, 3),
    (120.5, "", [OPERATOR], [], 0, 3),  # urgent, and nobody opened it for two hours
    (124, "the urgent one is opened", [], [], 0, 2),
    (479, "", [], [], 0, 2),
    (480.5, "", [TEAM], [], 0, 2),  # the others, in their team's own time
    (496, "", [SECOND, TEAM], [], 0, 2),
    (497, "all are opened", [], [], 0, 0),
    (503, "the worker is dead", [], ["worker", "no alarms"], 0, 0),
    (504, "", [], [], 0, 0),
]


def test_an_hour_without_the_receiver(receiver: Down, mail: Mail, client: Client) -> None:
    client.force_login(staff("view_queue"))
    delivery.beat()
    letters, before = send_three(), 0.0
    for minute, happens, told, wrong, unreceived, unopened in STEPS:
        pass_time(minute - before)
        before = minute
        if happens == "the receiver is back":
            receiver.is_down = False
        elif happens.endswith("opened"):
            open_all(**({"urgency": "urgent"} if "urgent" in happens else {}))
        if happens != "the worker is dead":
            worker_goes_round()
        where = (minute, happens)
        assert (where, sorted(alarming.told(mail))) == (where, told)
        page, answer = client.get("/cms/state/"), client.get("/health/referrals/")
        look = page.context["look"]
        assert (where, look.wrong, answer.json()["status"]) == (where, wrong, wrong[0] if wrong else "ok")
        assert answer.status_code == (503 if wrong else 200)
        lines = look.queues
        counted = (sum(line.unreceived for line in lines), sum(line.unopened for line in lines))
        assert (where, counted) == (where, (unreceived, unopened))
        if unreceived:
            assert abs(look.figures["oldest_unreceived"] - minute * 60) < 60
        open_now = {alarm.kind for alarm in look.alarms}
        assert (where, "not-received" in open_now) == (where, "late" in wrong)
        assert ("All is well" in page.content.decode()) == (not wrong)
    assert receiver.took == {letter.reference: 1 for letter in letters} == dict.fromkeys(Memory.box, 1)
    assert events.broken() == 0 and not Alarm.objects.exists()
