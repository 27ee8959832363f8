"""What to look for in the full-text index, as a tree that both databases' languages are written from.

    >>> to_fts5(And((Code("zzw3"), Or((Word("visa"), Word("immigration"))))))
    '("zzw3" AND ("visa" OR "immigration"))'

Every leaf is letters and digits only and is quoted, so nothing that a visitor types is ever
read as an operator.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word anywhere in an entry's text, in any of its grammatical forms."""

    text: str


@dataclass(frozen=True)
class NameWord:
    """A word in the service's own name."""

    text: str


@dataclass(frozen=True)
class Code:
    """One opaque word of a filter, exactly."""

    text: str


@dataclass(frozen=True)
class And:
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class But:
    """What `kept` finds, without what `left_out` finds."""

    kept: "Expression"
    left_out: "Expression"


Expression = Word | NameWord | Code | And | Or | But


def every(parts: Iterable[Expression]) -> Expression:
    found = tuple(parts)
    return found[0] if len(found) == 1 else And(found)


def some(parts: Iterable[Expression]) -> Expression:
    found = tuple(parts)
    return found[0] if len(found) == 1 else Or(found)


def to_fts5(expression: Expression) -> str:
    """In the language of SQLite's FTS5."""
    match expression:
        case Word(text) | Code(text):
            return f'"{text}"'
        case NameWord(text):
            return f'name : "{text}"'
        case And(parts):
            return f"({' AND '.join(map(to_fts5, parts))})"
        case Or(parts):
            return f"({' OR '.join(map(to_fts5, parts))})"
        case But(kept, left_out):
            return f"({to_fts5(kept)} NOT {to_fts5(left_out)})"


NAME_MARK = "zzn"  # what PostgreSQL's index writes before each word of a name


def to_tsquery(expression: Expression) -> str:
    """In the language of PostgreSQL's to_tsquery."""
    match expression:
        case Word(text) | Code(text):
            return f"'{text}'"
        case NameWord(text):
            return f"'{NAME_MARK}{text}'"
        case And(parts):
            return f"({' & '.join(map(to_tsquery, parts))})"
        case Or(parts):
            return f"({' | '.join(map(to_tsquery, parts))})"
        case But(kept, left_out):
            return f"({to_tsquery(kept)} & !{to_tsquery(left_out)})"
