"""A telephone number that somebody typed by hand: it would stay when the directory's own changes.

Shorter ones (999, 111, 18000, 116 123) never change and may stand in words.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

# One separator in a date, whatever it is, and no further digit after it: 08.08.2000.247 is no date.
WHEN = re.compile(
    r"(?<!\d)(?<!\d[.:])(?:"
    r"\d{4}-\d{1,2}-\d{1,2}(?!-?\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])(?P<mark>[./-])(?:0?[1-9]|1[0-2])(?P=mark)(?:19|20)?\d\d(?!(?P=mark)?\d)"
    r"|(?:0?[1-9]|[12]\d|3[01]) (?:0?[1-9]|1[0-2]) (?:19|20)\d\d(?! ?\d)"
    r"|(?:[01]?\d|2[0-4])[:.][0-5]\d(?![:.]?\d)"
    r")"
)
NUMBER = re.compile(r"(?<![\d£])(?:0|(?<=\+)44|44(?=(?:[\W_]{0,3}\d){10}))(?:[\W_]{0,3}\d){7,}")


def typed_number(text: str) -> str:
    """The first number in `text` of eight digits or more, whatever stands between them; or nothing.

    Dates and hours are none.
    """
    plain = WHEN.sub(" at ", unicodedata.normalize("NFKC", text))
    found = NUMBER.search(plain)
    return found[0] if found else ""


def without_number(words: str, mend: object = "") -> str:
    """`words`, or a ValidationError where a number stands in them; `mend` says where to choose it instead."""
    if found := typed_number(words):
        why = "Numbers come from the directory, where they are checked."
        raise ValidationError(f"Please leave “{found}” out. {why} {mend}".strip())
    return words
