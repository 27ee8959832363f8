"""What the database itself refuses or does, so that no way of writing can forget it.

Three guards, written once for both databases and installed after every migrate:
a confidential service is never linked to a public place; what is not live has no public
copy; every change that the public can see counts the generation up.
"""

from django.apps import apps
from django.db import connections

NOT_COUNTED = {"generation", "unmetneed", "report", "searchword"}
COUNTED_ELSEWHERE = (
    "wagtailcore_page",
    "wagtailcore_site",
    "selfreferral_sentence",
    "pathways_fact",
    "campaigns_asset",
    "campaigns_partner",
    "feedback_done",
    "pathways_pathwaypage",
    "pathways_version",
    "pathways_course",
)
ROOMS = ("services_directory", "home")

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


def counted_tables() -> list[str]:
    """Tables whose every change the public may see."""
    return sorted(
        model._meta.db_table
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if model._meta.model_name not in NOT_COUNTED and model._meta.managed
    ) + list(COUNTED_ELSEWHERE)


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
        for event in ("INSERT", "UPDATE", "DELETE"):
            trigger(f"count_{table}_{event.lower()}", f"AFTER {event}", table, COUNT_UP)
    return statements


def _postgresql(tables: list[str]) -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION guard_withdraw() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {WITHDRAW}; RETURN NULL; END $$",
        "CREATE OR REPLACE FUNCTION guard_count() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {COUNT_UP}; RETURN NULL; END $$",
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
        statements.append(f"DROP TRIGGER IF EXISTS count_up ON {table}")
        statements.append(
            f"CREATE TRIGGER count_up AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_count()"
        )
    return statements
