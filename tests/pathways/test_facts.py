"""Facts: declared once, filled into any text, changed and confirmed by a lead, shown everywhere at once."""

import re

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from pathways import facts
from pathways.facts import FACTS
from pathways.models import Fact
from services_directory import freshness

pytestmark = pytest.mark.django_db


# --- declared --------------------------------------------------------------------------------
@pytest.mark.parametrize("key", FACTS)
def test_each_is_whole(key: str) -> None:
    fact = FACTS[key]
    assert re.fullmatch(r"[a-z_]+", key) and fact.label and fact.source
    if fact.kind == "text":
        assert not fact.unit and fact.came == " ".join(fact.came.split()) and "{" not in fact.came
    else:
        assert fact.least <= int(fact.came) <= fact.most


def test_labels_are_said_once() -> None:
    assert len({fact.label for fact in FACTS.values()}) == len(FACTS)


# --- filled in -------------------------------------------------------------------------------
def test_a_key_becomes_its_words_with_the_unit() -> None:
    said = facts.current().fill("{dash_high} of {dash_questions}; within {strategy_meeting}; {encompass_by}.")
    assert said == "14 of 24; within 24 hours; before the next school day."


@pytest.mark.parametrize(("months", "words"), [("1", "1 month"), ("12", "12 months")])
def test_one_of_something_is_no_plural(months: str, words: str) -> None:
    Fact.objects.create(key="marac_repeat", value=months)
    assert facts.current().fill("{marac_repeat}") == words


def test_an_unknown_key_is_an_error_for_a_form_and_none_for_a_page() -> None:
    now = facts.current()
    with pytest.raises(facts.UnknownFact, match="dash_hihg"):
        now.fill("{dash_hihg} ticks")
    assert facts.unknown("{dash_hihg} {dash_high} {} {dash_hihg}") == ["dash_hihg", ""]
    assert now.fill_known("{dash_hihg} of {dash_high}") == "… of 14"


# --- shown at once ---------------------------------------------------------------------------
def test_a_value_written_by_any_way_shows_at_once() -> None:
    assert facts.current().number("dash_high") == 14
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO pathways_fact (key, value, confirmed_by) VALUES ('dash_high', '12', '')")
    assert facts.current().number("dash_high") == 12
    Fact.objects.all().delete()
    assert facts.current().number("dash_high") == 14


def test_with_the_database_down_the_last_values_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    Fact.objects.create(key="dash_high", value="12")
    assert facts.current().number("dash_high") == 12

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("down")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)
    assert facts.current().number("dash_high") == 12
    freshness.forget()
    assert facts.current().number("dash_high") == 14
