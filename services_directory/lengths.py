"""Lengths of time as people say them."""

from datetime import timedelta

UNITS = (
    ("year", timedelta(days=365)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


def in_words(length: timedelta) -> str:
    """ "6 years", "90 minutes": in the largest unit that it is a whole number of. At least a minute."""
    for name, unit in UNITS:
        number, left = divmod(length, unit)
        if number and not left:
            return f"{number} {name}{'' if number == 1 else 's'}"
    raise ValueError("Not a whole number of minutes.")
