"""The filters of "Find a service", each declared once in FILTERS.

To add one, add it there: its control, its address, its chip, its words in the index and its test
follow. Addresses and the index carry opaque codes (`w3`), never a word of what somebody needs.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from services_directory.expression import Code, Expression
from services_directory.opening_codes import open_at, opening_codes
from services_directory.vocabulary import Option, Vocabulary

if TYPE_CHECKING:
    from services_directory.models import Service, TaxonomyTerm

Card = dict[str, Any]
# Words of the index that belong to no filter: every entry, those that nobody has checked (few, so
# that leaving them out costs little), and services for anyone, whoever asks.
EVERY, UNCHECKED, ANYONE = "zze1", "zzv0", "zzw0"
HERE = 1
AREAS = {"local": HERE, "statutory": HERE, "regional": HERE, "neighbouring": 2, "national": 3}
# Numbers are for ever: they stand in addresses that people have shared. Add at the end.
LANGUAGES = (
    "Urdu", "Punjabi", "Polish", "Slovak", "Romanian", "Arabic", "British Sign Language", "Welsh",
    "Kurdish", "Farsi", "Dari", "Pashto", "Turkish", "Bengali", "Gujarati", "Hindi", "Somali",
    "Tigrinya", "Amharic", "French", "Portuguese", "Spanish", "Ukrainian", "Russian", "Czech",
    "Hungarian", "Lithuanian", "Latvian", "Bulgarian", "Albanian", "Vietnamese", "Mandarin",
    "Cantonese", "Tamil", "Sylheti", "Mirpuri", "Pahari", "Roma", "Italian", "German",
)  # fmt: skip
UNLISTED = 1000
EVERYWHERE_SPOKEN = "English"


def code(param: str, number: int) -> str:
    """The index word for one choice. No real word begins with zz and ends in a digit."""
    return f"zz{param}{number}"


@dataclass(frozen=True)
class Filter:
    """One group of choices. AND between groups, OR inside one."""

    param: str
    legend: str
    options: Callable[[Vocabulary], tuple[Option, ...]]
    codes_of: Callable[["Service", Card], set[str]]
    expression: Callable[[str, int, datetime], Expression] = lambda param, number, now: Code(
        code(param, number)
    )
    kind: str = "checkbox"


def language_number(name: str) -> int:
    """A number that stays the same for a language, listed above or not."""
    if name in LANGUAGES:
        return LANGUAGES.index(name) + 1
    return UNLISTED + zlib.crc32(name.lower().encode()) % 9000


def _terms(param: str, terms: "list[TaxonomyTerm]") -> set[str]:
    return {code(param, term.number) for term in terms}


def _audience_codes(service: "Service", card: Card) -> set[str]:
    terms = list(service.audiences.all())
    return _terms("w", terms) | {ANYONE for term in terms if term.slug == "anyone"}


def _contact_codes(service: "Service", card: Card) -> set[str]:
    ways = (card["phones"], card["texts"], card["webchat"], card["email"], card["bsl"])
    return {code("c", number) for number, way in enumerate(ways, start=1) if way}


def _languages(words: Vocabulary) -> tuple[Option, ...]:
    """Only languages that a service says it speaks. All speak English, so it is no choice."""
    return tuple(Option(language_number(name), name) for name in words.languages if name != EVERYWHERE_SPOKEN)


WAYS = ("Phone", "Text message", "Online chat", "Email", "British Sign Language")

FILTERS = (
    Filter("w", "Who it is for", lambda words: words.options["audience"], _audience_codes),
    Filter(
        "h",
        "Kind of help",
        lambda words: words.options["help"],
        lambda service, card: _terms("h", service.help_types.all()),
    ),
    Filter(
        "c",
        "How to get in touch",
        lambda words: tuple(Option(number, way) for number, way in enumerate(WAYS, start=1)),
        _contact_codes,
    ),
    Filter(
        "a",
        "Where",
        lambda words: (
            Option(HERE, f"In {settings.PORTAL_AREA}"),
            Option(2, f"Near {settings.PORTAL_AREA}"),
            Option(3, "Anywhere in the country"),
        ),
        lambda service, card: {code("a", AREAS[service.scope])},
    ),
    Filter(
        "o",
        "When",
        lambda words: (Option(1, "Open now"),),
        lambda service, card: opening_codes(card),
        lambda param, number, now: open_at(now),
    ),
    Filter(
        "l",
        "Language",
        _languages,
        lambda service, card: {code("l", language_number(name)) for name in card["languages"]},
    ),
    Filter(
        "r",
        "Who can get in touch",
        lambda words: words.options["referrer"],
        lambda service, card: _terms("r", service.referrers.all()),
    ),
)
BY_PARAM = {group.param: group for group in FILTERS}
PARAM_OF_TAXONOMY = {"audience": "w", "help": "h", "referrer": "r"}


def codes_of(service: "Service", card: Card) -> set[str]:
    """All of a service's words in the index, kept in `Entry.codes`."""
    codes = {EVERY} if card["checked"] else {EVERY, UNCHECKED}
    return codes.union(*(group.codes_of(service, card) for group in FILTERS))
