"""Every sentence on which somebody's safety may hang: its words, and who answers for them.

`SENTENCES` holds the wording that came with the site (sentence_list.py, sentence_notes.py).
A safeguarding lead changes and confirms it in the admin (sentence_editing.py); until somebody
has, it is to be confirmed. A change shows at once in every process (services_directory/freshness.py),
and a page costs one small query at most.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from selfreferral.sentence_list import PUBLIC, Declared
from selfreferral.sentence_notes import NOTES
from services_directory.freshness import Snapshot

__all__ = ["SENTENCES", "Declared", "Says", "all_of_them", "say", "says", "to_confirm"]

SENTENCES: dict[str, Declared] = {**PUBLIC, **NOTES}


class Wording(NamedTuple):
    """The words of every declared sentence, and which nobody has confirmed."""

    words: Mapping[str, str]
    to_confirm: frozenset[str]


AS_DECLARED = Wording({slug: one.words for slug, one in SENTENCES.items()}, frozenset(SENTENCES))


class Says(Mapping[str, str]):
    """Sentences by slug, read when the first is asked for. One for each page: it knows what the page said."""

    def __init__(self, generation: int | None = None) -> None:
        self._generation = generation
        self._wording: Wording | None = None
        self._said: set[str] = set()

    def __getitem__(self, slug: str) -> str:
        words = self._now().words[slug]
        if slug not in self._said:
            _snapshot.shows(slug)
            self._said.add(slug)
        return words

    def __iter__(self) -> Iterator[str]:
        return iter(SENTENCES)

    def __len__(self) -> int:
        return len(SENTENCES)

    @property
    def mark(self) -> bool:
        """Whether a demonstration's page, as far as it is written, holds words to be confirmed."""
        return settings.PORTAL_DEMO and bool(self._said) and not self._said.isdisjoint(self._now().to_confirm)

    def _now(self) -> Wording:
        if self._wording is None:
            self._wording = _snapshot.current(self._generation)
        return self._wording


def say(slug: str) -> str:
    """The words of one sentence as they stand now. KeyError: nobody declared it."""
    return all_of_them()[slug]


def all_of_them() -> Says:
    return Says()


def to_confirm() -> frozenset[str]:
    """Slugs of the sentences that no lead has confirmed."""
    return _snapshot.current().to_confirm


def says(request: HttpRequest) -> dict[str, Any]:
    """Context processor. A page that says nothing costs nothing."""
    return {"says": Says(getattr(request, "generation", None))}


def _read() -> Wording:
    from selfreferral.models import Sentence

    rows = [row for row in Sentence.objects.all() if row.slug in SENTENCES]
    own = {row.slug: row.words for row in rows if row.words}
    confirmed = {row.slug for row in rows if row.confirmed_on}
    return Wording({**AS_DECLARED.words, **own}, frozenset(SENTENCES) - confirmed)


def _parts(wording: Wording) -> dict[str, tuple[str, bool]]:
    """Each sentence, and whether a demonstration marks it."""
    return {slug: (words, slug in wording.to_confirm) for slug, words in wording.words.items()}


_snapshot = Snapshot("sentences", _read, _parts, stand_in=lambda: AS_DECLARED)
