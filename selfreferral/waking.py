"""A knock on the worker's door when a letter was accepted, where the database passes it on.

A hint and no more: the worker looks by itself every PAUSE, whether or not anybody knocked.
"""

import threading

from django.db import connection

CHANNEL = "letter_accepted"


def knock() -> None:
    """Call it in the transaction that accepts: PostgreSQL passes it on once that is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def wait(seconds: float, *, until: threading.Event) -> None:
    """Until somebody knocks, `until` is set, or the time is over. Raises DatabaseError."""
    if connection.vendor != "postgresql" or until.is_set():
        until.wait(seconds)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")  # again each time: the connection may be a new one
    with connection.wrap_database_errors:
        for _knock in connection.connection.notifies(timeout=seconds, stop_after=1):
            pass
    until.wait(0)
