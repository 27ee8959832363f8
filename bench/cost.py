"""What a page costs the server's CPU, as a ratio to a bare view in the same round (P1, P2, P3)."""

import tempfile
from pathlib import Path
from statistics import median

from bench.serving import Target, front_door, minimal

ROUNDS, TIMES = 7, 150
PLAIN = {"Accept-Encoding": "gzip, br"}
# A staff cookie keeps a page out of the page cache, on the way in and on the way out.
UNCACHED = {**PLAIN, "Cookie": "__Host-d=measuring"}
# (what, path, headers, compared with, goal)
MEASURED = [
    ("P1 home, from the page cache", "/", PLAIN, "bare", 0.45),
    ("P1 results, from the page cache", "/find/", PLAIN, "bare", 0.45),
    ("P2 results, made anew", "/find/", UNCACHED, "bare", 2.0),
    ("P2 results by filter, made anew", "/find/?w=3", UNCACHED, "bare", 2.0),
    ("P2 a service, made anew", "/s/30/", UNCACHED, "bare", 2.0),
    ("P3 home, made anew", "/", UNCACHED, "wagtail", 1.2),
    ("P3 a group, made anew", "/for/3/", UNCACHED, "wagtail", 1.2),
    ("P3 hide your visit, made anew", "/hide/", UNCACHED, "wagtail", 1.2),
    ("P3 a pathway, made anew", "/professionals/1/", UNCACHED, "wagtail", 1.2),
    ("P3 a page by job, made anew", "/professionals/gp/", UNCACHED, "wagtail", 1.2),
    ("P3 a campaign with picture, anew", "/together/doors/", UNCACHED, "wagtail", 1.2),
]


def measure(rounds: int = ROUNDS, times: int = TIMES) -> list[tuple[str, float, float, float, float]]:
    """(what, median ratio, lowest, highest, goal), from interleaved rounds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            minimal("bare", folder / "bare") as bare,
            minimal("wagtail", folder / "wagtail") as wagtail,
            front_door(folder / "site") as site,
        ):
            return compare(bare, wagtail, site, rounds, times)


def compare(
    bare: Target, wagtail: Target, site: Target, rounds: int, times: int
) -> list[tuple[str, float, float, float, float]]:
    ratios: dict[str, list[float]] = {what: [] for what, *_rest in MEASURED}
    ratios["(a minimal Wagtail page)"] = []
    for number in range(rounds + 1):
        yardstick = {"bare": bare.cost("/bare/", PLAIN, times), "wagtail": wagtail.cost("/", PLAIN, times)}
        costs = {
            what: site.cost(path, headers, times) / yardstick[against]
            for what, path, headers, against, _goal in MEASURED
        }
        costs["(a minimal Wagtail page)"] = yardstick["wagtail"] / yardstick["bare"]
        if number:  # the first round only warms up
            for what, ratio in costs.items():
                ratios[what].append(ratio)
    goals = {what: goal for what, _path, _headers, _against, goal in MEASURED}
    return [
        (what, median(found), min(found), max(found), goals.get(what, 0)) for what, found in ratios.items()
    ]


def report(rounds: int = ROUNDS, times: int = TIMES) -> None:
    print("CPU of one request: median ratio, lowest to highest. P1, P2 × bare; P3 × minimal Wagtail.")
    for what, middle, low, high, goal in measure(rounds, times):
        verdict = "" if not goal else f"goal ≤ {goal:<5} {'met' if middle <= goal else 'NOT MET'}"
        print(f"  {what:<36} {middle:6.2f}  ({low:.2f} to {high:.2f})  {verdict}")
