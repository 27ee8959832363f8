"""Hours in words, and open or closed: never an hour that the data does not hold."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_directory import opening
from services_directory.models import Schedule
from services_directory.opening import LONDON

ALWAYS = {day: [[0, 1440]] for day in opening.DAYS}
OFFICE = {day: [[540, 1020]] for day in opening.DAYS[:5]} | {"SA": [], "SU": []}
LATE = {"FR": [[1320, 1560]], "SA": []}  # Friday 10pm to Saturday 2am
PARTLY = {"MO": [[540, 1020]]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("week", "bank_holidays", "now", "state", "words"),
    [
        ({}, "unknown", "2026-11-23T10:00", "unknown", "Opening hours not known"),
        (ALWAYS, "unknown", "2026-12-25T03:00", "open", "Open all day, every day"),
        (OFFICE, "unknown", "2026-11-23T10:00", "open", "Open now"),
        (OFFICE, "unknown", "2026-11-23T08:59", "closed", "Opens today at 9am"),
        (OFFICE, "unknown", "2026-11-23T09:00", "open", "Open now"),
        (OFFICE, "unknown", "2026-11-23T16:59", "open", "Open now"),
        (OFFICE, "unknown", "2026-11-23T17:00", "closed", "Opens tomorrow at 9am"),
        (OFFICE, "unknown", "2026-11-27T18:00", "closed", "Opens Monday at 9am"),
        (OFFICE, "unknown", "2026-12-25T10:00", "unknown", "Bank holiday: hours may differ"),
        (OFFICE, "closed", "2026-12-25T10:00", "closed", "Opens Tuesday at 9am"),
        (OFFICE, "open", "2026-12-25T10:00", "open", "Open now"),
        (OFFICE, "unknown", "2026-12-24T18:00", "closed", "Closed now"),
        (LATE, "unknown", "2026-11-28T01:59", "open", "Open now"),
        (LATE, "unknown", "2026-11-28T02:00", "closed", "Closed now"),
        (LATE, "unknown", "2026-11-29T02:00", "unknown", "Opening hours today not known"),
        (PARTLY, "unknown", "2026-11-24T10:00", "unknown", "Opening hours today not known"),
        (PARTLY, "unknown", "2026-11-23T18:00", "closed", "Closed now"),
    ],
)
def test_open_closed_or_honestly_unknown(week, bank_holidays, now, state, words):
    found = opening.opening(week, bank_holidays, at(now))
    assert (found.state, found.words) == (state, words)


def test_summer_and_winter_time_are_london_time():
    noon_utc = datetime.fromisoformat("2026-07-06T08:30+00:00")  # 9.30 in London
    assert opening.opening(OFFICE, "unknown", noon_utc).state == "open"
    assert opening.opening(OFFICE, "unknown", noon_utc.replace(month=1, day=5)).state == "closed"


@pytest.mark.parametrize(
    ("week", "rows"),
    [
        ({}, []),
        (ALWAYS, [("Every day", "All day and night")]),
        (OFFICE, [("Monday to Friday", "9am to 5pm"), ("Saturday and Sunday", "Closed")]),
        (PARTLY, [("Monday", "9am to 5pm"), ("Tuesday to Sunday", "Not known")]),
    ],
)
def test_hours_are_told_in_few_rows_and_not_known_is_not_closed(week, rows):
    assert opening.hours_in_words(week) == rows


def test_a_day_without_a_row_is_not_known_and_a_row_without_times_is_closed():
    rows = [
        Schedule(byday="MO", opens_at=time(10), closes_at=time(20, 30)),
        Schedule(byday="TU"),
        Schedule(byday="WE", opens_at=time(0), closes_at=time(0)),
    ]
    assert opening.week_of(rows) == {"MO": [[600, 1230]], "TU": [], "WE": [[0, 1440]]}


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "midnight"), (720, "midday"), (540, "9am"), (1230, "8:30pm"), (1440, "midnight"), (5, "12:05am")],
)
def test_clock_speaks_as_people_do(minutes, words):
    assert opening.clock(minutes) == words


def test_past_the_calendar_nobody_claims_to_know_bank_holidays():
    assert opening.is_bank_holiday(at("2026-12-25T00:00").date()) is True
    assert opening.is_bank_holiday(at("2026-11-23T00:00").date()) is False
    assert opening.is_bank_holiday(at("2199-12-25T00:00").date()) is None


@given(
    st.dictionaries(
        st.sampled_from(opening.DAYS),
        st.lists(st.tuples(st.integers(0, 1439), st.integers(15, 1440)), max_size=2),
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),
)
def test_the_words_hold_until_the_next_change(spans, moment):
    week = {day: sorted([start, start + length] for start, length in rows) for day, rows in spans.items()}
    now = moment.replace(tzinfo=LONDON)
    change = opening.next_change(week, now)
    assert now < change <= now + timedelta(hours=26)
    just_before = change - timedelta(seconds=1)
    if now <= just_before and now.utcoffset() == just_before.utcoffset():
        assert opening.opening(week, "open", now) == opening.opening(week, "open", just_before)
