"""The district is read out of whatever people write; what cannot be read decides nothing."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from selfreferral import areas, checks
from tests import factories
from tests.selfreferral.somebody import NOW

WRITTEN = {
    "S60 1AE": "S60",
    "s60 1ae": "S60",
    "S601AE": "S60",
    "  s60   1ae ": "S60",
    "S 60 1 AE": "S60",
    "S60": "S60",
    "s 60": "S60",
    "S60 1": "S60",
    "S60 1A": "S60",
    "S60-1AE": "S60",
    "S60.": "S60",
    "S6O 1AE": "S60",
    "S60 IAE": "S60",
    "S6O": "S60",
    "S6 1AE": "S6",
    "S61AE": "S6",
    "S61": "S61",
    "S6 1": "S6",
    "S25 2AB": "S25",
    "SO14 0AA": "SO14",
    "dn1 2ab": "DN1",
    "EC1A 1BB": "EC1A",
    "W1A 0AX": "W1A",
    "M1 1AE": "M1",
    "Ｓ６０ 1AE": "S60",
    "S\u00a060 1AE": "S60",
    "S60\u200b1AE": "",
    "S̷͓60": "",
    "ZZ99 9ZZ": "",
    "X1": "",
    "1 High Street, S60": "",
    "Rotherham": "",
    "S": "",
    "60": "",
    "": "",
    "S60 1AEX": "",
    "٣٤": "",
    "S٦٠": "",
    "S60" * 5000: "",
}


@pytest.mark.parametrize(("text", "district"), WRITTEN.items(), ids=[text[:20] for text in WRITTEN])
def test_the_district_of_what_people_write(text: str, district: str) -> None:
    assert areas.district(text) == district


@hypothesis_settings(max_examples=500)
@given(st.text() | st.from_regex(r"[A-Za-z]{0,3} ?[0-9OI]{0,3} ?[0-9A-Z]{0,4}", fullmatch=True))
def test_no_text_is_an_error_and_a_district_reads_as_itself(text: str) -> None:
    district = areas.district(text)
    assert district == "" or areas.district(district) == district
    assert areas.area_of(text, "unsaid") in {"in", "out", "unsaid"}


@pytest.mark.parametrize(
    ("postcode", "choice", "area"),
    [
        ("S60 1AE", "", "in"),
        ("S60 1AE", "out", "in"),
        ("S66", "unsaid", "in"),
        ("S1 2AB", "in", "out"),
        ("S6 1AE", "", "out"),
        ("nowhere", "in", "in"),
        ("nowhere", "out", "out"),
        ("", "unsaid", "unsaid"),
        ("", "", ""),
    ],
)
def test_a_postcode_wins_over_the_choice(settings, postcode: str, choice: str, area: str) -> None:
    settings.PORTAL_DISTRICTS = ["S60", "S66"]
    assert areas.area_of(postcode, choice) == area


def test_without_districts_only_the_choice_counts(settings) -> None:
    settings.PORTAL_DISTRICTS = []
    assert areas.area_of("S1 2AB", "in") == "in"


@pytest.mark.parametrize("wrong", ["S6O", "s60", "S60 1AE", "Rotherham", "ZZ1", ""])
def test_a_wrong_district_stops_the_start(settings, wrong: str) -> None:
    settings.PORTAL_DISTRICTS = ["S60", wrong]
    (problem,) = checks.districts(None)
    assert problem.id == "selfreferral.E002" and repr(wrong) in problem.msg and "S60" in problem.hint


def test_the_districts_of_the_settings_are_right() -> None:
    assert checks.districts(None) == []


@pytest.fixture
def near(db) -> None:
    factories.service("Sheffield line", scope="neighbouring", areas=["Sheffield"])
    factories.service("Barnsley line", scope="neighbouring", areas=["Barnsley and North Yorkshire"])
    factories.service("Rotherham line", areas=["Rotherham borough"])
    factories.service("Everywhere", scope="national", areas=["United Kingdom"])
    factories.service("Not checked yet", scope="neighbouring", areas=["Sheffield"], assured_date=None)


@pytest.mark.parametrize(
    ("postcode", "names"),
    [
        ("S1 2AB", ["Sheffield line"]),
        ("s352ab", ["Sheffield line"]),
        ("S70", ["Barnsley line"]),
        ("DN1 2AB", []),
        ("S60 1AE", []),
        ("nowhere", []),
        ("", []),
    ],
)
def test_services_of_the_place_next_door(near, settings, postcode: str, names: list[str]) -> None:
    settings.PORTAL_DEMO = False
    cards = areas.neighbours(postcode, now=NOW)
    assert [card["name"] for card in cards] == names
    assert all("opening" in card for card in cards)


def test_a_service_of_two_places_with_the_same_name_stands_once(db) -> None:
    factories.service("Line", areas=["Sheffield", "Sheffield and Barnsley"])
    assert len(areas.neighbours("S1", now=NOW)) == 1


def test_no_district_belongs_to_two_places() -> None:
    every = [district for districts in areas.NEIGHBOURS.values() for district in districts]
    assert len(every) == len(set(every))
    assert all(areas.district(district) == district for district in every)
