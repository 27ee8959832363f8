"""The number in what a professional typed. In doubt the highest: it can only raise a referral."""

import re

DIGITS = 3  # longer ones are years, telephone numbers and slips; Python refuses to read thousands of digits
NUMBER = re.compile(r"\d+")
# How many questions a tool has is no score: "9/24", "9 out of 24". No tool in use has fewer.
OUT_OF = re.compile(r"(?<=\d)\s*(?:/|(?:out\s+)?of)\s*(\d+)", re.IGNORECASE)
QUESTIONS = 24


def highest(typed: str) -> int | None:
    """19 of "ticked 9 visible, total 19/24". None when there is no number."""
    said = OUT_OF.sub(lambda found: "" if _number(found[1]) >= QUESTIONS else found[0], typed)
    return max((_number(one) for one in NUMBER.findall(said) if len(one) <= DIGITS), default=None)


def _number(digits: str) -> int:
    return int(digits[: DIGITS + 1])
