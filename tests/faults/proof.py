"""What every fault test ends with: nothing lost, nothing twice, everything opens as it was typed.

Seeded: FAULTS_ROUNDS=100 repeats every cut that often with other victims (`make test` does one).
FAULTS_LOG names a file that gets one line of figures for each fault.
"""

import json
import os
import random
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults import acts
from tests.faults.world import World, wait_until

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))
PAUSE = "selfreferral.management.commands.deliver_referrals.PAUSE"
# Leases that end soon, so that a test need not wait half a minute for one.
SOON = {"selfreferral.delivery.LEASE": timedelta(seconds=0.3), "selfreferral.delivery.SURPRISES": 50}
# Back-off that ends soon: for faults of many seconds that a test has in one.
AT_ONCE = {
    "selfreferral.delivery.SHORTEST": timedelta(seconds=0.1),
    "selfreferral.delivery.LONGEST": timedelta(seconds=0.3),
}
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


def check(world: World, keys: list[str], told: list[Any], sent: dict[str, str], *, fault: str) -> dict:
    """Nothing lost, nothing twice, everything opens as it was typed. Returns the report."""
    (report,) = world.do(acts.report, keys)
    shown = {reference: name for kind, reference, name in (line for line in told if line[0] == "told")}
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


def finish(world: World, *, fault: str = "") -> float:
    """Healthy workers until nothing is outstanding; the seconds it took."""
    started = time.monotonic()

    def done() -> bool:
        world.do(acts.deliver, patches=SOON)
        (found,) = world.do(acts.states)
        return set(found.values()) <= {"received"}

    wait_until(done)
    seconds = time.monotonic() - started
    if fault:
        record(f"recovery: {fault}", seconds=round(seconds, 2))
    return seconds
