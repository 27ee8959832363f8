"""The server that `make run` starts: slow strangers, fifty presses at once, and its own sudden death."""

import contextlib
import re
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.form_acts import REFERENCE
from tests.faults.person import Person
from tests.faults.proof import record
from tests.running_site import ROOT, Site
from tests.selfreferral.visitor import NOW, Visitor

pytestmark = pytest.mark.browser
SLOW = 200  # twice what Waitress lets in by itself
STARTS = [
    b"GET /ask/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST /ask/now/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 200000\r\n\r\n",
]


@pytest.fixture
def site(tmp_path: Path, loaded_folder: Path) -> Iterator[Site]:
    """A copy of the starter site, served with the options of the Procfile."""
    shutil.copytree(loaded_folder, tmp_path / "site")
    web = re.search(r"^web:.*$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert web is not None
    options = [word for word in re.findall(r"--\S+", web.group()) if not word.startswith("--listen")]
    site = Site(tmp_path / "site", options=options)
    site.start()
    yield site
    site.stop()


@contextlib.contextmanager
def slow_strangers(port: int, number: int) -> Iterator[None]:
    """So many connections that send a byte now and then, and never finish."""
    over = threading.Event()
    with contextlib.ExitStack() as stack:
        strangers = []
        for one in range(number):
            stranger = stack.enter_context(socket.create_connection(("localhost", port), timeout=5))
            stranger.sendall(STARTS[one % 2])
            strangers.append(stranger)

        def drip() -> None:
            while not over.wait(1):
                for stranger in strangers:
                    with contextlib.suppress(OSError):
                        stranger.sendall(b"a")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield
        finally:
            over.set()
            dripping.join()


def at_the_check_page(site: Site) -> Visitor:
    visitor = Visitor(start=False)
    visitor.client = person = Person(site.url)
    person.get("/ask/")
    assert person.post("/ask/start/", {}).status_code == 303
    visitor.go("check")
    return visitor


def letters(site: Site) -> list[str]:
    with contextlib.closing(sqlite3.connect(site.folder / "site.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT reference FROM selfreferral_referral")]


def test_slow_strangers_keep_nobody_from_sending(site: Site) -> None:
    before = letters(site)
    with slow_strangers(site.port, SLOW):
        started = time.monotonic()
        visitor = at_the_check_page(site)
        assert visitor.post().url == "/ask/sent/"
        page = visitor.client.get("/ask/sent/").content.decode()
        seconds = time.monotonic() - started
    shown = REFERENCE.search(page)
    record(f"{SLOW} slow connections, whole form", seconds=round(seconds, 2), lost=0, duplicated=0)
    assert shown and set(letters(site)) - set(before) == {shown.group()}
    assert seconds < 20, "a whole form: some twenty requests"


def press(visitor: Visitor, hidden: dict[str, str]) -> str:
    """One more press of Send; the reference that it leads to, or "" when the server was not there."""
    person = visitor.client.twin()
    try:
        if person.post(NOW, {**hidden, "do": "next"}).url != "/ask/sent/":
            return ""
        shown = REFERENCE.search(person.get("/ask/sent/").content.decode())
    except OSError:
        return ""
    return shown.group() if shown else ""


def test_fifty_presses_at_once_are_one_letter_and_one_reference(site: Site) -> None:
    before = letters(site)
    visitor = at_the_check_page(site)
    hidden = visitor.hidden()
    with ThreadPoolExecutor(50) as many:
        shown = list(many.map(lambda _: press(visitor, hidden), range(50)))
    assert len(set(shown)) == 1 and set(letters(site)) - set(before) == set(shown)
    record("fifty presses over real connections", lost=0, duplicated=0)


def test_a_server_that_dies_under_fifty_presses_keeps_what_it_said(site: Site) -> None:
    before = letters(site)
    visitor = at_the_check_page(site)
    hidden = visitor.hidden()
    with ThreadPoolExecutor(50) as many:
        presses = [many.submit(press, visitor, hidden) for _ in range(50)]
        time.sleep(0.1)
        assert site.process is not None
        site.process.kill()
        site.process.wait()
        shown = {one.result() for one in presses} - {""}
    started = time.monotonic()
    site.start()
    again = press(visitor, hidden)
    record("recovery: server killed under fifty presses", seconds=round(time.monotonic() - started, 2))
    assert again and shown <= {again} and set(letters(site)) - set(before) == {again}
