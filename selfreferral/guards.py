"""What the database itself refuses: a change to a record, by whatever way it comes.

PostgreSQL refuses a removal, too, but to whoever says in that very transaction that RETENTION asks for
it (`removing`). SQLite cannot, because a test database is emptied by DELETE;
there a removed line shows as a gap (`events.first_broken`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

REFUSAL = "the record is added to, never changed"
SAYS_SO = "front_door.forgetting"
TABLE, TRIGGER = "selfreferral_event", "guard_event"
SQLITE = [
    "DROP TRIGGER IF EXISTS {trigger}",
    "CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF TG_OP = 'DELETE' AND current_setting('{SAYS_SO}', true) = 'on' THEN RETURN OLD; END IF; "
    f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{REFUSAL}'; END $$",
    "DROP TRIGGER IF EXISTS {trigger} ON {table}",
    "CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()",
]


def install(using: str = "default", **_signal: Any) -> None:
    """Put the guard of the outbox's events in place, replacing what stands there."""
    add_only(TABLE, trigger=TRIGGER, using=using)


def add_only(table: str, *, trigger: str, using: str) -> None:
    """From now on rows are added to `table` and never changed."""
    connection = connections[using]
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]
    if table not in connection.introspection.table_names():
        return  # migrated back to before it
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(table=table, trigger=trigger))


@contextmanager
def removing() -> Iterator[None]:
    """Inside, in the caller's transaction, lines of a record may be removed. None may be changed."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [SAYS_SO])
        yield  # after an error the transaction ends, and the permission with it
        cursor.execute("SELECT set_config(%s, '', true)", [SAYS_SO])
