"""What somebody chose among the filters: read from an address, and written to one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from services_directory.filters import BY_PARAM, FILTERS, PARAM_OF_TAXONOMY
from services_directory.models import TaxonomyTerm
from services_directory.vocabulary import Option, Vocabulary


class Control(NamedTuple):
    """One group of the form. Its options are (code, label, checked, id)."""

    legend: str
    param: str
    kind: str
    options: tuple[tuple[str, str, bool, str], ...]
    chosen_words: str


@dataclass(frozen=True)
class Selection:
    """Chosen options by filter, in the order in which the filters offer them."""

    chosen: Mapping[str, tuple[Option, ...]]
    words: Vocabulary

    @classmethod
    def from_querydict(cls, data: QueryDict, words: Vocabulary) -> "Selection":
        """What `data` chooses. Anything unknown, repeated or broken is left out."""
        chosen = {}
        for group in FILTERS:
            asked = set(data.getlist(group.param))
            if asked:
                options = tuple(option for option in group.options(words) if str(option.number) in asked)
                if options:
                    chosen[group.param] = options
        return cls(chosen, words)

    @classmethod
    def from_terms(cls, terms: Iterable[TaxonomyTerm], words: Vocabulary) -> "Selection":
        """The same for an editor's choice of terms, offered among the filters or not."""
        chosen: dict[str, tuple[Option, ...]] = {}
        for term in terms:
            taxonomy, option = words.terms[term.pk]
            param = PARAM_OF_TAXONOMY[taxonomy]
            chosen[param] = (*chosen.get(param, ()), option)
        return cls(chosen, words)

    def __bool__(self) -> bool:
        return bool(self.chosen)

    @cached_property
    def codes(self) -> list[str]:
        """Such as ["h7", "w3"]: what is counted when nothing was found."""
        return sorted(
            f"{param}{option.number}" for param, options in self.chosen.items() for option in options
        )

    @property
    def chosen_words(self) -> str:
        return ", ".join(option.label for options in self._in_order() for option in options)

    def keep(self, *params: str) -> "Selection":
        """Only these filters."""
        return Selection({p: options for p, options in self.chosen.items() if p in params}, self.words)

    def without(self, param: str, number: int) -> "Selection":
        """One choice taken off."""
        left = tuple(option for option in self.chosen[param] if option.number != number)
        rest = {p: options for p, options in self.chosen.items() if p != param}
        return Selection({**rest, param: left} if left else rest, self.words)

    def querystring(self, **more: Any) -> str:
        """The one address that means this choice: `w=3&w=5&h=7`. `more` follows, empty ones left out."""
        pairs = [
            (group.param, option.number) for group in FILTERS for option in self.chosen.get(group.param, ())
        ]
        return urlencode(pairs + [(name, value) for name, value in more.items() if value])

    def controls(self) -> list[Control]:
        groups = []
        for group in FILTERS:
            chosen = set(self.chosen.get(group.param, ()))
            options = tuple(
                (str(option.number), option.label, option in chosen, f"{group.param}{option.number}")
                for option in group.options(self.words)
            )
            if options:
                words = ", ".join(option.label for option in self.chosen.get(group.param, ()))
                groups.append(Control(group.legend, group.param, group.kind, options, words))
        return groups

    def chips(self, path: str, **more: Any) -> list[tuple[str, str]]:
        """Each choice with the address that takes it off."""
        return [
            (option.label, address(path, self.without(param, option.number).querystring(**more)))
            for param in BY_PARAM
            for option in self.chosen.get(param, ())
        ]

    def _in_order(self) -> list[tuple[Option, ...]]:
        return [self.chosen[group.param] for group in FILTERS if group.param in self.chosen]


def address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
