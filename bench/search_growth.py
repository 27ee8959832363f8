"""How the cost of a search grows from 10,000 to 100,000 services, on SQLite and PostgreSQL.

    .venv/bin/python bench/search_growth.py [--sizes 10000 100000] [--rounds 5]

Each size has a database of its own, in a folder (and a PostgreSQL cluster) that is gone at the
end. The searches of both sizes are run in turn, round by round, so that a busy machine slows
both alike. Printed: milliseconds (median and spread over rounds), the exponent of growth, and two
ratios to the same words asked straight of the index for the cards of ten hits: any ten, and the
ten that its own ranking puts first. Nothing is written into the project.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.throwaway import postgresql  # noqa: E402 (needs the path above)

REPEATS = 20
GOALS = {"rare": 0.15, "filtered": 0.25, "common": 0.5, "misspelt": 0.9}
# (text, filters): five services; one in 21; one in ten; five, with a slip.
SEARCHES = {
    "rare": ("rareword", ""),
    "filtered": ("", "w=2&h=1"),
    "common": ("tenth", ""),
    "misspelt": ("rarewrod", ""),
}

ANY_TEN = {
    "sqlite": "SELECT card FROM services_directory_entry WHERE service_id IN "
    "(SELECT rowid FROM directory_index WHERE directory_index MATCH %(asked)s LIMIT 10)",
    "postgresql": "WITH found AS MATERIALIZED (SELECT card FROM services_directory_entry "
    "WHERE search @@ to_tsquery('public.directory', %(asked)s)) SELECT card FROM found LIMIT 10",
}
RANKED_TEN = {
    "sqlite": "SELECT card FROM services_directory_entry WHERE service_id IN "
    "(SELECT rowid FROM directory_index WHERE directory_index MATCH %(asked)s ORDER BY rank LIMIT 10)",
    "postgresql": "SELECT card FROM services_directory_entry "
    "WHERE search @@ to_tsquery('public.directory', %(asked)s) "
    "ORDER BY ts_rank(search, to_tsquery('public.directory', %(asked)s)) DESC LIMIT 10",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        Worker(chosen.worker).serve()
        return
    with tempfile.TemporaryDirectory() as folder, postgresql() as url:
        databases = {"SQLite": [f"sqlite:///{folder}/{size}.sqlite3" for size in chosen.sizes]}
        if url:
            databases["PostgreSQL"] = [other_database(url, f"size{size}") for size in chosen.sizes]
        for name, addresses in databases.items():
            show(name, chosen.sizes, measure(addresses, chosen.sizes, chosen.rounds))


def other_database(url: str, name: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rsplit('/', 1)[0]}/{name}"


def measure(addresses: list[str], sizes: list[int], rounds: int) -> list[list[dict[str, Any]]]:
    """For each size, a dictionary of timings for each round."""
    workers = []
    for address, size in zip(addresses, sizes, strict=True):
        command = [sys.executable, __file__, "--worker", str(size)]
        env = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        env["PORTAL_DEMO"] = "0"  # as in production, where unchecked services are left out
        workers.append(
            subprocess.Popen(
                command, env=env, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        )
        assert workers[-1].stdout and workers[-1].stdout.readline()  # built
    found: list[list[dict[str, Any]]] = [[] for _ in sizes]
    for _ in range(rounds + 1):  # the first warms the caches and is thrown away
        for worker, rows in zip(workers, found, strict=True):
            assert worker.stdin and worker.stdout
            print("round", file=worker.stdin, flush=True)
            rows.append(json.loads(worker.stdout.readline()))
    for worker in workers:
        worker.communicate()
    return [rows[1:] for rows in found]


class Worker:
    """One process over one database of `size` services: builds it, then times on request."""

    def __init__(self, size: int) -> None:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.http import QueryDict
        from django.utils import timezone

        from services_directory.search import find
        from services_directory.selection import Selection
        from services_directory.vocabulary import vocabulary
        from tests.factories import many_entries, term

        call_command("migrate", verbosity=0)
        many_entries(size, vocabulary=5000)
        for number in range(1, 9):
            term("audience", f"group_{number}", number=number)
            term("help", f"help_{number}", number=number)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        words, self.connection = vocabulary(), connection

        def searching(text: str, query: str) -> Callable[[], Any]:
            selection = Selection.from_querydict(QueryDict(query), words)
            return lambda: find(text, selection, now=timezone.now())

        self.searches = {name: searching(*asked) for name, asked in SEARCHES.items()}

    def raw(self, name: str, statements: dict[str, str]) -> Callable[[], Any]:
        """The same words asked straight of the index: ten hits, and their cards."""
        vendor = self.connection.vendor
        both = "zzw2 AND zzh1" if vendor == "sqlite" else "zzw2 & zzh1"
        asked = {"rare": "rareword", "filtered": both, "common": "tenth", "misspelt": "rareword"}[name]

        def ask() -> None:
            with self.connection.cursor() as cursor:
                cursor.execute(statements[vendor], {"asked": asked})
                [json.loads(card) for (card,) in cursor.fetchall()]

        return ask

    def serve(self) -> None:
        print("built", flush=True)
        for _line in sys.stdin:
            timings = {}
            for name, search in self.searches.items():
                timings[name] = milliseconds(search)
                timings[f"any {name}"] = milliseconds(self.raw(name, ANY_TEN))
                timings[f"ranked {name}"] = milliseconds(self.raw(name, RANKED_TEN))
            print(json.dumps(timings), flush=True)


def milliseconds(act: Callable[[], Any]) -> float:
    act()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def show(name: str, sizes: list[int], found: list[list[dict[str, float]]]) -> None:
    small, large = found
    decades = math.log(sizes[1] / sizes[0])
    print(f"\n{name}: {sizes[0]:,} to {sizes[1]:,} services, {len(small)} rounds, milliseconds")
    heads = ("small", "large", "exponent (goal)", "x any ten", "x ranked ten")
    print(f"{'':9}" + "".join(f"{head:>18}" for head in heads))
    for search, goal in GOALS.items():
        exponent = growth(small, large, search, decades)
        cells = [spread([row[search] for row in rows]) for rows in found]
        cells.append(f"{exponent:.2f} ({goal})")
        for kind in ("any", "ranked"):
            ratios = [
                statistics.median(row[search] / row[f"{kind} {search}"] for row in rows) for rows in found
            ]
            cells.append(f"{ratios[0]:.1f} to {ratios[1]:.1f}")
        print(
            f"{search:9}"
            + "".join(f"{cell:>18}" for cell in cells)
            + ("  NOT MET" if exponent > goal else "")
        )


def growth(small: list[dict[str, float]], large: list[dict[str, float]], name: str, decades: float) -> float:
    return statistics.median(math.log(b[name] / a[name]) / decades for a, b in zip(small, large, strict=True))


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    main()
