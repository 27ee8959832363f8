"""What the form costs: a step, the sending, bytes and network time (P4, R1, W2, W3)."""

import http.client
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.serving import Target, front_door, minimal
from bench.weight import FORM_STEP, fetch, weigh
from tests.selfreferral.told import WAYS, told

ROUNDS, TIMES, SENT = 5, 100, 40
AT_ONCE = 16
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
ROUND_TRIP, BYTES_A_SECOND = 1.0, 50_000


class Person:
    """A browser without scripts. `wire` counts the bytes and requests of each exchange."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("localhost", port)
        self.cookies: SimpleCookie = SimpleCookie()
        self.wire: list[tuple[str, int]] = []

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())}
        headers["Accept-Encoding"] = "identity" if method == "GET" else "gzip"
        body = urlencode(fields, doseq=True) if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode(errors="replace")
        for value in answer.msg.get_all("Set-Cookie") or []:
            self.cookies.load(value)
        return answer.status, page

    def hidden(self) -> dict[str, str]:
        _, page = self.ask("GET", "/ask/now/")
        return dict(HIDDEN.findall(page))

    def start(self) -> "Person":
        _, page = self.ask("GET", "/ask/")
        status, _ = self.ask("POST", "/ask/start/", dict(HIDDEN.findall(page)))
        assert status == 303, status
        return self

    def answer(self, hidden: dict[str, str], way: str = "me") -> int:
        step = hidden["a-current_step"]
        given = {f"{step}-{name}": value for name, value in told(way, step).items()}
        return self.ask("POST", "/ask/now/", {**hidden, **given, "do": "next"})[0]

    def go(self, until: str) -> dict[str, str]:
        """The hidden fields of the page `until`."""
        for _ in range(20):
            hidden = self.hidden()
            if hidden["a-current_step"] == until:
                return hidden
            assert self.answer(hidden) == 303
        raise AssertionError(f"no way to {until}")


def cpu(target: Target, act: Callable[[], object], times: int) -> float:
    before = target.cpu_seconds()
    for _ in range(times):
        act()
    return (target.cpu_seconds() - before) / times


def bare_post(port: int) -> Callable[[], int]:
    person = Person(port)
    return lambda: person.ask("POST", "/post/", {"words": "S60 1AE"})[0]


def compare(bare: Target, site: Target, rounds: int) -> dict[str, list[float]]:
    """Ratios of CPU by name, one for each round after the first."""
    ratios: dict[str, list[float]] = {}
    person = Person(site.port).start()
    person.go("about")
    where = {**person.go("about"), "a-current_step": "where"}
    person.ask("POST", "/ask/now/", {**person.hidden(), "do": "back"})
    where = person.hidden()
    for number in range(rounds + 1):
        get_unit = bare.cost("/bare/", {}, TIMES)
        post_unit = cpu(bare, bare_post(bare.port), TIMES)
        waiting = [(one := Person(site.port).start(), one.go("check")) for _ in range(SENT)]
        senders: Iterator[tuple[Person, dict[str, str]]] = iter(waiting)

        def send(senders: Iterator[tuple[Person, dict[str, str]]] = senders) -> None:
            sender, hidden = next(senders)
            assert sender.answer(hidden) == 303

        found = {
            "P4 a step, shown": cpu(site, lambda: person.ask("GET", "/ask/now/"), TIMES) / get_unit,
            "P4 a step, taken": cpu(site, lambda: person.answer(where), TIMES) / post_unit,
            "R1 the sending": cpu(site, send, SENT) / post_unit,
        }
        if number:
            for name, ratio in found.items():
                ratios.setdefault(name, []).append(ratio)
    return ratios


def at_once(port: int, people: list[Callable[[], int]]) -> float:
    """Acts a second, when AT_ONCE people press at the same time."""
    queue = iter(people)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                act = next(queue, None)
            if act is None:
                return
            assert act() == 303

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(people) / (time.monotonic() - started)


def sender(port: int) -> Callable[[], int]:
    person = Person(port).start()
    hidden = person.go("check")
    return lambda: person.answer(hidden)


def throughput(bare: Target, site: Target, rounds: int = 3) -> float:
    """Sendings a second to bare POSTs a second, sixteen at once; the median of some rounds."""
    found = []
    for _ in range(rounds):
        posts = at_once(bare.port, [bare_post(bare.port) for _ in range(AT_ONCE * 6)])
        found.append(at_once(site.port, [sender(site.port) for _ in range(AT_ONCE * 6)]) / posts)
    return median(found)


def wire(site: Target, way: str = "me") -> dict[str, int]:
    """Bytes of each step's page, with headers and compression, up to the last page of this way."""
    person = Person(site.port).start()
    found: dict[str, int] = {}
    while True:
        hidden = person.hidden()
        step = hidden["a-current_step"]
        if step in found:  # a page that ends the way leads to itself
            return found
        found[step] = weigh_step(person, site.port)
        if step == "check":
            return found
        person.answer(hidden, way)


