"""What forks do to a database that refuses: really refused by it, not by a stand-in."""

import contextlib
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, close_old_connections, connection, connections

from selfreferral.management.commands.deliver_referrals import run
from selfreferral.models import Referral
from tests.faults import acts, form_acts
from triage.models import Case


@contextmanager
def refusing(trouble: str) -> Iterator[None]:
    """This process's database takes no more writing, whichever connection it opens.

    `read-only` is a replica or a file system that was remounted; with `no space` not one byte can
    be written to any file, logs included; `full` is SQLite's own SQLITE_FULL, once what is free
    inside the file is used up.
    """
    on = {
        ("sqlite", "read-only"): "PRAGMA query_only = 1",
        ("sqlite", "full"): "PRAGMA max_page_count = 1",  # it takes the size that the file has
        ("postgresql", "read-only"): "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    }.get((connection.vendor, trouble), "SELECT 1")
    wrapper = connections["default"]
    connecting = wrapper.init_connection_state
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)

    def and_refuse() -> None:
        connecting()
        with wrapper.cursor() as cursor:
            cursor.execute(on)

    wrapper.close()
    wrapper.init_connection_state = and_refuse
    if trouble == "full":
        use_up_free_pages()
    if trouble == "no space":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        wrapper.init_connection_state = connecting
        wrapper.close()


def use_up_free_pages() -> None:
    with connection.cursor() as cursor, contextlib.suppress(OperationalError):
        cursor.execute("PRAGMA max_page_count = 4294967294")
        cursor.execute("CREATE TABLE filler (kept blob)")
        cursor.execute("PRAGMA max_page_count = 1")
        while True:
            cursor.execute("INSERT INTO filler VALUES (zeroblob(3000))")


def post_into(trouble: str, people: dict[str, str]) -> Iterator[Any]:
    with refusing(trouble):
        yield from acts.post(people)


def press_into(trouble: str, tabs: list[form_acts.Tab], given: dict[str, Any]) -> Iterator[Any]:
    with refusing(trouble):
        yield from form_acts.press(tabs, given)


def deliver_through(trouble: str) -> Iterator[Any]:
    """One worker: through the trouble, then on, without being started again."""
    stop = threading.Event()
    with refusing(trouble):
        threading.Timer(0.7, stop.set).start()
        run(until=stop)
    yield counted()
    stop, started = threading.Event(), time.monotonic()
    threading.Timer(1.5, stop.set).start()
    run(until=stop)
    yield {**counted(), "seconds": round(time.monotonic() - started, 2)}


def counted() -> dict[str, int]:
    received = Referral.objects.filter(state=Referral.State.RECEIVED).count()
    return {"received": received, "cases": Case.objects.count()}


def post_until_told(people: dict[str, str], pause: float) -> Iterator[Any]:
    """Each presses again until there is a reference, with a breath in between."""
    for name, journey in people.items():
        while True:
            close_old_connections()  # as the server does before each request
            (line,) = acts.post({name: journey})
            yield line
            time.sleep(pause)
            if line[0] == "told":
                break
