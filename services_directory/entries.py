"""Keeping the public copy (`Entry`) true to the services, whoever saved them and how."""

import re
from collections.abc import Iterable

from django.db import transaction

from services_directory import cards, filters
from services_directory.models import Entry, SearchWord, Service

SCOPE_ORDER = {"local": 0, "statutory": 1, "regional": 2, "national": 3, "neighbouring": 4}
WORD = re.compile(r"[^\W\d_]{3,40}")
BATCH = 500


def refresh_entry(service_id: int) -> None:
    """Rewrite one service's public copy, or take it away when it is not live."""
    refresh_entries(pk=service_id)


def refresh_entries(**which) -> None:
    """Rewrite the public copies of the services that `which` (a filter on Service) finds."""
    ids = list(Service.objects.filter(**which).distinct().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _rewrite(ids[start : start + BATCH])


def _rewrite(ids: list[int]) -> None:
    services = Service.objects.filter(pk__in=ids, live=True).with_public_parts()
    fresh = [compose_entry(service) for service in services]
    with transaction.atomic():
        gone = set(ids) - {entry.pk for entry in fresh}
        Entry.objects.filter(pk__in=gone).delete()
        Entry.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["service"],
            update_fields=["card", "name", "keywords", "body", "codes", "scope_order"],
        )
        remember_words(fresh)


def compose_entry(service: Service) -> Entry:
    card = cards.compose(service)
    terms = [*service.audiences.all(), *service.help_types.all(), *service.referrers.all()]
    keywords = [service.alternate_name, service.organization.name, card["area"]]
    keywords += [f"{term.name} {term.search_words}" for term in terms]
    keywords += [*card["languages"], card["by_and_for"]]
    return Entry(
        service_id=service.pk,
        card=card,
        name=service.name,
        keywords=" ".join(filter(None, keywords)),
        body=f"{service.description} {service.what_happens}".strip(),
        codes=" ".join(sorted(filters.codes_of(service, card))),
        scope_order=scope_order(service.scope, reachable=card["has_contact"]),
    )


def scope_order(scope: str, *, reachable: bool) -> int:
    """Near before far; and whoever can be reached before whoever nobody has a number for."""
    return SCOPE_ORDER[scope] + (0 if reachable else len(SCOPE_ORDER))


def remember_words(entries: Iterable[Entry]) -> None:
    """Add the words of `entries` to those that a misspelt word is compared with.

    Letters only: a postcode, a house number or a telephone number never gets here.
    """
    words = {
        word.lower()
        for entry in entries
        for word in WORD.findall(f"{entry.name} {entry.keywords} {entry.body}")
    }
    known = set(SearchWord.objects.filter(word__in=words).values_list("word", flat=True))
    SearchWord.objects.bulk_create(
        [SearchWord(word=word) for word in sorted(words - known)], ignore_conflicts=True
    )
