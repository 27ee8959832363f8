"""Whatever is cut off, and wherever: nothing that was told is lost, nothing arrives twice.

Seeded: FAULTS_ROUNDS=100 repeats every cut that often with other victims (`make test` does one).
"""

import json
import os
import random
import signal
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from selfreferral.models import Referral
from tests.faults import acts
from tests.faults.world import FORM_CUTS, WORKER_CUTS, World, wait_until

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))
PAUSE = "selfreferral.management.commands.deliver_referrals.PAUSE"
# Leases that end soon, so that a test need not wait half a minute for one.
SOON = {"selfreferral.delivery.LEASE": timedelta(seconds=0.3), "selfreferral.delivery.SURPRISES": 50}
PEOPLE = 6


def people(seed: int, count: int = PEOPLE) -> dict[str, str]:
    """A name nobody else has, and a journey, for each."""
    chance = random.Random(seed)
    return {
        f"Canary {seed}-{n}": str(uuid.UUID(int=chance.getrandbits(128), version=4)) for n in range(count)
    }


def record(what: str, **figures: Any) -> None:
    """One line for the closing figures, when somebody collects them."""
    if path := os.environ.get("FAULTS_LOG"):
        with Path(path).open("a") as log:
            log.write(json.dumps({"fault": what, "database": connection.vendor, **figures}) + "\n")


def check(world: World, keys: list[str], told: list[list[str]], sent: dict[str, str], *, fault: str) -> dict:
    """Nothing lost, nothing twice, everything opens as it was typed. Returns the report."""
    (report,) = world.do(acts.report, keys)
    shown = {reference: name for kind, reference, name in told if kind == "told"}
    arrived = {case["reference"]: case["name"] for case in report["cases"]}
    outbox = [one["reference"] for one in report["outbox"]]
    lost = {r: name for r, name in shown.items() if arrived.get(r) != name} | {
        r: "?" for r in outbox if r not in arrived
    }
    journeys = Counter(one["journey"] for one in report["outbox"])
    twice = sum(count - 1 for count in journeys.values()) + len(report["cases"]) - len(set(arrived.values()))
    record(fault, lost=len(lost), duplicated=twice)
    assert not lost and twice == 0
    assert set(journeys) <= set(sent.values()) and set(arrived) == set(outbox)
    assert sorted(report["received"]) == sorted(outbox)
    assert report["broken"] == [] and report["outstanding"] == 0
    return report


def finish(world: World) -> float:
    """Healthy workers until nothing is outstanding; the seconds it took."""
    started = time.monotonic()

    def done() -> bool:
        world.do(acts.deliver, patches=SOON)
        (found,) = world.do(acts.states)
        return set(found.values()) <= {"received"}

    wait_until(done)
    return time.monotonic() - started


@pytest.fixture
def keys(world: World) -> list[str]:
    (identities,) = world.do(acts.furnish)
    return identities


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", FORM_CUTS)
def test_the_form_is_killed_and_the_person_presses_send_again(
    world: World, keys, cut: str, seed: int
) -> None:
    sent = people(seed)
    process = world.start(acts.post, sent, cut=cut, nth=random.Random(seed).randint(1, PEOPLE))
    told = process.said()
    assert process.killed and len(told) < PEOPLE
    (before,) = world.do(acts.states)
    assert {reference for _, reference, _ in told} <= set(before)
    assert len(before) - len(told) == (cut == "after the commit")  # taken, though nobody could say so
    told += world.do(acts.post, sent)
    finish(world)
    check(world, keys, told, sent, fault=f"form killed {cut}")


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", WORKER_CUTS)
def test_the_worker_is_killed(world: World, keys, cut: str, seed: int) -> None:
    sent = people(seed)
    told = world.do(acts.post, sent)
    # "recorded, not committed" is only passed by letters that failed before; let one fail first.
    patches = dict(SOON)
    if cut == "recorded, not committed":
        world.do(acts.deliver, cut="leased", patches=SOON)
        time.sleep(0.35)
        nth = 1
    else:
        nth = random.Random(seed).randint(1, PEOPLE)
    process = world.start(acts.deliver, cut=cut, nth=nth, patches=patches)
    process.said()
    assert process.killed
    (found,) = world.do(acts.states)
    assert list(found.values()).count("leased") == 1
    seconds = finish(world)
    report = check(world, keys, told, sent, fault=f"worker killed {cut}")
    assert len(report["cases"]) == PEOPLE
    record("recovery", seconds=round(seconds, 2))


