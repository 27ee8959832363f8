"""A search as a page asks it, for tests."""

from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from services_directory.search import Results, find
from services_directory.selection import Selection
from services_directory.vocabulary import vocabulary

NOW = datetime(2026, 10, 6, 10, 7, tzinfo=UTC)


def chosen(query: str = "") -> Selection:
    return Selection.from_querydict(QueryDict(query), vocabulary())


def names(results: Results) -> list[str]:
    return [card["name"] for card in results.cards]


def searched(text: str, query: str = "", **more: Any) -> list[str]:
    return names(find(text, chosen(query), now=NOW, **more))
