"""Alarms with several real workers beside each other, and with one that dies in the middle."""

import os
import signal
from datetime import timedelta

from django.utils import timezone

from selfreferral import alarms
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Alarm, Event, Heartbeat, Queue, Referral
from tests.faults.world import World
from tests.selfreferral.somebody import queues_with_keys, send
from tests.sinks import Mail


def one_waits():
    """An urgent referral is received, and nobody has been told."""
    queues_with_keys()
    Queue.objects.update(transport="inbox", alarm_email="team@example.org")
    send()
    drain()
    Referral.objects.update(urgency="urgent", created_at=timezone.now())
    yield Referral.objects.get().state


def rounds():
    """What a worker does now and then; how often it was told by then."""
    for _ in range(3):
        alarms.ring(now=timezone.now())
    yield list(Alarm.objects.values_list("times", flat=True))


def later():
    """As if the turn of a worker that is no more had passed."""
    Heartbeat.objects.filter(worker="alarms").update(at=timezone.now() - timedelta(minutes=1))
    yield from rounds()
    yield list(Event.objects.order_by("number").values_list("what", flat=True))


def dies(self: object, address: str, **message: str) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return True


def test_six_workers_tell_it_once(world: World, mail: Mail) -> None:
    assert world.do(one_waits) == ["received"]
    for worker in [world.start(rounds) for _ in range(6)]:
        worker.said()
    assert [who for who, _message in mail.taken] == ["team@example.org"]


def test_an_alarm_outlives_the_worker_that_was_telling_it(world: World, mail: Mail) -> None:
    world.do(one_waits)
    dying = world.start(rounds, patches={"selfreferral.channels.Channels.mail": dies})
    assert dying.said() == [] and dying.killed and not mail.taken
    assert world.do(rounds) == [[0]]  # it is not its turn yet
    assert world.do(later) == [[1], ["accepted", "received", "queue told"]]
    assert len(mail.taken) == 1
