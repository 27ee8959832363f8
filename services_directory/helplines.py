"""The helplines that stand in footers and on error pages: which entry is for whom.

Numbers stand once, in the directory. The starter directory's own record stands in with no database
to ask, for an entry that is not there, and outside the demonstration for one that nobody has
checked yet. It never comes back for one that an editor has hidden: that number may be wrong.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from services_directory import opening
from services_directory.models import Entry, Service

STARTER = Path(__file__).parent / "starter" / "services.json"

OWN_BEHAVIOUR = "worried_about_own_behaviour"
# (audience, code of the service), in the order in which an error page lists them.
HELPLINES = [
    ("", "national-domestic-abuse-helpline"),
    ("men", "mens-advice-line"),
    ("lgbt", "galop"),
    ("young_people_11_17", "childline"),
    (OWN_BEHAVIOUR, "respect-phoneline"),
]
# Whom everybody can ring while the national line is hidden, in this order.
STAND_INS = ("victim-support", "samaritans")


@dataclass(frozen=True)
class Line:
    """A number to ring. `href` is a tel: address, `url` the service's page (or empty)."""

    name: str
    display: str
    href: str
    note: str = ""
    url: str = ""
    audience: str = ""


# When every other number is hidden.
EMERGENCY = Line("Emergency services", "999", "tel:999", "Free, all day and night")


def published_lines() -> list[Line]:
    """The helplines that may be rung, at least one: for everybody first, then those of groups.

    What an editor has hidden, or left without a number, is not there: pages of its group fall to the
    first. In place of a hidden national line stands the first of STAND_INS that is shown, then a
    group's, then 999.
    """
    codes = [code for _audience, code in HELPLINES]
    cards = _cards(codes)
    known = cards.keys() | _in_the_directory(code for code in codes if code not in cards)
    lines = []
    for starter, code in zip(starter_lines(), codes, strict=True):
        card = cards.get(code)
        if code not in known or card and card["phones"] and not _is_checked(card):
            lines.append(starter)
        elif card and card["phones"]:
            lines.append(_from_card(card, starter.audience))
    if lines and lines[0].audience == "":
        return lines
    return [*_in_place_of_the_national(lines), *lines]


def _cards(codes: list[str]) -> dict[str, dict[str, Any]]:
    """Public copies by code."""
    return dict(Entry.objects.filter(service__code__in=codes).values_list("service__code", "card"))


def _in_the_directory(codes: Iterable[str]) -> set[str]:
    """Those that an editor can see, shown or hidden. No query when there is nothing to ask."""
    wanted = list(codes)
    return set(Service.objects.filter(code__in=wanted).values_list("code", flat=True)) if wanted else set()


def _is_checked(card: dict[str, Any]) -> bool:
    return bool(settings.PORTAL_DEMO or card["checked"])


def _in_place_of_the_national(lines: list[Line]) -> list[Line]:
    """A line for everybody; none when the first of `lines`, a group's, can stand there as it is."""
    cards = _cards(list(STAND_INS))
    for card in (cards[code] for code in STAND_INS if code in cards):
        if card["phones"] and _is_checked(card):
            return [_from_card(card, "")]
    return [] if lines and lines[0].audience != OWN_BEHAVIOUR else [EMERGENCY]


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
