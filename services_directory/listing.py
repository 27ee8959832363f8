"""Services for a page that somebody wrote: a group's page, or a list inside any page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from services_directory import cards
from services_directory.freshness import kept, told
from services_directory.models import Entry, TaxonomyTerm
from services_directory.search import find, stand_ins
from services_directory.selection import Selection, address
from services_directory.tags import service_tag
from services_directory.vocabulary import vocabulary

MOST_LISTED = 12


def list_services(
    terms: Iterable[TaxonomyTerm],
    *,
    now: datetime,
    generation: int | None = None,
    request: HttpRequest | None = None,
) -> dict[str, Any]:
    """Context of a list: cards (at most 12), heading, total_words, and more_url with the same choice.

    Which services these are is kept for the pages of `request`; whether they are open is not.
    """
    chosen = Selection.from_terms(terms, vocabulary(generation))
    listed = kept(("list", *chosen.chosen.items()), lambda: _read(chosen, now), request)
    return {
        "cards": [cards.Card(written, now) for written in listed.written],
        "heading": listed.heading,
        "total_words": listed.total_words,
        "more_url": address(reverse("find"), chosen.querystring()),
    }


class Listed(NamedTuple):
    """`written` holds public copies as they are stored."""

    written: tuple[str, ...]
    heading: str
    total_words: str


def _read(chosen: Selection, now: datetime) -> Listed:
    results = find("", chosen, now=now, per_page=MOST_LISTED)
    heading = results.total_words
    if not results.total:
        results = stand_ins("", chosen, now=now, per_page=MOST_LISTED)
        heading = "Services across the country"
    return Listed(tuple(card.said[0] for card in results.cards), heading, results.total_words)


def chosen_services(keys: Iterable[int], *, now: datetime) -> list[cards.Card]:
    """The cards of these services, in this order. One that is hidden or not checked is left out."""
    wanted = list(keys)
    with told(*map(service_tag, wanted)):
        found = dict(Entry.objects.filter(pk__in=wanted).values_list("pk", Entry.WRITTEN)) if wanted else {}
    shown = (cards.Card(found[key], now) for key in wanted if key in found)
    return [card for card in shown if settings.PORTAL_DEMO or card["checked"]]
