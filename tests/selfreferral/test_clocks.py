"""How long a team has: never before it was sent, in closed hours only when urgent, always in order."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from selfreferral import clocks, routing, starter
from selfreferral.models import Queue
from services_directory.opening import LONDON

URGENCIES = ("urgent", "soon", "routine", "one we do not know")
WEEKS = some.dictionaries(
    some.sampled_from((*clocks.DAYS, clocks.HOLIDAY)),
    some.sampled_from(
        [["09:00", "17:00"], ["09:00", "21:00"], ["00:00", "24:00"], ["00:30", "01:30"], ["12:00", "12:20"]]
    ),
).filter(lambda hours: not clocks.problem(hours))
# Both nights of the clock change lie in here, Christmas and Easter too.
MOMENTS = some.datetimes(datetime(2026, 3, 20), datetime(2027, 4, 5)).map(lambda at: at.replace(tzinfo=UTC))


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON).astimezone(UTC)


def is_open(hours: clocks.Hours, moment: datetime) -> bool:
    """Closing time counts: what is due then was due while they were there."""
    near = islice(clocks.spans(hours, moment - timedelta(days=1)), 3)
    return not hours or any(start <= moment <= end for start, end in near)


@given(hours=WEEKS, sent=MOMENTS, urgency=some.sampled_from(URGENCIES))
def test_due_after_it_was_sent_and_while_they_are_there_unless_urgent(hours, sent, urgency: str) -> None:
    due = clocks.due(sent, urgency, hours)
    assert due > sent
    assert is_open(hours, due) if urgency in ("soon", "routine") else due == sent + timedelta(hours=2)


@given(hours=WEEKS, sent=MOMENTS, later=some.timedeltas(timedelta(0), timedelta(days=9)))
@pytest.mark.parametrize("urgency", URGENCIES)
def test_what_came_first_is_due_first(hours, sent, later, urgency: str) -> None:
    assert clocks.due(sent, urgency, hours) <= clocks.due(sent + later, urgency, hours)


@given(hours=WEEKS, sent=MOMENTS, now=MOMENTS, urgency=some.sampled_from(["soon", "routine"]))
def test_read_backwards_it_is_the_same_rule(hours, sent, now, urgency: str) -> None:
    assert (sent <= clocks.sent_by(now, urgency, hours)) == (clocks.due(sent, urgency, hours) <= now)


OFFICE, DAYTIME = starter.OFFICE, starter.DAYTIME


@pytest.mark.parametrize(
    ("hours", "urgency", "sent", "due"),
    [
        ({}, "urgent", "2026-11-21 23:00", "2026-11-22 01:00"),
        (DAYTIME, "urgent", "2026-11-20 10:00", "2026-11-20 12:00"),
        (DAYTIME, "urgent", "2026-11-20 20:00", "2026-11-20 22:00"),
        (OFFICE, "urgent", "2026-11-20 17:05", "2026-11-20 19:05"),  # Friday evening
        (OFFICE, "urgent", "2026-12-24 16:30", "2026-12-24 18:30"),
        (DAYTIME, "soon", "2026-11-20 19:00", "2026-11-21 11:00"),
        (OFFICE, "soon", "2026-11-20 15:00", "2026-11-23 11:00"),
        (OFFICE, "routine", "2026-11-23 18:00", "2026-11-24 17:00"),  # the end of the next working day
        (DAYTIME, "routine", "2026-11-20 20:00", "2026-11-21 16:00"),  # and within 24 hours
        # The night in which an hour is left out, and the one in which it comes twice.
        ({}, "urgent", "2026-03-29 00:30", "2026-03-29 03:30"),
        ({}, "urgent", "2026-10-25 00:30", "2026-10-25 01:30+00:00"),
        ({"sun": ["00:30", "07:00"]}, "soon", "2026-03-28 23:00", "2026-03-29 05:30"),
        (DAYTIME, "soon", "2026-03-28 22:00", "2026-03-29 13:00"),
        (DAYTIME, "soon", "2026-10-24 20:30", "2026-10-25 12:30"),
    ],
)
def test_how_it_is_counted(hours, urgency: str, sent: str, due: str) -> None:
    expected = datetime.fromisoformat(due)
    assert clocks.due(at(sent), urgency, hours) == (expected if expected.tzinfo else at(due))


@pytest.mark.parametrize("slug", routing.QUEUES)
@pytest.mark.parametrize("sent", ["2026-11-20 17:05", "2026-11-22 03:00", "2026-12-24 23:30"])
def test_an_urgent_letter_is_due_nowhere_later_than_an_adults(slug: str, sent: str) -> None:
    due = [
        clocks.due(at(sent), "urgent", starter.OPEN[starter.QUEUES[one][1]]) for one in (slug, "high-risk")
    ]
    assert due[0] <= due[1] == at(sent) + timedelta(hours=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], "Write days with hours"),
        ({"monday": ["09:00", "17:00"]}, "is no day"),
        ({"mon": ["9", "17"]}, "two times for mon"),
        ({"mon": ["09:00"]}, "two times for mon"),
        ({"mon": [9, 17]}, "two times for mon"),
        ({"mon": None}, "two times for mon"),
        ({"mon": ["25:00", "26:00"]}, "two times for mon"),
        ({"mon": ["09:00+01:00", "17:00"]}, "two times for mon"),
        ({"mon": ["17:00", "09:00"]}, "closes before it opens"),
        ({"holiday": ["09:00", "17:00"]}, "no day of the week"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words_and_count_as_always(hours: Any, words: str) -> None:
    queue = Queue(slug="q", name="Q", hours="x", reply_words="y", recipients=["a", "b"], open_hours=hours)
    with pytest.raises(ValidationError) as caught:
        queue.full_clean(validate_unique=False)
    assert words in str(caught.value.message_dict["open_hours"])
    sent = at("2026-11-22 03:00")
    for urgency, within in (("urgent", 2), ("soon", 4)):
        assert clocks.due(sent, urgency, hours) == sent + timedelta(hours=within)
    assert clocks.sent_by(sent, "soon", hours) == sent - timedelta(hours=4)


@pytest.mark.parametrize("slug", routing.QUEUES)
def test_the_starters_hours_are_those_that_people_read(slug: str) -> None:
    words = starter.QUEUES[slug][1]
    hours = starter.OPEN[words]
    assert not clocks.problem(hours) and hours
    (span,) = {tuple(span) for span in hours.values()}
    spoken = {"09:00": "9am", "17:00": "5pm", "21:00": "9pm"}
    assert words.endswith(f"{spoken[span[0]]} to {spoken[span[1]]}")
    assert ("sun" in hours) == words.startswith("Every day")
