"""Services for a page that somebody wrote: a group's page, or a list inside any page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from services_directory import cards
from services_directory.freshness import told
from services_directory.models import Entry, TaxonomyTerm
from services_directory.search import find, stand_ins
from services_directory.selection import Selection, address
from services_directory.tags import service_tag
from services_directory.vocabulary import vocabulary

MOST_LISTED = 12


def list_services(
    terms: Iterable[TaxonomyTerm], *, now: datetime, generation: int | None = None
) -> dict[str, Any]:
    """Context of a list: cards (at most 12), heading, total_words, and more_url with the same choice."""
    chosen = Selection.from_terms(terms, vocabulary(generation))
    results = find("", chosen, now=now, per_page=MOST_LISTED)
    heading = results.total_words
    if not results.total:
        results = stand_ins("", chosen, now=now, per_page=MOST_LISTED)
        heading = "Services across the country"
    return {
        "cards": results.cards,
        "heading": heading,
        "total_words": results.total_words,
        "more_url": address(reverse("find"), chosen.querystring()),
    }


def chosen_services(keys: Iterable[int], *, now: datetime) -> list[cards.Card]:
    """The cards of these services, in this order. One that is hidden or not checked is left out."""
    wanted = list(keys)
    with told(*map(service_tag, wanted)):
        found = dict(Entry.objects.filter(pk__in=wanted).values_list("pk", Entry.WRITTEN)) if wanted else {}
    shown = (cards.Card(found[key], now) for key in wanted if key in found)
    return [card for card in shown if settings.PORTAL_DEMO or card["checked"]]
