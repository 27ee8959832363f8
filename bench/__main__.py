"""`make bench`: every measurement, printed as tables. Name some to run only those."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import asking, cost, forwarding, search_growth, weight
from bench.serving import front_door

WEIGHED = ["/", "/find/", "/find/?w=3", "/s/30/", "/for/3/", "/ask/", "/hide/", "/professionals/"]
WEIGHED += ["/together/doors/", "/404/"]


def weights() -> None:
    with tempfile.TemporaryDirectory() as folder, front_door(Path(folder)) as site:
        weight.report(f"http://localhost:{site.port}", WEIGHED)


def memory() -> None:
    with tempfile.TemporaryDirectory() as folder, front_door(Path(folder)) as site:
        paths = ["/", "/find/", "/find/?w=3", "/s/30/", "/for/3/", "/hide/", "/nowhere/"]
        ask = [(path, {"Cookie": f"__Host-d={n % 2}"} if n % 2 else {}) for n, path in enumerate(paths * 2)]
        for number in range(1000):
            site.get(*ask[number % len(ask)])
        warm = site.resident_kilobytes()
        for number in range(10_000):
            site.get(*ask[number % len(ask)])
        grown = site.resident_kilobytes() - warm
        print(f"Memory: {warm} KB warm, {grown:+} KB after 10,000 more requests (goal < 1,024)")


PARTS: dict[str, Callable[[], None]] = {
    "weight": weights,
    "cost": cost.report,
    "memory": memory,
    "form": asking.report,
    "forwarding": forwarding.report,
    "search": search_growth.main,
}

if __name__ == "__main__":
    chosen, sys.argv[1:] = sys.argv[1:] or list(PARTS), []
    for name in chosen:
        PARTS[name]()
        print(flush=True)
