"""What the database itself refuses or does, so that no way of writing can forget it.

Three guards, written once for both databases and installed after every migrate:
a confidential service is never linked to a public place; what is not live has no public
copy; every change that the public can see counts the generation up, and says what it changed
(services_directory/tags.py).
"""

from django.db import connections

from services_directory.tags import counted_tables, names_of, primary_key

REFUSAL = "a service whose place is confidential cannot be linked to a public place"

SERVICE_SHUT = (
    "(SELECT location_confidential FROM services_directory_service WHERE id = NEW.service_id) "
    "IS DISTINCT FROM {false}"
)
PLACE_OPEN = (
    "EXISTS (SELECT 1 FROM services_directory_location WHERE id = NEW.location_id "
    "AND disclosure = 'public' AND location_type = 'physical')"
)
SERVICE_TURNS_SHUT = (
    "NEW.location_confidential IS DISTINCT FROM {false} AND EXISTS (SELECT 1 FROM "
    "services_directory_serviceatlocation link JOIN services_directory_location place "
    "ON place.id = link.location_id WHERE link.service_id = NEW.id "
    "AND place.disclosure = 'public' AND place.location_type = 'physical')"
)
PLACE_OPENS = (
    "NEW.disclosure = 'public' AND NEW.location_type = 'physical' AND EXISTS (SELECT 1 FROM "
    "services_directory_serviceatlocation link JOIN services_directory_service service "
    "ON service.id = link.service_id WHERE link.location_id = NEW.id "
    "AND service.location_confidential IS DISTINCT FROM {false})"
)
# PostgreSQL only: two transactions that each see an innocent half must wait for each other.
# (SQLite lets one write at a time.)
LOCK_ENDS = (
    "PERFORM 1 FROM services_directory_service WHERE id = NEW.service_id FOR SHARE; "
    "PERFORM 1 FROM services_directory_location WHERE id = NEW.location_id FOR SHARE; "
)
LOCK_USERS = (
    "PERFORM 1 FROM services_directory_service service JOIN services_directory_serviceatlocation link "
    "ON link.service_id = service.id WHERE link.location_id = NEW.id FOR SHARE OF service; "
)
LOCKS = {"place_link": LOCK_ENDS, "place_open": LOCK_USERS}
# (trigger, table, when it is refused)
REFUSALS = [
    ("place_link", "services_directory_serviceatlocation", f"{SERVICE_SHUT} AND {PLACE_OPEN}"),
    ("place_shut", "services_directory_service", SERVICE_TURNS_SHUT),
    ("place_open", "services_directory_location", PLACE_OPENS),
]
WITHDRAW = "DELETE FROM services_directory_entry WHERE service_id = NEW.id"
COUNT_UP = "UPDATE services_directory_generation SET number = number + 1 WHERE id = 1"
SAY = (
    "INSERT INTO services_directory_change (tag, number) SELECT DISTINCT said.tag, counted.number "
    "FROM ({tags}) said, services_directory_generation counted WHERE counted.id = 1 AND said.tag IS NOT NULL "
    "ON CONFLICT (tag) DO UPDATE SET number = excluded.number"
)
# Which rows of a statement each event has changed (PostgreSQL keeps them for the trigger).
EVENTS = ("INSERT", "UPDATE", "DELETE")
REFERENCING = {
    "INSERT": "NEW TABLE AS fresh",
    "UPDATE": "OLD TABLE AS stale NEW TABLE AS fresh",
    "DELETE": "OLD TABLE AS stale",
}


def install(using: str = "default", **_signal) -> None:
    """Put every guard in place, replacing what stands there."""
    connection = connections[using]
    write = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM services_directory_generation")
        if cursor.fetchone() == (0,):
            cursor.execute("INSERT INTO services_directory_generation (id, number) VALUES (1, 1)")
        for statement in write([table for table in counted_tables() if table in existing]):
            cursor.execute(statement)


