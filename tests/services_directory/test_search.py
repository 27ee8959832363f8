"""Free text and ranking, the same on both databases, and what the search costs."""

import pytest

from services_directory import spelling
from services_directory.models import Synonym
from services_directory.question import question, words_in
from services_directory.search import find, stand_ins
from tests.factories import service, term
from tests.services_directory.searching import NOW, chosen, names, searched

pytestmark = pytest.mark.django_db


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
