"""No test falls between the phases of `make test`, and what asks a database is asked of both."""

from itertools import chain, combinations

import pytest
from _pytest.mark.expression import Expression

from tests.conftest import asks_a_database
from tests.run import ALONE, IN_CHROMIUM, ON_POSTGRESQL, ON_SQLITE

MARKS = ("browser", "timing", "once")
COMBINATIONS = list(chain.from_iterable(combinations(MARKS, number) for number in range(4)))


def runs(phase: str, marks: tuple[str, ...]) -> bool:
    return Expression.compile(phase).evaluate(lambda name, **_: name in marks)


@pytest.mark.parametrize("marks", COMBINATIONS, ids=str)
def test_each_is_in_one_phase(marks: tuple[str, ...]) -> None:
    assert sum(runs(phase, marks) for phase in (ON_SQLITE, IN_CHROMIUM, ALONE)) == 1
    assert runs(ON_POSTGRESQL, marks) == (marks == ())


def test_what_asks_no_database_runs_once(request: pytest.FixtureRequest) -> None:
    assert not asks_a_database(request.node) and request.node.get_closest_marker("once")


def test_what_asks_one_without_saying_so_fails(request: pytest.FixtureRequest) -> None:
    with pytest.raises(pytest.fail.Exception, match="name it among the arguments"):
        request.getfixturevalue("db")


def test_what_asks_one_by_an_argument_runs_on_both(request: pytest.FixtureRequest, db: None) -> None:
    assert asks_a_database(request.node) and not request.node.get_closest_marker("once")


@pytest.mark.django_db
def test_what_asks_one_by_its_mark_runs_on_both(request: pytest.FixtureRequest) -> None:
    assert asks_a_database(request.node) and not request.node.get_closest_marker("once")
