"""Free text and ranking, the same on both databases, and what the search costs."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from services_directory import search, search_index, spelling
from services_directory.models import Entry, SearchWord, Service, Synonym
from services_directory.question import question, words_in
from services_directory.search import Results, find, stand_ins
from services_directory.selection import Selection
from services_directory.vocabulary import vocabulary
from tests.factories import many_entries, service, term

NOW = datetime(2026, 10, 6, 10, 7, tzinfo=UTC)
SQLITE = connection.vendor == "sqlite"

pytestmark = pytest.mark.django_db


def chosen(query: str = "") -> Selection:
    return Selection.from_querydict(QueryDict(query), vocabulary())


def names(results: Results) -> list[str]:
    return [card["name"] for card in results.cards]


def searched(text: str, query: str = "", **more: Any) -> list[str]:
    return names(find(text, chosen(query), now=NOW, **more))


# --- words ----------------------------------------------------------------------------------


def test_a_name_comes_first_then_all_words_then_some(noise: None) -> None:
    service("Only some", description="We give advice about rent.", scope="local")
    service("In the text", description="Advice for tenants, and somebody to talk with.", scope="local")
    service("Tenants advice line", description="Ring.", scope="national")
    assert searched("tenant advice") == ["Tenants advice line", "In the text", "Only some"]


def test_this_area_comes_before_the_country_inside_a_tier(noise: None) -> None:
    for scope in ("neighbouring", "national", "regional", "local", "statutory"):
        service(f"Place {scope}", description="Counselling.", scope=scope)
    order = ["local", "statutory", "regional", "national", "neighbouring"]
    assert searched("counselling") == [f"Place {scope}" for scope in order]


@pytest.mark.parametrize("typed", ["housing", "HOUSING", "  housing ", "houses", "hoüsing", "housing!!!"])
def test_forms_accents_and_capitals_make_no_difference(noise: None, typed: str) -> None:
    service("A place", description="We help with housing.")
    assert searched(typed) == ["A place"]


def test_accents_in_the_directory_make_no_difference(noise: None) -> None:
    service("Café Zoë", description="Łódź naïve")
    assert searched("cafe zoe") == searched("café zoë") == ["Café Zoë"]


def test_everyday_words_are_understood(noise: None) -> None:
    Synonym.objects.create(word="visa", means="immigration, no recourse")
    Synonym.objects.create(word="my son", means="parents")
    service("One", description="Immigration advice.")
    service("Two", description="For those with no recourse to public funds.")
    service("Three", description="For parents.")
    service("Four", description="For nobody.")
    assert sorted(searched("visa")) == ["One", "Two"]
    assert searched("my son") == ["Three"]
    assert searched("my sofa and son") == [] or "Three" not in searched("my sofa and son")


def test_small_words_alone_ask_for_nothing(noise: None) -> None:
    service("A place")
    assert not question("what should I do", {})
    assert searched("what should I do") == searched("")


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("housng", "housing"),
        ("counseling", "counselling"),
        ("hosuing", "housing"),
        ("stalkin", "stalking"),
        ("imigration", "immigration"),
        ("help with housng please", "help with housing please"),
    ],
)
def test_misspelt_words_are_mended_and_it_is_said(noise: None, typed: str, mended: str) -> None:
    service("A place", description="Housing, counselling, stalking and immigration advice for people.")
    results = find(typed, chosen(), now=NOW)
    assert names(results)[0] == "A place"
    # Both databases know "stalkin" as a form of "stalking", or mend it: either finds the place.
    assert results.corrected in (mended, "")
    if typed not in ("stalkin", "counseling"):
        assert results.corrected == mended


@pytest.mark.parametrize("typed", ["took", "zzzzzzzz", "xq", "qwertyuiop", "12345678"])
def test_words_that_nothing_resembles_are_left_alone(noise: None, typed: str) -> None:
    service("A place", description="Too far from home, look at our book.")
    assert find(typed, chosen(), now=NOW).corrected in ("", "look", "book")
    assert spelling.mend(["qwertyuiop"]) == {}


def test_a_mended_word_is_looked_for_with_the_filters(noise: None) -> None:
    men = term("audience", "men")
    service("For men", description="Housing.", audiences=["men"])
    service("For women", description="Housing.", audiences=["women"])
    assert searched("housng", f"w={men.number}") == ["For men"]


NASTY = [
    '"',
    "'",
    "a OR b NOT c",
    "NEAR(a b)",
    "name:housing",
    "housing*",
    "^housing",
    "a & !b | (c",
    "' || ''",
    "\\",
    "<->",
    ":*",
    "%s %(a)s {}",
    "\x00\x01\ud800",
    "‮abc‬",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "李小龙 عربى ਪੰਜਾਬੀ",
    "zzw1 zzv0",
    "x" * 10_000,
    "housing " * 2_000,
    "’ ‘ – — ½ ² ǅ ß ﬁ",
]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_typed_breaks_the_search(noise: None, text: str) -> None:
    service("A place", description="Housing")
    results = find(text, chosen(), now=NOW)
    assert results.total or stand_ins(text, chosen(), now=NOW) is not None


def test_codes_cannot_be_typed() -> None:
    assert words_in("zzw1 zzod0236 ZZV1 zzz jazz1") == ["zzz", "jazz1"]


# --- who it is for ----------------------------------------------------------------------------


def test_more_matched_groups_come_first_then_anyone(noise: None) -> None:
    anyone = service("Anyone", audiences=["anyone"], scope="local")
    service("Men", audiences=["men"], scope="national")
    service("Men and LGBT", audiences=["men", "lgbt"], scope="national")
    service("Women", audiences=["women"])
    men, lgbt = (term("audience", slug).number for slug in ("men", "lgbt"))
    found = searched("", f"w={men}&w={lgbt}")
    assert found[:3] == ["Men and LGBT", "Men", anyone.name]
    assert "Women" not in found


@pytest.mark.parametrize("groups", [3, 4, 6])
def test_many_groups_are_ranked_too(noise: None, groups: int) -> None:
    slugs = [f"group_{n}" for n in range(groups)]
    service("One", audiences=slugs[:1])
    service("All", audiences=slugs)
    query = "&".join(f"w={term('audience', slug).number}" for slug in slugs)
    found = searched("", query)
    assert found.index("All") < found.index("One")
    assert len(found) == len(set(found))


def test_services_for_anyone_do_not_stand_in_where_that_would_be_wrong(noise: None) -> None:
    own = term("audience", "worried_about_own_behaviour", anyone_counts=False)
    own.anyone_counts = False
    own.save()
    service("Anyone", audiences=["anyone"])
    assert searched("", f"w={own.number}") == ["Other people's place"]


# --- standing in ------------------------------------------------------------------------------


def test_national_services_stand_in_nearest_first(noise: None) -> None:
    service("Far housing for men", audiences=["men"], help_types=["housing"], scope="national")
    service("Far for men", audiences=["men"], scope="national")
    service("Far for anyone", scope="national")
    service("Far for women", audiences=["women"], scope="national")
    service("Near for men", audiences=["men"], scope="local")
    men, housing = term("audience", "men").number, term("help", "housing").number
    selection = chosen(f"w={men}&h={housing}&a=1")
    assert not find("", selection, now=NOW).total
    assert names(stand_ins("", selection, now=NOW)) == [
        "Far housing for men",
        "Far for men",
        "Far for anyone",
        "Far for women",
    ]


# --- totals and pages ---------------------------------------------------------------------------


def test_totals_and_pages() -> None:
    for n in range(12):
        service(f"Place {n}", scope="local")
    first, second = (find("", chosen(), now=NOW, page=page) for page in (1, 2))
    assert (first.total, first.total_words, len(first.cards), len(second.cards)) == (12, "12 services", 10, 2)
    assert not set(names(first)) & set(names(second))
    assert find("", chosen(), now=NOW, page=9).cards == []


def test_what_is_near_stands_on_the_first_page() -> None:
    for _ in range(11):
        service(scope="regional")
    service("Near", scope="local")
    assert names(find("", chosen(), now=NOW))[0] == "Near"


# --- the index follows ----------------------------------------------------------------------------


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


# --- what it costs ------------------------------------------------------------------------------


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
