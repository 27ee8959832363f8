"""The helplines that stand in footers and on error pages: which entry is for whom.

Numbers stand once, in the directory. With no database to ask, or before an editor has
checked the entry, the starter directory's own record stands in, so that no page is ever
without a number.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services_directory import opening
from services_directory.models import Entry

STARTER = Path(__file__).parent / "starter" / "services.json"

# (audience, code of the service), in the order in which an error page lists them.
HELPLINES = [
    ("", "national-domestic-abuse-helpline"),
    ("men", "mens-advice-line"),
    ("lgbt", "galop"),
    ("young_people_11_17", "childline"),
    ("worried_about_own_behaviour", "respect-phoneline"),
]
NATIONAL = HELPLINES[0][1]


@dataclass(frozen=True)
class Line:
    """A number to ring. `href` is a tel: address, `url` the service's page (or empty)."""

    name: str
    display: str
    href: str
    note: str = ""
    url: str = ""
    audience: str = ""


def published_lines() -> list[Line]:
    """The helplines, from the directory, and from the starter record where it has none."""
    cards = dict(
        Entry.objects.filter(service__code__in=[code for _audience, code in HELPLINES]).values_list(
            "service__code", "card"
        )
    )
    starter = {line.audience: line for line in starter_lines()}
    lines = []
    for audience, code in HELPLINES:
        card = cards.get(code)
        lines.append(_from_card(card, audience) if card and card["phones"] else starter[audience])
    return lines


@lru_cache(maxsize=1)
def starter_lines() -> tuple[Line, ...]:
    """The same helplines without a database."""
    records = {record["id"]: record for record in json.loads(STARTER.read_text())}
    return tuple(_from_record(records[code], audience) for audience, code in HELPLINES)


def _from_card(card: dict[str, Any], audience: str) -> Line:
    phone = card["phones"][0]
    note = note_in_words(free=phone["cost"] == "Free to call", always=opening.is_always(card["week"]))
    return Line(card["name"], phone["display"], phone["href"], note, card["url"], audience)


def _from_record(record: dict[str, Any], audience: str) -> Line:
    phone = record["phones"][0]
    hours: Iterable[str | None] = [record["opening_hours"].get(day) for day in DAY_KEYS]
    note = note_in_words(free=phone["free"] is True, always=all(h == "00:00-24:00" for h in hours))
    href = "tel:" + (phone["e164"] or "".join(c for c in phone["display"] if c.isdigit()))
    return Line(record["name"], phone["display"], href, note, "", audience)


DAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def note_in_words(*, free: bool, always: bool) -> str:
    words = ", ".join(filter(None, ["free" if free else "", "all day and night" if always else ""]))
    return words.capitalize()
