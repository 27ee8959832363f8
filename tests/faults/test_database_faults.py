"""The database is locked, full, read-only or gone: nobody is told "sent" who is not, and it mends itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.faults import acts, database_acts, form_acts
from tests.faults.form_acts import HELPLINE
from tests.faults.proof import AT_ONCE, PAUSE, SOON, check, finish, people, record
from tests.faults.world import Process, World, restartable_postgresql, wait_until

SQLITE = connection.vendor == "sqlite"
IMPATIENT = {"timeout": 0.1}


@contextmanager
def held(world: World, seconds: float) -> Iterator[None]:
    """Somebody else has the lock on all letters, for so long."""
    holder = world.start(acts.hold_lock, seconds)
    assert holder.next_line() == "held"
    yield
    holder.said()


def is_plain_not_sent(seen: list) -> bool:
    """A page with numbers that says so, or that nobody knows it, and no reference."""
    kind, _, status, page = seen
    said = "ot sent" in page or "it will not arrive twice" in page
    return kind == "page" and said and "999" in page and HELPLINE in page and status in (200, 503)


# --- locked ---------------------------------------------------------------------------------
def test_a_locked_database_is_a_plain_not_sent(world: World, keys) -> None:
    sent = people(17, 1)
    with held(world, 0.8):
        assert world.do(acts.post, sent, **IMPATIENT) == [["not sent", "Canary 17-0"]]
    assert world.do(acts.states) == [{}]
    told = world.do(acts.post, sent)
    finish(world)
    check(world, keys, told, sent, fault="database locked while posting")


def test_the_worker_outlives_a_locked_database(world: World, keys) -> None:
    sent = people(19)
    told = world.do(acts.post, sent)
    with held(world, 1.0):
        world.do(acts.deliver_for, 2.5, patches={**SOON, PAUSE: 0.2}, **IMPATIENT)
    finish(world)
    check(world, keys, told, sent, fault="database locked while delivering")


def test_send_against_a_lock_says_not_sent_and_the_same_page_sends_later(world: World, keys) -> None:
    tabs = world.do(form_acts.fill, ["Canary 51"])
    with held(world, 1.5):
        (seen,) = world.do(form_acts.press, tabs, **IMPATIENT)
    assert is_plain_not_sent(seen)
    told = world.do(form_acts.press, tabs)
    finish(world)
    check(world, keys, told, {"Canary 51": tabs[0]["journey"]}, fault="send while locked")


# --- full and read-only ---------------------------------------------------------------------
WONT_WRITE = ["read-only", *(["no space"] if SQLITE else [])]


@pytest.mark.parametrize("trouble", WONT_WRITE)
@pytest.mark.parametrize("step", ["about", "check"])
def test_a_database_that_takes_nothing_loses_nothing(world: World, keys, trouble: str, step: str) -> None:
    """Real refusals by the database itself, at a step and at the end; the page works again afterwards."""
    (tab,) = world.do(form_acts.fill, ["Canary 53"], step)
    given = {"name": "Canary 53", "age": "25-39"} if step == "about" else {}
    (seen,) = world.do(database_acts.press_into, trouble, [tab], given)
    assert is_plain_not_sent(seen), seen[2:]
    assert world.do(acts.states) == [{}]
    (again,) = world.do(form_acts.press, [tab], given)
    told = [again] if step == "check" else world.do(form_acts.go_on, tab)
    finish(world)
    check(world, keys, told, {"Canary 53": tab["journey"]}, fault=f"database {trouble} at {step}")


@pytest.mark.parametrize("trouble", WONT_WRITE)
def test_the_worker_outlives_a_database_that_takes_nothing(world: World, keys, trouble: str) -> None:
    """The same worker goes on when it can be written to again; nothing counts as delivered before."""
    sent = people(59)
    told = world.do(acts.post, sent)
    lines = world.do(database_acts.deliver_through, trouble, patches={**SOON, **AT_ONCE, PAUSE: 0.1})
    assert lines[0] == {"received": 0, "cases": 0}
    assert lines[1]["received"] == len(sent) == lines[1]["cases"]
    record(f"recovery: database {trouble} while delivering", seconds=lines[1]["seconds"])
    check(world, keys, told, sent, fault=f"database {trouble} while delivering")


@pytest.mark.skipif(not SQLITE, reason="a server's disk cannot be filled from here")
def test_the_disk_fills_up_while_people_send(world: World, keys) -> None:
    """Who was told is there, who was told "not sent" is not and can send when there is room again."""
    sent = people(67, 30)
    told = world.do(database_acts.post_into, "full", sent)
    (rows,) = world.do(acts.states)
    turned_away = {line[1]: sent[line[1]] for line in told if line[0] == "not sent"}
    assert turned_away and len(rows) == 30 - len(turned_away)
    told += world.do(acts.post, turned_away)
    finish(world)
    report = check(world, keys, told, sent, fault="disk filled up")
    assert len(report["cases"]) == 30


# --- gone and back --------------------------------------------------------------------------
@pytest.mark.skipif(SQLITE, reason="SQLite has no server to restart")
def test_postgresql_restarts_while_people_send_and_the_worker_delivers(world: World) -> None:
    """In order and by a crash. Neither process is started again: both find the way back themselves."""
    with restartable_postgresql() as (world, server):
        (keys,) = world.do(acts.furnish)
        sent = people(61, 30)
        worker = world.start(acts.deliver_for, 60, patches={**SOON, **AT_ONCE, PAUSE: 0.1})
        form = world.start(database_acts.post_until_told, sent, 0.05)
        told = []
        for how in ("fast", "immediate"):
            told += [form.next_line() for _ in range(6)]
            server.stop(how)
            time.sleep(0.4)
            server.start()
            told += until_told(form, fault=f"{how} restart")
        started = time.monotonic()
        told += form.said()
        wait_until(lambda: set(world.do(acts.states)[0].values()) == {"received"})
        record("recovery: PostgreSQL restart, worker", seconds=round(time.monotonic() - started, 2))
        worker.kill()
        assert any(line[0] == "not sent" for line in told), "the restart was felt"
        assert len({line[2] for line in told if line[0] == "told"}) == 30
        check(world, keys, told, sent, fault="PostgreSQL restarted twice")


def until_told(form: Process, *, fault: str) -> list:
    """What the form says up to the first reference that it gives after the database is back."""
    started, told = time.monotonic(), []
    while not told or told[-1][0] != "told" or len(told) < 3:
        told.append(form.next_line())
    record(f"recovery: {fault}, form", seconds=round(time.monotonic() - started, 2))
    return told
