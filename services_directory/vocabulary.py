"""The words that search and filters are made of, read when they change and kept in memory."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.db.models import Q

from services_directory.freshness import Shown, Snapshot
from services_directory.models import Language, Synonym, TaxonomyTerm

TAXONOMIES = ("audience", "help", "referrer")


@dataclass(frozen=True)
class Option:
    """One choice of a filter. `number` stands for it in addresses and in the index."""

    number: int
    label: str
    slug: str = ""
    anyone_counts: bool = True


@dataclass(frozen=True)
class Vocabulary:
    """Options by taxonomy, languages that services speak, everyday words by what they mean."""

    options: dict[str, tuple[Option, ...]]
    terms: dict[int, tuple[str, Option]]  # every term by its key: (taxonomy, option)
    languages: tuple[str, ...]
    synonyms: dict[str, tuple[str, ...]]


def vocabulary(generation: int | None = None) -> Vocabulary:
    """The vocabulary of `generation` (asked of the database when not given)."""
    return cast(Vocabulary, Shown(_snapshot, _snapshot.look(generation)))


def _read() -> Vocabulary:
    options: dict[str, list[Option]] = {slug: [] for slug in TAXONOMIES}
    terms = {}
    for term in TaxonomyTerm.objects.select_related("taxonomy").order_by("order", "name"):
        option = Option(term.number, term.name, term.slug, term.anyone_counts)
        terms[term.pk] = (term.taxonomy.slug, option)
        if term.offered and term.taxonomy.slug in options:
            options[term.taxonomy.slug].append(option)
    checked = Q() if settings.PORTAL_DEMO else Q(service__assured_date__isnull=False)
    languages = Language.objects.filter(checked, service__live=True).order_by().values_list("name", flat=True)
    return Vocabulary(
        options={slug: tuple(found) for slug, found in options.items()},
        terms=terms,
        languages=tuple(sorted(set(languages.distinct()))),
        synonyms={
            " ".join(word.lower().split()): tuple(part.strip() for part in means.split(",") if part.strip())
            for word, means in Synonym.objects.values_list("word", "means")
        },
    )


_snapshot = Snapshot("vocabulary", _read, vars)