def _sqlite(tables: list[str]) -> list[str]:
    statements = []

    def trigger(name: str, event: str, table: str, body: str, when: str = "") -> None:
        condition = f"WHEN {when.format(false=0).replace('IS DISTINCT FROM', 'IS NOT')} " if when else ""
        statements.append(f"DROP TRIGGER IF EXISTS {name}")
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW {condition}BEGIN {body}; END"
        )

    for name, table, refused_when in REFUSALS:
        for event in ("INSERT", "UPDATE"):
            body = f"SELECT RAISE(ABORT, '{REFUSAL}')"
            trigger(f"guard_{name}_{event.lower()}", f"BEFORE {event}", table, body, refused_when)
    trigger("guard_withdraw", "AFTER UPDATE OF live", "services_directory_service", WITHDRAW, "NOT NEW.live")
    for table in tables:
        for event in EVENTS:
            body = f"{COUNT_UP}; {_said_of_row(table, event)}"
            trigger(f"count_{table}_{event.lower()}", f"AFTER {event}", table, body)
    return statements


def _said_of_row(table: str, event: str) -> str:
    """SQLite: names of what one row's change has changed, OLD and NEW being the row."""
    row = "OLD" if event == "DELETE" else "NEW"
    tags = []
    for name in names_of(table):
        tag = name.tag.format(row=row)
        if event == "UPDATE" and name.columns:
            before, after = (", ".join(name.columns).format(row=side) for side in ("OLD", "NEW"))
            tag = f"CASE WHEN ({before}) IS NOT ({after}) THEN {tag} END"
        tags.append(f"SELECT {tag} AS tag")
    return SAY.format(tags=" UNION ALL ".join(tags))


def _said_of_statement(table: str, event: str) -> str:
    """PostgreSQL: the same for all rows of a statement; `stale` and `fresh` are its rows before and after."""
    tags = []
    for name in names_of(table):
        row = "stale" if event == "DELETE" else "fresh"
        tag = f"SELECT {name.tag.format(row=row)} AS tag FROM {row}"
        if event == "UPDATE" and name.columns:
            before, after = (", ".join(name.columns).format(row=side) for side in ("stale", "fresh"))
            key = primary_key(table)
            tag += f" JOIN stale ON stale.{key} = fresh.{key} WHERE ({before}) IS DISTINCT FROM ({after})"
        tags.append(tag)
    return SAY.format(tags=" UNION ALL ".join(tags))


def _postgresql(tables: list[str]) -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION guard_withdraw() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {WITHDRAW}; RETURN NULL; END $$",
    ]
    for name, table, refused_when in REFUSALS:
        # A trigger's WHEN may not hold a subquery, so the refusal is decided in a function of its own.
        condition = refused_when.format(false="false")
        statements.append(
            f"CREATE OR REPLACE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {LOCKS.get(name, '')}IF {condition} THEN "
            f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{REFUSAL}'; END IF; "
            "RETURN NEW; END $$"
        )
        statements.append(f"DROP TRIGGER IF EXISTS guard_{name} ON {table}")
        statements.append(
            f"CREATE TRIGGER guard_{name} BEFORE INSERT OR UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION guard_{name}()"
        )
    statements.append("DROP TRIGGER IF EXISTS guard_withdraw ON services_directory_service")
    statements.append(
        "CREATE TRIGGER guard_withdraw AFTER UPDATE OF live ON services_directory_service "
        "FOR EACH ROW WHEN (NOT NEW.live) EXECUTE FUNCTION guard_withdraw()"
    )
    for table in tables:
        statements.append(f"DROP TRIGGER IF EXISTS count_up ON {table}")  # of releases before 'what' was said
        for event in EVENTS:
            name = f"count_{table}_{event.lower()}"
            statements.append(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {COUNT_UP}; {_said_of_statement(table, event)}; RETURN NULL; END $$"
            )
            statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            statements.append(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {REFERENCING[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    return statements
