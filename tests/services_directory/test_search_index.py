"""The search's index follows every change, is made again where it is missing, and stays cheap to ask."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services_directory import search, search_index, spelling
from services_directory.models import Entry, SearchWord, Service
from services_directory.search import find
from tests.factories import many_entries, service, term
from tests.services_directory.searching import NOW, chosen, searched

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


def test_the_index_follows_every_change(noise: None) -> None:
    place = service("A place", description="Housing")
    assert searched("housing") == ["A place"]
    Entry.objects.filter(pk=place.pk).update(body="Gardening")
    assert searched("gardening") == ["A place"]
    assert searched("housing") == []
    Entry.objects.filter(pk=place.pk).delete()
    assert searched("gardening") == []


def test_hiding_by_raw_update_takes_a_service_out_of_the_index(noise: None) -> None:
    place = service("A place", description="Gardening")
    Service.objects.filter(pk=place.pk).update(live=False)
    assert searched("gardening") == []


def test_the_spelling_words_follow(noise: None) -> None:
    SearchWord.objects.create(word="gardening")
    service("A place", description="Gardening")
    assert "gardening" in spelling.near_words(["gardenin"])
    SearchWord.objects.filter(word="gardening").update(word="sewing")
    assert "gardening" not in spelling.near_words(["gardenin"])
    assert "sewing" in spelling.near_words(["sewin"])
    SearchWord.objects.all().delete()
    assert spelling.near_words(["sewin"]) == set()


def index_objects() -> dict[str, Any]:
    with connection.cursor() as cursor:
        if SQLITE:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'directory_%%'", [])
        else:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'directory_%'")
        return dict(cursor.fetchall())


def test_installing_again_changes_nothing(noise: None) -> None:
    before = index_objects()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        search_index.install()
    written = [q["sql"] for q in queries if not q["sql"].lstrip().upper().startswith(("SELECT", "PRAGMA"))]
    assert [sql for sql in written if "IF NOT EXISTS" not in sql] == []
    assert index_objects() == before
    assert len(before) >= 3


@pytest.mark.skipif(not SQLITE, reason="SQLite drops triggers with the table")
@pytest.mark.parametrize(
    "broken",
    [
        "DROP TRIGGER directory_index_update",
        "DROP TRIGGER directory_words_insert",
        "DROP TABLE directory_index",
        "DROP TABLE directory_words",
    ],
)
def test_what_is_missing_is_made_and_filled_again(noise: None, broken: str) -> None:
    place = service("A place", description="Housing")
    with connection.cursor() as cursor:
        cursor.execute(broken)
        if "TRIGGER" in broken:
            cursor.execute("UPDATE services_directory_searchword SET word = 'x' WHERE 0")
    search_index.install()
    Entry.objects.filter(pk=place.pk).update(body="Gardening")
    SearchWord.objects.create(word="gardening")
    assert searched("gardening") == ["A place"]
    assert "gardening" in spelling.near_words(["gardenin"])


@pytest.mark.skipif(SQLITE, reason="PostgreSQL keeps the index in a column")
def test_a_column_made_differently_is_made_anew(noise: None) -> None:
    service("A place", description="Housing")
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON COLUMN services_directory_entry.search IS 'older'")
        cursor.execute("DROP INDEX directory_index")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # in a test everything is one transaction
    search_index.install()
    assert searched("housing") == ["A place"]
    assert "directory_index" in index_objects()


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL forgets when it vacuums")
def test_deleted_words_can_be_driven_out_of_the_index(noise: None) -> None:
    place = service("A place", description="Quetzalcoatl")
    place.description = "Plain"
    place.save()
    search_index.forget_deleted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM directory_index_data")
        assert not any(b"quetzal" in bytes(block) for (block,) in cursor.fetchall())


def test_django_sees_no_change_to_migrate() -> None:
    call_command("makemigrations", "services_directory", check=True, dry_run=True, verbosity=0)


def cost(text: str, query: str) -> list[str]:
    selection = chosen(query)
    with CaptureQueriesContext(connection) as queries:
        find(text, selection, now=NOW)
    return [query["sql"] for query in queries]


CASES = [("rareword", ""), ("tenth", ""), ("everywhere", ""), ("", "w=2&h=1"), ("tenth", "w=2"), ("", "")]


@pytest.fixture
def ten_thousand() -> None:
    many_entries(10_000)
    for number in range(1, 9):
        term("audience", f"group_{number}", number=number)
        term("help", f"help_{number}", number=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_at_ten_thousand_services_one_query_and_no_scan(ten_thousand: None) -> None:
    for text, query in CASES:
        statements = cost(text, query)
        assert len(statements) == 1, (text, query)
        check_plan(statements[0], (text, query))
    assert len(statements := cost("rarewrod", "")) <= 4
    for statement in statements:
        check_plan(statement, "misspelt")
    assert find("everywhere", chosen(), now=NOW).total_words == "More than 500 services"
    assert find("rareword", chosen(), now=NOW).total == 5
    assert find("rarewrod", chosen(), now=NOW).corrected == "rareword"


def test_the_number_of_queries_does_not_depend_on_the_number_of_services() -> None:
    service("A place", description="everywhere tenth rareword")
    term("audience", "group", number=2)
    for text, query in CASES:
        assert len(cost(text, query)) == 1


def check_plan(statement: str, what: Any) -> None:
    """Entries and words are reached through the index, and no more of them than are shown or sorted."""
    with connection.cursor() as cursor:
        if SQLITE:
            cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"), [])
            for *_numbers, step in cursor.fetchall():
                scanned = step.startswith("SCAN ") and "VIRTUAL TABLE INDEX" not in step
                derived = step.removeprefix("SCAN ") in ("hits", "page", "near", "CONSTANT ROW")
                derived = derived or step.startswith(("SCAN (subquery", "SCAN (join"))
                assert not scanned or derived, (what, step)
            return
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement.replace("%", "%%"), [])
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    for node in nodes(plan[0]["Plan"]):
        if node.get("Relation Name") in ("services_directory_entry", "services_directory_searchword"):
            read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            assert read <= 3 * search.CAP, (what, node["Node Type"], read)
            # A word that stands in every entry may be read from the table: LIMIT ends that at once.
            if what[0] not in ("everywhere", ""):
                assert node["Node Type"] != "Seq Scan", (what, node)


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node.get("Plans", []) for below in nodes(child))]
