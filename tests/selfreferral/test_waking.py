"""The worker is woken by what was just accepted, and looks by itself where nobody can knock."""

import threading
import time

import pytest
from django.db import connection, transaction

from selfreferral import waking

LONG = 20.0
needs_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite passes no knock on")


class Waiting(threading.Thread):
    """A worker that waits. `took`: seconds until it woke."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.until, self.took = seconds, threading.Event(), 0.0

    def run(self) -> None:
        started = time.monotonic()
        waking.wait(self.seconds, until=self.until)
        self.took = time.monotonic() - started
        connection.close()


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_knock_wakes_the_worker_once_it_is_committed() -> None:
    worker = Waiting(LONG)
    worker.start()
    time.sleep(0.5)
    with transaction.atomic():
        waking.knock()
        time.sleep(0.5)
        assert worker.is_alive(), "nothing is there to deliver before the commit"
    worker.join(LONG)
    assert 0.9 < worker.took < LONG / 2


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_wakes_nobody() -> None:
    worker = Waiting(1.5)
    worker.start()
    time.sleep(0.3)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        waking.knock()
        raise ZeroDivisionError
    worker.join(LONG)
    assert worker.took >= 1.5


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_knock_while_the_worker_was_busy_is_not_missed() -> None:
    worker = threading.Event()
    waking.wait(0.01, until=worker)
    waking.knock()
    started = time.monotonic()
    waking.wait(LONG, until=worker)
    assert time.monotonic() - started < LONG / 2


@pytest.mark.django_db(transaction=True)
def test_without_a_knock_it_looks_by_itself() -> None:
    worker = Waiting(0.2)
    worker.start()
    worker.join(LONG)
    assert worker.took >= 0.19
