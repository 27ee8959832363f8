"""Opening hours as words of the full-text index, so that "open now" is found and not computed.

A day has 96 quarter hours. A span of them is written as the few aligned blocks (of 1, 2, 4, 8,
16 or 32 quarters) that fill it, and a moment is looked for as the six blocks it lies in. A
quarter counts only when the service is open for all of it: nobody is sent to a closed door.
Days and spans that are not known have no word, so they are never found as open.
"""

from datetime import datetime, timedelta
from typing import Any

from services_directory.expression import And, Code, Expression, Or, some
from services_directory.opening import DAY, DAYS, LONDON, is_always, is_bank_holiday

QUARTER = 15
LEVELS = range(6)
ALWAYS = "zzo0"
SAME, SHUT = "zzob1", "zzob2"
BANK_HOLIDAY_CODES = {"open": SAME, "closed": SHUT}  # not known has none


def opening_codes(card: dict[str, Any]) -> set[str]:
    """The index words for a card's week and its policy on bank holidays."""
    week = card["week"]
    if is_always(week):
        return {ALWAYS}
    policy = BANK_HOLIDAY_CODES.get(card["bank_holidays"])
    codes = {policy} if week and policy else set()
    for day, spans in week.items():
        number = DAYS.index(day)
        for opens, closes in spans:
            codes |= _blocks("d", number, opens, min(closes, DAY))
            # What runs past midnight belongs to the day before: its bank holidays count.
            codes |= _blocks("s", (number + 1) % 7, 0, closes - DAY)
    return codes


def open_at(now: datetime) -> Expression:
    """What is open at `now` (aware), as services_directory.opening.opening() decides it."""
    local = now.astimezone(LONDON)
    day, quarter = local.weekday(), (local.hour * 60 + local.minute) // QUARTER
    own: Expression = Or(tuple(Code(_block("d", day, level, quarter >> level)) for level in LEVELS))
    spilt: Expression = Or(tuple(Code(_block("s", day, level, quarter >> level)) for level in LEVELS))
    today = bool(is_bank_holiday(local.date()))
    yesterday = bool(is_bank_holiday(local.date() - timedelta(days=1)))
    same = Code(SAME)
    if today:
        own = And((own, same))
    if yesterday:
        spilt = And((spilt, same))
    elif today:
        # Closed today does not end what began yesterday; not known does.
        spilt = And((spilt, Or((same, Code(SHUT)))))
    return some([Code(ALWAYS), own, spilt])


def next_quarter(now: datetime) -> datetime:
    """When the answer of `open_at` may next differ."""
    start = now.replace(minute=now.minute // QUARTER * QUARTER, second=0, microsecond=0)
    return start + timedelta(minutes=QUARTER)


def _block(kind: str, day: int, level: int, index: int) -> str:
    return f"zzo{kind}{day}{level}{index:02}"


def _blocks(kind: str, day: int, opens: int, closes: int) -> set[str]:
    """The largest aligned blocks that fill the whole quarters between two minutes of a day."""
    codes = set()
    quarter, end = -(-opens // QUARTER), closes // QUARTER
    while quarter < end:
        level = max(
            level for level in LEVELS if quarter % (1 << level) == 0 and quarter + (1 << level) <= end
        )
        codes.add(_block(kind, day, level, quarter >> level))
        quarter += 1 << level
    return codes
