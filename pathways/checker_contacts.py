"""Whom to ring on each route: entries of the directory as the public sees them, never a number of ours."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from selfreferral import safeguarding
from services_directory import cards
from services_directory.models import Entry

MOST = 2
OURS = ("local", "statutory", "regional")  # a team elsewhere would send people on


class Source(NamedTuple):
    """Services with this kind of help, for this audience if it is named; of `only`, when one is there."""

    help: str
    audience: str = ""
    only: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("local", "statutory", "regional", "national")


SOURCES: dict[str, Source] = {
    "police": Source("police_reporting", "professionals", scopes=OURS),
    "forced": Source("forced_marriage_hba", "professionals", ("forced-marriage-unit", "karma-nirvana")),
    "idva": Source("idva", scopes=OURS),
}
TEAMS = {"child": safeguarding.for_child, "adult": safeguarding.for_adult}


def every_card(*, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Cards by key of contact, those of our own area first; a key without an entry has an empty list.

    All of them each time, a small query for each: which are asked for must not hang on the answers.
    """
    found = {key: teams(now=now) for key, teams in TEAMS.items()}
    found |= {key: [cards.present(card, now) for card in _kept(one)] for key, one in SOURCES.items()}
    return found


def _kept(source: Source) -> list[dict[str, Any]]:
    found = Entry.objects.filter(service__help_types__slug=source.help)
    if source.audience:
        found = found.filter(service__audiences__slug=source.audience)
    rows = found.distinct().order_by("scope_order", "name").values_list("service__code", "card")
    usable = [
        (code, card)
        for code, card in rows[: 20 * MOST]
        if card["scope"] in source.scopes and (settings.PORTAL_DEMO or card["checked"])
    ]
    named = sorted(
        (row for row in usable if row[0] in source.only), key=lambda row: source.only.index(row[0])
    )
    return [card for _code, card in (named or usable)[:MOST]]
