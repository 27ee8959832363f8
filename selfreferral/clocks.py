"""How long a team has, counted in the hours in which it is open.

The rule, which the local lead must confirm: an answer is due when the hours that ANSWER_WITHIN
gives its urgency have passed *while the queue was open*; to an urgent letter, when they have passed by
the clock on the wall, whoever it is from: a child's team that is closed has no longer than an adult's.

A queue's hours are data: {"mon": ["09:00", "21:00"], …, "holiday": ["10:00", "16:00"]}. A day that
is missing is closed; without "holiday" the queue is closed on bank holidays; nothing at all is open
always. Times are London's wall times, one span a day, and "24:00" ends a day. Past the end of the
published calendar of bank holidays a day is an ordinary day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from services_directory.opening import LONDON, is_bank_holiday

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
URGENT = "urgent"
FARTHEST = 1000  # days: hours that have not added up by then are taken for none
Hours = dict[str, Any]


def due(sent_at: datetime, urgency: str, hours: Hours) -> datetime:
    """By when somebody should have answered: never before `sent_at`, and in closed hours only when urgent.

    An urgency that we do not know is taken for urgent.
    """
    within = settings.ANSWER_WITHIN.get(urgency)
    if within is None or urgency == URGENT:
        return sent_at + settings.ANSWER_WITHIN[URGENT]
    return add(hours, sent_at, within)


def sent_by(now: datetime, urgency: str, hours: Hours) -> datetime:
    """The latest moment of sending whose answer is due at `now`: `due` read backwards, for soon and
    routine."""
    within = left = settings.ANSWER_WITHIN[urgency]
    for start, end in spans(hours, now, step=-1) if usable(hours) else ():
        until = min(end, now)
        if until - left >= start:
            return until - left
        left -= max(until - start, timedelta(0))
    return now - within


def add(hours: Hours, at: datetime, within: timedelta) -> datetime:
    """The moment at which `within` has passed since `at` in open hours."""
    left = within
    for start, end in spans(hours, at) if usable(hours) else ():
        begin = max(start, at)
        if begin + left <= end:
            return begin + left
        left -= max(end - begin, timedelta(0))
    return at + within


def spans(hours: Hours, at: datetime, *, step: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing of each open day, in UTC, from the day of `at` on, or back with -1."""
    first = at.astimezone(LONDON).date()
    for number in range(FARTHEST):
        day = first + timedelta(days=step * number)
        if span := hours.get(HOLIDAY if is_bank_holiday(day) else DAYS[day.weekday()]):
            start, end = (moment(day, words) for words in span)
            if start < end:  # the hour that a spring night leaves out may swallow a span
                yield start, end


def moment(day: date, words: str) -> datetime:
    """In UTC: London's wall times cannot be counted across the night when the clocks change."""
    after = words == "24:00"
    wall = time() if after else time.fromisoformat(words)
    return datetime.combine(day + timedelta(days=after), wall, LONDON).astimezone(UTC)


def usable(hours: Any) -> bool:
    """Whether there are hours to count in. With others the queue counts as always open: that rings
    too early and never too late."""
    return bool(hours) and not problem(hours)


def problem(hours: Any) -> str:
    """What is wrong with a queue's hours, in words for whoever typed them; empty when they are good."""
    if not isinstance(hours, dict):
        return 'Write days with hours, like {"mon": ["09:00", "17:00"]}, or {} for always open.'
    for day, span in hours.items():
        if day not in (*DAYS, HOLIDAY):
            return f"“{day}” is no day. Days are {', '.join(DAYS)}, and {HOLIDAY} for bank holidays."
        if not (isinstance(span, list) and len(span) == 2 and all(map(is_time, span))):
            return f"Write two times for {day}, like [“09:00”, “17:00”]. A closed day is left out."
        if span[0] >= span[1]:
            return (
                f"On {day} it closes before it opens. After midnight begins the next day; “24:00” ends one."
            )
    if hours and not set(hours) & set(DAYS):
        return "It is open on no day of the week. Write at least one, or {} for always open."
    return ""


def is_time(words: Any) -> bool:
    """HH:MM in 24 hours, or 24:00."""
    try:
        return words == "24:00" or f"{time.fromisoformat(words):%H:%M}" == words
    except (TypeError, ValueError):
        return False
