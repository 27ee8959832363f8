"""Thresholds and clocks: what they are now, and how they come into words.

`FACTS` holds what came with the site (facts_list.py); a lead changes and confirms it in the
CMS (facts_editing.py), and it shows at once in every process (services_directory/freshness.py).

    facts.current().fill("{dash_high} ticks or more")     -> "14 ticks or more"
    facts.of(request).fill("within {strategy_meeting}")    -> "within 24 hours"; no query on a public page
    facts.unknown("within {strateg_meeting}")              -> ["strateg_meeting"], for a form's refusal
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest

from pathways.facts_list import FACTS, Declared, Kind
from services_directory.freshness import Snapshot

__all__ = ["FACTS", "Declared", "Facts", "Kind", "UnknownFact", "current", "in_text", "of", "unknown"]

PLACE = re.compile(r"\{([^{}]*)\}")


class UnknownFact(KeyError):
    """A text names a fact that nobody declared; its argument is the key."""


class Facts(NamedTuple):
    """Every declared fact as it stands, and which of them nobody has confirmed."""

    values: Mapping[str, str]
    to_confirm: frozenset[str]

    def number(self, key: str) -> int:
        """A number or hours, to compare with. KeyError: nobody declared it."""
        _snapshot.shows(key)
        return int(self.values[key])

    def words(self, key: str) -> str:
        """As it stands in a sentence, with its unit: "24 hours", "12 months", "14". KeyError as above."""
        _snapshot.shows(key)
        return in_words(FACTS[key], self.values[key])

    def fill(self, text: str) -> str:
        """`text` with every {key} replaced by its words. Raises UnknownFact."""
        return PLACE.sub(self._place, text)

    def fill_known(self, text: str) -> str:
        """The same for a text that is being shown: an unknown key is taken out, and never a 500."""
        return PLACE.sub(lambda match: self.words(match[1]) if match[1] in FACTS else "…", text)

    def named(self, text: str) -> frozenset[str]:
        """Declared keys that stand in `text`."""
        found = frozenset(PLACE.findall(text)) & FACTS.keys()
        for key in found:
            _snapshot.shows(key)
        return found

    def _place(self, match: re.Match[str]) -> str:
        if match[1] not in FACTS:
            raise UnknownFact(match[1])
        return self.words(match[1])


AS_DECLARED = Facts({key: one.came for key, one in FACTS.items()}, frozenset(FACTS))


def in_words(fact: Declared, value: str) -> str:
    """ "24 hours", "1 month", "14", "before the next school day" """
    unit = "hours" if fact.kind == "hours" else fact.unit
    if not unit:
        return value
    return f"{value} {unit.removesuffix('s') if value == '1' else unit}"


def unknown(text: str) -> list[str]:
    """What stands in braces in `text` and is no fact, in order; empty when all is well."""
    return [key for key in dict.fromkeys(PLACE.findall(text)) if key not in FACTS]


def of(request: HttpRequest) -> Facts:
    """The facts for one page: read once for each request."""
    kept = getattr(request, "pathway_facts", None)
    if kept is None:
        kept = current(getattr(request, "generation", None))
        request.pathway_facts = kept  # type: ignore[attr-defined]
    return kept


def current(generation: int | None = None) -> Facts:
    """The facts as they stand now. At most two small queries; none when `generation` is known and kept."""
    return _snapshot.current(generation)


def in_text(text: str) -> str:
    """`text` with the facts that it names, for rooms below that know no facts (settings.FACTS_IN_WORDS)."""
    return current().fill(text)


def _read() -> Facts:
    from pathways.models import Fact

    rows = [row for row in Fact.objects.all() if row.key in FACTS]
    own = {row.key: row.value for row in rows if row.value}
    confirmed = {row.key for row in rows if row.confirmed_on}
    return Facts({**AS_DECLARED.values, **own}, frozenset(FACTS) - confirmed)


def _parts(facts: Facts) -> dict[str, tuple[str, bool]]:
    """Each fact, and whether a star stands beside it."""
    return {key: (value, key in facts.to_confirm) for key, value in facts.values.items()}


_snapshot = Snapshot("facts", _read, _parts, stand_in=lambda: AS_DECLARED)
