"""Opening hours: what the rows of a schedule say, in words, and whether it is open now.

A `Week` maps a day (MO..SU) to the spans it is open, in minutes after that day's midnight;
a span that runs past midnight ends above 1440. A day that is missing is not known, and an
empty day is closed: the two are never mixed up. All times are Europe/London wall times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
DAY = 24 * 60
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = dict(
    zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
Week = dict[str, list[list[int]]]
ALL_DAY = [[0, DAY]]


class ScheduleRow(Protocol):
    byday: str
    opens_at: time | None
    closes_at: time | None


@dataclass(frozen=True)
class Opening:
    """Whether a service is open. `state` is "open", "closed" or "unknown"."""

    state: str
    words: str


def week_of(rows: Iterable[ScheduleRow]) -> Week:
    """The week that schedule rows describe, days and spans in order."""
    week: Week = {}
    for row in sorted(rows, key=lambda row: DAYS.index(row.byday)):
        spans = week.setdefault(row.byday, [])
        if row.opens_at is not None and row.closes_at is not None:
            opens = row.opens_at.hour * 60 + row.opens_at.minute
            closes = row.closes_at.hour * 60 + row.closes_at.minute
            spans.append([opens, closes if closes > opens else closes + DAY])
            spans.sort()
    return week


def is_always(week: Week) -> bool:
    return len(week) == 7 and all(spans == ALL_DAY for spans in week.values())


@lru_cache(maxsize=1)
def _calendar() -> tuple[frozenset[date], date]:
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    days = frozenset(holiday["date"] for holiday in holidays)
    return days, max(days)


def is_bank_holiday(day: date) -> bool | None:
    """True or False in England and Wales; None past the end of the published calendar."""
    days, last = _calendar()
    return None if day > last else day in days


def clock(minutes: int) -> str:
    """Minutes after midnight as people say them: 9am, 8:30pm, midday, midnight."""
    minutes %= DAY
    if minutes == 0:
        return "midnight"
    if minutes == DAY // 2:
        return "midday"
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"


def spans_in_words(spans: list[list[int]]) -> str:
    if not spans:
        return "Closed"
    if spans == ALL_DAY:
        return "All day and night"
    return " and ".join(f"{clock(opens)} to {clock(closes)}" for opens, closes in spans)


def hours_in_words(week: Week) -> list[tuple[str, str]]:
    """The week in as few rows as it takes: [("Monday to Friday", "9am to 5pm"), ...]."""
    if is_always(week):
        return [("Every day", "All day and night")]
    runs: list[tuple[list[str], str]] = []
    for day in DAYS:
        words = spans_in_words(week[day]) if day in week else "Not known"
        if runs and runs[-1][1] == words:
            runs[-1][0].append(day)
        else:
            runs.append(([day], words))
    return [(_run_of_days(days), words) for days, words in runs] if week else []


def _run_of_days(days: list[str]) -> str:
    first, last = DAY_NAMES[days[0]], DAY_NAMES[days[-1]]
    if len(days) == 7:
        return "Every day"
    if len(days) == 1:
        return first
    return f"{first} {'and' if len(days) == 2 else 'to'} {last}"


def opening(week: Week, bank_holidays: str, now: datetime) -> Opening:
    """Whether it is open at `now` (aware). `bank_holidays` is "open", "closed" or "unknown"."""
    local = now.astimezone(LONDON)
    today, minute = local.date(), local.hour * 60 + local.minute
    if not week:
        return Opening("unknown", "Opening hours not known")
    if is_always(week):
        return Opening("open", "Open all day, every day")
    if is_bank_holiday(today) and bank_holidays == "unknown":
        return Opening("unknown", "Bank holiday: hours may differ")
    yesterday = _spans(week, bank_holidays, today - timedelta(days=1)) or []
    spans = _spans(week, bank_holidays, today)
    if any(closes > minute + DAY for _opens, closes in yesterday):
        return Opening("open", "Open now")
    if spans is None:
        return Opening("unknown", "Opening hours today not known")
    if any(opens <= minute < closes for opens, closes in spans):
        return Opening("open", "Open now")
    return Opening("closed", _next_opening(week, bank_holidays, today, minute))


def _spans(week: Week, bank_holidays: str, day: date) -> list[list[int]] | None:
    """Spans on a date; None when nobody can say."""
    if is_bank_holiday(day) and bank_holidays != "open":
        return [] if bank_holidays == "closed" else None
    return week.get(DAYS[day.weekday()])


def _next_opening(week: Week, bank_holidays: str, today: date, minute: int) -> str:
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        spans = _spans(week, bank_holidays, day)
        if spans is None:
            break
        for opens, _closes in spans:
            if ahead or opens > minute:
                when = ("today", "tomorrow")[ahead] if ahead < 2 else DAY_NAMES[DAYS[day.weekday()]]
                return f"Opens {when} at {clock(opens)}"
    return "Closed now"


def next_change(week: Week, now: datetime) -> datetime:
    """When the words of `opening` may next differ: an opening, a closing or midnight (aware)."""
    local = now.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    yesterday = DAYS[(local.weekday() - 1) % 7]
    edges = {edge for span in week.get(DAYS[local.weekday()], []) for edge in span}
    edges |= {closes - DAY for _opens, closes in week.get(yesterday, [])}
    ahead = min((edge for edge in edges if minute < edge < DAY), default=DAY)
    midnight = datetime.combine(local.date() + timedelta(days=ahead // DAY), time(), LONDON)
    return midnight if ahead == DAY else midnight.replace(hour=ahead // 60, minute=ahead % 60)
