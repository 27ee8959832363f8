"""Keeping the public copy (`Entry`) true to the services, whoever saved them and how."""

import re
from collections.abc import Collection, Iterable, Iterator

from django.db import transaction

from services_directory import cards, filters, public_words
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
    refused = [one for at in range(0, len(ids), BATCH) for one in _rewrite(ids[at : at + BATCH])]
    if refused:
        words = {name: why for one in refused for name, why in one.problems.items()}
        raise public_words.Refused(words, refused[0].instance)


def _rewrite(ids: list[int]) -> list[public_words.Refused]:
    """Write what may be read, and say what may not: its copy stays as it was."""
    services = Service.objects.filter(pk__in=ids, live=True).with_public_parts()
    composed = {service.pk: (service, compose_entry(service)) for service in services}
    refused = {one.instance.pk: one for one in not_to_be_read(composed.values())}
    fresh = [entry for pk, (_service, entry) in composed.items() if pk not in refused]
    with transaction.atomic():
        gone = set(ids) - set(composed)
        Entry.objects.filter(pk__in=gone).delete()
        Entry.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["service"],
            update_fields=["card", "name", "keywords", "body", "codes", "scope_order"],
        )
        remember_words(fresh)
    return list(refused.values())


def not_to_be_read(written: Collection[tuple[Service, Entry]]) -> Iterator[public_words.Refused]:
    """The services whose copy would newly say what nobody may read.

    What a copy says already is named to editors until it is mended (live_words.py), and holds up nothing
    else: an organization's new address, a check of the details.
    """
    if not public_words.problems({"all": [entry.card for _service, entry in written]}):
        return
    for service, entry in written:
        card = {name: value for name, value in entry.card.items() if name != "lead"}  # is the description's
        if not (found := public_words.problems(card)):
            continue
        old = Entry.objects.filter(pk=entry.pk).values_list("card", flat=True).first() or {}
        was = public_words.problems(old)
        new = {name: why for name, why in found.items() if name not in was or old[name] != card[name]}
        if new:
            labels = {public_words.label(service, name): why for name, why in new.items()}
            yield public_words.Refused({f"“{service}”, {name}": why for name, why in labels.items()}, service)


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
