"""Lists of services inside pages."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services_directory.listing import MOST_LISTED, list_services
from tests.factories import service, term

NOW = datetime(2026, 10, 6, 10, 7, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_list_holds_what_its_terms_ask_for(noise: None) -> None:
    service("For men", audiences=["men"], help_types=["housing"])
    service("For men, too", audiences=["men"], help_types=["legal"])
    men, housing = term("audience", "men"), term("help", "housing")
    listed = list_services([men, housing], now=NOW)
    assert [card["name"] for card in listed["cards"]] == ["For men"]
    assert listed["cards"][0]["opening"].state == "unknown"
    assert listed["total_words"] == listed["heading"] == "1 service"
    assert listed["more_url"] == f"/find/?w={men.number}&h={housing.number}"


def test_a_list_is_short_and_costs_one_query_when_warm(noise: None) -> None:
    for _ in range(MOST_LISTED + 3):
        service(audiences=["men"])
    men = term("audience", "men")
    list_services([men], now=NOW)
    with CaptureQueriesContext(connection) as queries:
        listed = list_services([men], now=NOW)
    assert len(listed["cards"]) == MOST_LISTED
    assert len(queries) == 2  # the generation, and the list


def test_an_empty_list_shows_the_whole_country(noise: None) -> None:
    service("Far", scope="national")
    nobody = term("audience", "nobody_yet", anyone_counts=False)
    listed = list_services([nobody], now=NOW)
    assert [card["name"] for card in listed["cards"]] == ["Far"]
    assert listed["heading"] == "Services across the country"


def test_a_term_that_is_not_offered_can_still_be_listed(noise: None) -> None:
    service("Plain", audiences=["anyone"])
    listed = list_services([term("audience", "anyone")], now=NOW)
    assert [card["name"] for card in listed["cards"]] == ["Plain"]
