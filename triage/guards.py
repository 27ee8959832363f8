"""What the database itself refuses: a change to the record, by whatever way it comes.

PostgreSQL refuses a removal, too. SQLite cannot, because a test database is emptied by DELETE;
there a removed row shows as a gap (`events.first_fault`).
"""

from typing import Any

from django.db import connections

REFUSAL = "the record is added to, never changed"
TABLE = "triage_caseevent"
SQLITE = [
    "DROP TRIGGER IF EXISTS guard_record",
    f"CREATE TRIGGER guard_record BEFORE UPDATE ON {TABLE} FOR EACH ROW "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION guard_record() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{REFUSAL}'; END $$",
    f"DROP TRIGGER IF EXISTS guard_record ON {TABLE}",
    f"CREATE TRIGGER guard_record BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION guard_record()",
]


def install(using: str = "default", **_signal: Any) -> None:
    """Put the guard in place, replacing what stands there."""
    connection = connections[using]
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]
    if TABLE not in connection.introspection.table_names():
        return  # migrated back to before the desk
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
