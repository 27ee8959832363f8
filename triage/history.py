"""What was done about a case, line by line, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage import codes, events


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    by: str
    details: str


def of_case(reference: str, *, names: Mapping[str, str]) -> list[Line]:
    """`names` are those of the queues, by slug."""
    return [
        Line(event.at, event.get_what_display(), event.by, details(event.what, event.detail, names))
        for event in events.of_case(reference)
    ]


def details(what: str, detail: str, names: Mapping[str, str]) -> str:
    """Codes in words. What was refused is a decision by its slug, and is named as on the record."""
    refused = what == events.What.REFUSED and detail in events.What.values
    return str(events.What(detail).label) if refused else codes.words(detail, names)
