"""The one rule for every figure about people that staff see: whole fives of a time that is over, never a sum.

A time that is over never changes again, so nobody can add to a number until what is said of it changes and
so learn how small it was; and there are no two readings to compare. docs/decisions/campaign-counts.md.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from services_directory.opening import LONDON

ENOUGH = 5  # nothing below is shown, and nothing finer
Key = TypeVar("Key", bound=Hashable)


class Closed(dict[tuple[date, Key], str]):
    """What may be said, by the first day of each week or month and by what was counted.

    What is not in it was counted fewer than ENOUGH times, or never: both are said in the same words.
    """

    def __missing__(self, key: tuple[date, Key]) -> str:
        return f"fewer than {ENOUGH}"


def closed(
    rows: Iterable[tuple[date, Key, int]], begins: Callable[[date], date], *, now: datetime
) -> Closed[Key]:
    """Of `rows` (day, what, how often) each time that is over; `begins` gives its first day."""
    counted: Counter[tuple[date, Key]] = Counter()
    for day, what, number in rows:
        counted[begins(day), what] += number
    running = begins(now.astimezone(LONDON).date())
    return Closed(
        {
            (start, what): f"{number - number % ENOUGH} or more"
            for (start, what), number in counted.items()
            if number >= ENOUGH and start < running
        }
    )


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_of_month(day: date) -> date:
    return day.replace(day=1)