def wire_more(site: Target) -> dict[str, int]:
    """The same of "Tell us more" and of every page that opens from it."""
    person = Person(site.port).start()
    person.ask("POST", "/ask/now/", {**person.go("check"), "do": "more"})
    found = {"more": weigh_step(person, site.port)}
    _, page = person.ask("GET", "/ask/now/")
    for slug in re.findall(r'value="change:(\w+)"', page):
        person.ask("POST", "/ask/now/", {**person.hidden(), "do": f"change:{slug}"})
        assert person.hidden()["a-current_step"] == slug
        found[slug] = weigh_step(person, site.port)
        person.ask("POST", "/ask/now/", {**person.hidden(), "do": "back"})
    return found


def every_step(site: Target) -> dict[str, int]:
    """Every page of every declared way, at its heaviest."""
    found = wire_more(site)
    for way in WAYS:
        for step, size in wire(site, way).items():
            found[step] = max(size, found.get(step, 0))
    return found


def weigh_step(person: Person, port: int) -> int:
    cookie = "; ".join(f"{name}={one.value}" for name, one in person.cookies.items())
    return len(fetch(f"http://localhost:{port}", "/ask/now/", cookie=cookie))


def network_seconds(first_visit: int, requests: int, steps: dict[str, int]) -> float:
    """On 2G: every exchange costs a round trip, and a step is two of them (POST, then what it leads to)."""
    trips = 2 + requests + 2 * (len(steps) + 1)  # DNS and TCP; the page and its parts; Start, the steps
    carried = first_visit + sum(size + 900 for size in steps.values())  # 900: the POST and its 303
    return trips * ROUND_TRIP + carried / BYTES_A_SECOND


def report(rounds: int = ROUNDS) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with minimal("bare", folder / "bare") as bare, front_door(folder / "site") as site:
            print("The form: CPU to a bare GET, or to a bare POST with one durable commit.")
            goals = {"P4 a step, shown": 1.8, "P4 a step, taken": 1.8, "R1 the sending": 2.0}
            for what, ratios in compare(bare, site, rounds).items():
                verdict = "met" if median(ratios) <= goals[what] else "NOT MET"
                spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
                print(f"  {what:<24} {median(ratios):5.2f}  {spread}  goal ≤ {goals[what]}  {verdict}")
            share = throughput(bare, site)
            print(f"  R1 {AT_ONCE} at once: {share:.2f} × bare (goal ≥ 0.5)")
            every = ", ".join(f"{slug} {size}" for slug, size in every_step(site).items())
            print(f"  W2 bytes of each step (goal ≤ {FORM_STEP}): {every}")
            start = weigh(f"http://localhost:{site.port}", "/ask/")
            seconds = network_seconds(start.first_visit, start.requests, wire(site))
            print(f"  W3 the short way on 2G: {seconds:.1f} s of network time (goal ≤ 40)")
