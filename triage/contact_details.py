"""Finds numbers and addresses in what somebody wrote: to compare them, or to leave them out."""

import re
import unicodedata
from datetime import date

import phonenumbers

from services_directory.place_readings import without_postcodes

REGION = "GB"
FEWEST, MOST = 9, 15
# A run of digits with what people put between them; "10.00-12.00 14.00" is a rule, and no number.
RUN = re.compile(r"(?<![\w+])(?:\+|\(|\d)[\d\s().\-/–]{7,}\d(?!\w)")
TIMES = re.compile(r"\d{1,2}[.:]\d\d\s*[-–/]\s*\d{1,2}[.:]\d\d|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b")
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+\.\w+")
LEFT_OUT = "left out"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./,-]+((?:19|20)\d\d)\b", re.IGNORECASE
)


def numbers_in(text: str) -> set[str]:
    """Each phone number in one spelling, +44…; what could be none is not among them."""
    return {number for found in RUN.finditer(text) if (number := spelled(found[0]))}


def spelled(written: str) -> str:
    """`written` as +44…; empty when nobody could ring it."""
    if TIMES.search(written):
        return ""
    try:
        number = phonenumbers.parse(written.replace("(0)", ""), REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def emails_in(text: str) -> set[str]:
    """Each address without regard to case. Its dots stay: not every provider ignores them."""
    return {found[0].rstrip(".").casefold() for found in EMAIL.finditer(text)}


def without(text: str) -> str:
    """`text` with "left out" for whatever looks like a phone number, an email address or a postcode."""
    text = EMAIL.sub(LEFT_OUT, text)
    text = RUN.sub(lambda found: LEFT_OUT if is_number(found[0]) else found[0], text)
    return without_postcodes(text, LEFT_OUT)


def is_number(written: str) -> bool:
    """Wider than what could be rung: a number with a slip in it is still somebody's."""
    digits = sum(letter.isdigit() for letter in written)
    return FEWEST <= digits <= MOST and not TIMES.search(written)


def dates_in(text: str) -> set[date]:
    """Each day that is written out whole, as people here write it: 3/5/1990, 3 May 1990."""
    found = set()
    for day, month, year in DAY.findall(text):
        short = month[:3].lower()
        number = int(month) if month.isdigit() else MONTHS.index(short) + 1 if short in MONTHS else 0
        try:
            found.add(date(int(year), number, int(day)))
        except ValueError:
            continue  # no such day
    return found


def folded(name: str) -> str:
    """A name without accents, case, order and marks, to compare it."""
    marks = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return " ".join(sorted(re.findall(r"\w+", plain.casefold())))