@pytest.mark.parametrize("cut", ["leased", "sent, not recorded"])
def test_a_worker_paused_past_its_lease_writes_nothing(world: World, keys, cut: str) -> None:
    sent = people(7)
    told = world.do(acts.post, sent)
    slow = world.start(acts.deliver, cut=cut, nth=2, how=signal.SIGSTOP, patches=SOON)
    slow.until_stopped()
    time.sleep(0.35)
    finish(world)
    slow.go_on()
    slow.said()
    assert not slow.killed
    check(world, keys, told, sent, fault=f"worker paused: {cut}")


def test_ten_workers_by_mistake_deliver_each_letter_once(world: World, keys) -> None:
    sent = people(11, 40)
    told = world.do(acts.post, sent)
    workers = [world.start(acts.deliver) for _ in range(10)]
    delivered = [worker.said()[0] for worker in workers]
    assert sum(delivered) == 40
    report = check(world, keys, told, sent, fault="ten workers")
    assert {one["attempts"] for one in report["outbox"]} == {1}


def test_many_posts_of_one_journey_at_once_are_one_referral(world: World, keys) -> None:
    sent = people(13, 1)
    posts = [world.start(acts.post, sent) for _ in range(8)]
    told = [line for post in posts for line in post.said()]
    assert len(told) == 8 and len({reference for _, reference, _ in told}) == 1
    finish(world)
    check(world, keys, told, sent, fault="eight posts of one journey")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL waits for a lock without an end")
def test_a_locked_database_is_a_plain_not_sent(world: World, keys) -> None:
    sent = people(17, 1)
    holder = world.start(acts.hold_lock, 0.8)
    time.sleep(0.2)
    assert world.do(acts.post, sent, timeout=0.1) == [["not sent", "Canary 17-0"]]
    holder.said()
    assert world.do(acts.states) == [{}]
    told = world.do(acts.post, sent)
    finish(world)
    check(world, keys, told, sent, fault="database locked while posting")


def test_the_worker_outlives_a_locked_database(world: World, keys) -> None:
    sent = people(19)
    told = world.do(acts.post, sent)
    holder = world.start(acts.hold_lock, 1.0)
    time.sleep(0.2)
    world.do(acts.deliver_for, 2.5, timeout=0.1, patches={**SOON, PAUSE: 0.2})
    holder.said()
    finish(world)
    check(world, keys, told, sent, fault="database locked while delivering")


def test_a_spoilt_row_stands_aside_and_stays_counted(world: World, keys) -> None:
    told = world.do(acts.post, people(23))
    spoilt = told[2][1]
    world.do(acts.spoil, spoilt)
    world.do(acts.deliver)
    (found,) = world.do(acts.states)
    assert found.pop(spoilt) == "quarantined" and set(found.values()) == {"received"}
    (report,) = world.do(acts.report, keys)
    record("spoilt row", lost=0, duplicated=0)
    assert report["outstanding"] == 1 and len(report["cases"]) == PEOPLE - 1


@pytest.mark.django_db
def test_the_tests_own_database_is_untouched() -> None:
    """Marked, so that pytest-django makes the database that the worlds are copied from."""
    assert not Referral.objects.exists()


def test_the_checks_can_fail(world: World, keys) -> None:
    """A letter that is thrown away after a receipt is found, and so is a name that was exchanged."""
    sent = people(29)
    told = world.do(acts.post, sent)
    finish(world)
    with pytest.raises(AssertionError):
        check(world, keys, [*told, ["told", "BBB-BBB", "somebody"]], sent, fault="self-test")
    with pytest.raises(AssertionError):
        check(world, keys, [["told", told[0][1], told[1][2]]], sent, fault="self-test")
