"""Every filter of FILTERS, walked: the next one arrives tested."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from services_directory import opening, opening_codes
from services_directory.expression import And, Code, Or
from services_directory.filters import BY_PARAM, FILTERS, LANGUAGES, codes_of, language_number
from services_directory.models import Service
from services_directory.search import find
from services_directory.selection import Selection
from services_directory.vocabulary import vocabulary
from tests.factories import ALWAYS, service

NOW = datetime(2026, 10, 6, 10, 7, tzinfo=UTC)  # a Tuesday, and no bank holiday
PARAMS = [group.param for group in FILTERS]

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(noise: None) -> Service:
    """A service that has something for every filter."""
    return service(
        "Whole place",
        audiences=["men"],
        help_types=["housing"],
        referrers=["professional"],
        languages=["Polish"],
        texts=["85258"],
        email="a@example.org",
        bsl="BSL video",
        webchat_url="https://chat.example.org/",
        week=ALWAYS,
    )


def chosen(query: str) -> Selection:
    return Selection.from_querydict(QueryDict(query), vocabulary())


def first_of(param: str, found: Service) -> str:
    """A choice of this filter that fits `found`."""
    for option in BY_PARAM[param].options(vocabulary()):
        query = f"{param}={option.number}"
        if found.name in [card["name"] for card in find("", chosen(query), now=NOW).cards]:
            return query
    raise AssertionError(f"no choice of {param} finds {found}")


def test_letters_and_legends_are_used_once() -> None:
    assert len(set(PARAMS)) == len(PARAMS) == len({group.legend for group in FILTERS})
    assert all(len(param) == 1 and param not in "qsp" for param in PARAMS)


@pytest.mark.parametrize("param", PARAMS)
def test_the_choice_finds_what_has_it_and_nothing_else(param: str, whole: Service) -> None:
    query = first_of(param, whole)
    service("Without", phones=[], audiences=["women"], help_types=["legal"], referrers=[], scope="national")
    names = {card["name"] for card in find("", chosen(query), now=NOW).cards}
    assert "Whole place" in names
    assert "Without" not in names and "Hidden place" not in names


@pytest.mark.parametrize("param", PARAMS)
def test_the_control_the_chip_and_the_address_follow(param: str, whole: Service, client: Client) -> None:
    query = first_of(param, whole)
    page = client.get(f"/find/?{query}").content.decode()
    number = query.split("=")[1]
    legend = BY_PARAM[param].legend
    assert f">{legend}<" in page
    control = f'id="{param}{number}" name="{param}" type="checkbox" value="{number}"'
    assert f"{control} checked" in page
    chips = client.get(f"/find/?{query}").context["chips"]
    label = chosen(query).chosen[param][0].label
    assert chips == [(label, "/find/")]
    assert client.get("/find/").content.decode().count(f"{control} checked") == 0


@pytest.mark.parametrize("param", PARAMS)
def test_every_choice_can_be_written_and_read_back(param: str, whole: Service) -> None:
    query = "&".join(f"{param}={option.number}" for option in BY_PARAM[param].options(vocabulary()))
    selection = chosen(query)
    assert chosen(selection.querystring()).chosen == selection.chosen
    assert selection.codes == sorted(query.replace("=", "").split("&"))


@pytest.mark.parametrize("param", PARAMS)
def test_index_words_are_opaque_and_cannot_be_typed(param: str, whole: Service) -> None:
    words = codes_of(whole, whole.entry.card)
    assert set(whole.entry.codes.split()) == words
    mine = {word for word in words if word.startswith(f"zz{param}")}
    assert mine and all(word.isalnum() and word[-1].isdigit() for word in mine)
    assert find(" ".join(mine), chosen(""), now=NOW).total == find("", chosen(""), now=NOW).total


def test_rubbish_repeats_and_unknown_choices_are_left_out(whole: Service) -> None:
    query = "w=99999999999999999999&w=2&w=2&w=-1&w=²&w=&h[]=1&zz=3&o=on&l=%FF&a=1%00&c=1;DROP"
    assert chosen(query).querystring() == "w=2"


def test_addresses_are_canonical(whole: Service) -> None:
    assert chosen("h=2&w=2&w=1&c=3&c=1").querystring(s="x", p="") == "w=2&h=2&c=1&c=3&s=x"


def test_and_between_groups_or_inside_one(noise: None) -> None:
    service("Men housing", audiences=["men"], help_types=["housing"])
    service("Men legal", audiences=["men"], help_types=["legal"])
    service("Women money", audiences=["women"], help_types=["money"])
    by_label = {
        option.label: f"{param}={option.number}"
        for param in "wh"
        for option in BY_PARAM[param].options(vocabulary())
    }

    def names(*labels: str) -> set[str]:
        selection = chosen("&".join(by_label[label] for label in labels))
        return {card["name"] for card in find("", selection, now=NOW).cards}

    assert names("Men", "Housing") == {"Men housing"}
    assert names("Men", "Women", "Housing", "Money") == {"Men housing", "Women money"}
    assert names("Women", "Housing") == set()


def test_languages_are_those_that_services_speak(whole: Service) -> None:
    hidden = service("Gone", languages=["Urdu"])
    service("Here", languages=["English", "Polish"])  # all speak English: it is no choice
    hidden.live = False
    hidden.save()
    labels = [option.label for option in BY_PARAM["l"].options(vocabulary())]
    assert labels == ["Polish"]


def test_a_language_keeps_its_number() -> None:
    assert (language_number("Urdu"), language_number("Polish"), language_number("Arabic")) == (1, 3, 6)
    assert language_number("Klingon") == language_number("Klingon") > len(LANGUAGES)


SPAN = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(lambda s: [s[0] * 15, (s[0] + s[1]) * 15])
WEEK = st.dictionaries(st.sampled_from(opening.DAYS), st.lists(SPAN, max_size=2), max_size=7)
MOMENTS = st.datetimes(datetime(2026, 3, 20), datetime(2027, 1, 10), timezones=st.just(UTC))
# The Friday and Monday of Easter, May and Christmas, and the nights around them.
HOLIDAYS = st.sampled_from(
    [datetime(2026, 4, 3), datetime(2026, 4, 6), datetime(2026, 5, 4), datetime(2026, 12, 25)]
).flatmap(
    lambda day: st.integers(-12 * 60, 48 * 60).map(lambda m: day.replace(tzinfo=UTC) + timedelta(minutes=m))
)


def holds(expression: object, codes: set[str]) -> bool:
    match expression:
        case Code(text):
            return text in codes
        case And(parts):
            return all(holds(part, codes) for part in parts)
        case Or(parts):
            return any(holds(part, codes) for part in parts)
    raise AssertionError(expression)


@settings(max_examples=600, deadline=None)
@given(week=WEEK, policy=st.sampled_from(["open", "closed", "unknown"]), now=MOMENTS | HOLIDAYS)
def test_open_now_agrees_with_the_hours_on_the_card(week: opening.Week, policy: str, now: datetime) -> None:
    codes = opening_codes.opening_codes({"week": week, "bank_holidays": policy})
    found = holds(opening_codes.open_at(now), codes)
    assert found == (opening.opening(week, policy, now).state == "open")


def test_all_day_and_night_is_one_word_and_a_day_few() -> None:
    always = {day: [[0, 1440]] for day in opening.DAYS}
    assert opening_codes.opening_codes({"week": always, "bank_holidays": "unknown"}) == {opening_codes.ALWAYS}
    office = {"MO": [[540, 1020]]}
    assert len(opening_codes.opening_codes({"week": office, "bank_holidays": "unknown"})) <= 5


def test_half_a_quarter_open_is_not_open_now() -> None:
    codes = opening_codes.opening_codes({"week": {"TU": [[540, 620]]}, "bank_holidays": "unknown"})
    at_ten_past = datetime(2026, 10, 6, 9, 17, tzinfo=UTC)  # 10:17 in London, closes at 10:20
    assert not holds(opening_codes.open_at(at_ten_past), codes)
    assert holds(opening_codes.open_at(at_ten_past - timedelta(minutes=5)), codes)


def test_production_finds_only_what_a_person_has_checked(noise: None) -> None:
    service("Checked")
    service("Unchecked", assured_date=None)
    with mock.patch("services_directory.search.settings.PORTAL_DEMO", False):
        results = find("", chosen(""), now=NOW)
    names = {card["name"] for card in results.cards}
    assert "Checked" in names and "Unchecked" not in names
    assert results.total == len(names)  # they are not counted either
    assert "Unchecked" in {card["name"] for card in find("", chosen(""), now=NOW).cards}
