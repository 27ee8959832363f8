"""How fast letters leave, and how soon one that was just sent is in its queue (R2, R3).

R2 drains a backlog into a sink that does nothing, beside the cheapest way that PostgreSQL has:
twenty rows claimed at once with SKIP LOCKED. R3 sends through the whole site with its worker.
"""

import hashlib
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench.search_growth import other_database
from tests.throwaway import postgresql

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000)
TAKEN = 300  # letters that are delivered out of each backlog
SEALED = b"x" * 4096
RAW = (
    "UPDATE selfreferral_referral SET state = 'received' WHERE id IN (SELECT id FROM selfreferral_referral "
    "WHERE state = 'ready' AND next_attempt_at <= now() ORDER BY next_attempt_at "
    "FOR UPDATE SKIP LOCKED LIMIT 20)"
)


def report() -> None:
    with tempfile.TemporaryDirectory() as folder, postgresql() as url:
        databases = {"SQLite": [f"sqlite:///{folder}/{size}.sqlite3" for size in SIZES]}
        if url:
            databases["PostgreSQL"] = [other_database(url, f"backlog{size}") for size in SIZES]
        for name, addresses in databases.items():
            small, large = (backlog(address, size) for address, size in zip(addresses, SIZES, strict=True))
            growth = 1 + math.log(small["rate"] / large["rate"], SIZES[1] / SIZES[0])
            line = f"R2 {name}: {small['rate']:.0f} and {large['rate']:.0f} letters a second out of "
            line += f"{SIZES[0]:,} and {SIZES[1]:,}, exponent of draining {growth:.2f} (goal ≤ 1.05)"
            if "raw" in large:
                line += (
                    f"; {large['rate'] / large['raw']:.2f} × raw ({large['raw']:.0f} a second; goal ≥ 0.4)"
                )
            print(line, flush=True)
        for name, address in {
            "SQLite": "",
            "PostgreSQL": other_database(url, "idle") if url else None,
        }.items():
            if address is not None:
                waits = arrival(Path(folder) / f"site-{name}", address)
                p95 = quantiles(waits, n=20)[-1]
                print(f"R3 {name}: shown → in the queue, median {median(waits):.0f} ms, p95 {p95:.0f} ms")


def backlog(address: str, size: int) -> dict[str, float]:
    """Letters a second out of a backlog of `size`, in a process of its own."""
    env = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    command = [sys.executable, "-m", "bench.forwarding", str(size)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int) -> dict[str, float]:
    import django

    django.setup()
    import uuid

    from django.core.management import call_command
    from django.db import connection

    from selfreferral.management.commands import deliver_referrals
    from selfreferral.models import Queue, Referral
    from selfreferral.outbox import LETTERS

    call_command("migrate", verbosity=0)
    queue = Queue.objects.create(slug="provider", name="Provider", transport="memory")
    now = datetime.now(UTC)
    digest = hashlib.sha256(SEALED).hexdigest()
    names = ("".join(one) for one in itertools.product(LETTERS, repeat=5))
    Referral.objects.bulk_create(
        (
            Referral(
                reference=name, journey=uuid.uuid4(), queue=queue, urgency="routine", sealed=SEALED,
                digest=digest, created_at=now, next_attempt_at=now,
            )
            for name in itertools.islice(names, size)
        ),
        batch_size=1000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    started, count = time.perf_counter(), 0
    while count < TAKEN:
        count += deliver_referrals.drain(for_at_most=0.5)
    found = {"rate": count / (time.perf_counter() - started)}
    if connection.vendor == "postgresql":
        raw_started, claimed = time.perf_counter(), 0
        with connection.cursor() as cursor:
            while claimed < TAKEN * 4:
                cursor.execute(RAW)
                claimed += cursor.rowcount
        found["raw"] = claimed / (time.perf_counter() - raw_started)
    return found


def arrival(folder: Path, address: str, times: int = 40) -> list[float]:
    """Milliseconds from the answer that sends somebody on to the reference, to the case at the desk."""
    from bench.asking import Person
    from tests.running_site import Site

    folder.mkdir(parents=True, exist_ok=True)
    site = Site(folder, {"DATABASE_URL": address} if address else {})
    site.load()
    site.start()
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "deliver_referrals"], cwd=ROOT, env=site.settings()
    )
    watcher = subprocess.Popen(
        [sys.executable, "-m", "bench.forwarding", "watch"], cwd=ROOT, env=site.settings(),
        text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert watcher.stdout and watcher.stdout.readline() == "watching\n"
    waits = []
    try:
        time.sleep(3)
        for number in range(times):
            person = Person(site.port).start()
            hidden = person.go("check")
            time.sleep(0.1 + (number % 7) * 0.15)  # not in step with the worker's rounds
            assert person.answer(hidden) == 303
            shown = time.time()
            waits.append((float(watcher.stdout.readline()) - shown) * 1000)
    finally:
        for process in (watcher, worker):
            process.terminate()
            process.wait(timeout=20)
        site.stop()
    return waits


def watch() -> None:
    """Says the moment at which each new case was seen at the desk."""
    import django

    django.setup()
    from triage.models import Case

    print("watching", flush=True)
    seen = Case.objects.count()
    while True:
        if (count := Case.objects.count()) > seen:
            seen = count
            print(time.time(), flush=True)
        time.sleep(0.003)


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        watch()
    else:
        print(json.dumps(measure(int(sys.argv[1]))))
