"""A broker, the worker beside it and the receiver behind it are killed: nothing lost, nothing twice."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from selfreferral import progress
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Event, Queue, Referral
from tests.faults import acts, amqp_acts, broker_side, webhook_acts
from tests.faults.broker_side import SHORT, open_alarms
from tests.faults.middleman import Middleman, storm
from tests.faults.proof import AT_ONCE, PEOPLE, ROUNDS, people, record
from tests.faults.world import BROKER_CUTS, World, wait_until
from tests.selfreferral.broker import Desk
from tests.selfreferral.somebody import send
from tests.throwaway import rabbitmq

brief, endpoint, transactional_keys = broker_side.brief, broker_side.endpoint, broker_side.transactional_keys
HOUR = timedelta(hours=1)
BRIEF = {"selfreferral.transports.amqp.PATIENCE": 0.1}
QUICK = {
    **BRIEF,
    "selfreferral.transports.amqp.AT_MOST": SHORT,
    "selfreferral.transports.handovers.FIRST_COPY": timedelta(seconds=0.1),
    "selfreferral.transports.handovers.LYING_THERE": timedelta(seconds=1),
}
State = Referral.State


def arrived_once(world: World, desk: Desk, told: list, *, fault: str, **figures: Any) -> None:
    (found,) = world.do(webhook_acts.outbox)
    sent = {reference: bytes.fromhex(sealed) for reference, sealed in found["sealed"].items()}
    stored = sum(words.endswith(" stored") for words in desk.said)
    twice = stored - len(desk.letters()) + len(found["received"]) - len(sent)
    record(fault, lost=len(set(sent) - set(desk.letters())), duplicated=twice, **figures)
    assert {line[1] for line in told} == set(sent)
    assert desk.letters() == sent and twice == 0
    assert sorted(found["received"]) == sorted(sent) and found["broken"] == 0


def recovered(world: World) -> float:
    started = time.monotonic()
    (states,) = world.do(amqp_acts.recover, 120, patches={**AT_ONCE, **BRIEF})
    assert set(states.values()) == {State.RECEIVED}
    return round(time.monotonic() - started, 2)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_through_a_storm_of_faults_everything_arrives_once(
    world: World, desk: Desk, middle: Middleman, seed: int
) -> None:
    world.do(amqp_acts.furnish, desk.given_over(middle.port))
    told = world.do(acts.post, people(seed))
    faults = middle.ways = storm(seed, 3 * PEOPLE)
    names = list(faults)
    for round in range(4):
        if round < 2:
            (states,) = world.do(amqp_acts.deliver, patches=QUICK)
        else:
            with desk.open():
                (states,) = world.do(amqp_acts.deliver, patches=QUICK)
        marked = {reference for reference, state in states.items() if state == State.RECEIVED}
        assert marked <= set(desk.letters())  # never marked before it lies there
        assert set(states.values()) <= {State.RECEIVED, State.READY}
    met = len(names) - len(middle.ways) - names[: len(names) - len(middle.ways)].count("good")
    middle.ways = []
    with desk.open():
        seconds = recovered(world)
    arrived_once(world, desk, told, fault="broker storm", injected=met, seconds=seconds)


CUTS = ["leased", *BROKER_CUTS, "sent, not recorded"]


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", CUTS)
def test_the_worker_is_killed_beside_it(world: World, desk: Desk, cut: str, seed: int) -> None:
    world.do(amqp_acts.furnish, desk.given)
    told = world.do(acts.post, people(seed))
    soon = {**AT_ONCE, "selfreferral.delivery.LEASE": timedelta(seconds=0.3)}
    with desk.open():
        process = world.start(acts.deliver, cut=cut, nth=seed % PEOPLE + 1, patches=soon)
        process.said()
        assert process.killed
        time.sleep(0.4)
        seconds = recovered(world)
    arrived_once(
        world, desk, told, fault=f"worker killed beside a broker: {cut}", injected=1, seconds=seconds
    )


@pytest.mark.once
@pytest.mark.timing  # a second broker starts twice, which takes a busy machine minutes
@pytest.mark.parametrize("seed", range(min(ROUNDS, 10)))
def test_the_broker_is_killed_with_letters_in_it(world: World, tmp_path, settings, seed: int) -> None:
    settings.AMQP_PLAIN_HOSTS = ["127.0.0.1"]
    with rabbitmq() as server:
        if server is None:
            pytest.skip("RabbitMQ is not installed: apt-get install rabbitmq-server")
        server.ready()
        desk = Desk(server.url, tmp_path / "desk")
        # RabbitMQ 3.10 writes a new quorum queue's name to the disk within three minutes; killed sooner it
        # has a queue that confirms nothing more. Ours was made long ago, like any that is in use.
        server.rest()
        world.do(amqp_acts.furnish, desk.given)
        told = world.do(acts.post, people(seed))
        world.do(amqp_acts.deliver, patches=BRIEF)
        (copies,) = world.do(amqp_acts.copies)
        assert set(copies.values()) == {1}  # confirmed, and nobody has fetched them
        server.stop()
        server.start()
        (states,) = world.do(amqp_acts.deliver, patches=BRIEF)
        assert set(states.values()) == {State.READY}
        server.ready()
        with desk.open():
            seconds = recovered(world)
        (again,) = world.do(amqp_acts.copies)
        assert again == copies  # what was confirmed was still there: nothing had to go again
        arrived_once(world, desk, told, fault="broker killed", injected=1, seconds=seconds)


@pytest.mark.once
@pytest.mark.django_db
def test_a_receiver_that_is_down_for_an_hour_and_back(desk: Desk, endpoint, brief) -> None:
    Queue.objects.exclude(slug="provider").update(transport="memory")
    references = {send().reference for _ in range(5)}
    Referral.objects.update(created_at=timezone.now(), urgency="urgent")
    for minute in range(0, 60, 10):
        Referral.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        assert drain() == 0
        expected = {"not-received"} if minute >= 5 else set()
        assert open_alarms(timedelta(minutes=minute, seconds=1)) == expected
    assert desk.lying(desk.letters_queue) == 5  # thirty tries, and not one copy more than needed
    Referral.objects.update(next_attempt_at=timezone.now() + HOUR)
    with desk.open():
        wait_until(lambda: desk.lying(desk.replies_queue) == 5)
        progress.go_round(now=timezone.now())  # hears the receipts, and makes the letters due
        assert drain() == 5
        assert set(desk.letters()) == references
        assert Event.objects.filter(what="received").count() == 5
        # Received is not seen: the agreed time goes on until a person opened it there.
        assert open_alarms(timedelta(hours=2, seconds=1)) == {"urgent-unopened"}
        for reference in references:
            (desk.folder / f"{reference}.opened").touch()
        wait_until(lambda: desk.lying(desk.replies_queue) == 5)
    assert progress.go_round(now=timezone.now()) == 5
    assert open_alarms(timedelta(hours=2, seconds=1)) == set()
