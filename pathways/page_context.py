"""What the page of one pathway shows, and what its print and its picture show with it."""

from datetime import datetime
from typing import Any, NamedTuple

from pathways import steps
from pathways.diagram import Box, draw
from pathways.facts import Facts
from pathways.models.version import Version
from pathways.words import STAR, has_unconfirmed, plain, show
from services_directory.freshness import Snapshot


def of_page(page: Any, facts: Facts, *, generation: int | None = None) -> dict[str, Any]:
    """Context of `page` (a draft, too). No query for what is published, when `generation` is kept."""
    written = steps.steps_of(page, generation)
    contacts = steps.contacts_of([page.ring, *(step.contact for step in written)], generation)
    texts = [getattr(page, name) for name in page.WORDED]
    texts += [text for step in written for text in (*step.words.values(), step.when)]
    return {
        "lead": show(page.lead, facts),
        "now_words": show(page.now, facts),
        "by_when_words": show(page.by_when, facts),
        "ring": contacts.get(page.ring, steps.Contact()),
        "steps": steps.shown(written, facts, contacts),
        "diagram": draw(page.title, boxes(written, facts), in_order=page.in_order) if written else "",
        "feedback": show(page.feedback, facts),
        "escalation": show(page.escalation, facts),
        "starred": has_unconfirmed(texts, facts),
        "version": last_version(page.pk, generation),
    }


class LastVersion(NamedTuple):
    number: int
    published_at: datetime


def last_version(pk: int | None, generation: int | None) -> LastVersion | None:
    _versions.shows(str(pk))
    return _versions.look(generation).get(str(pk))


def _read_versions() -> dict[str, LastVersion]:
    rows = Version.objects.order_by("number").values_list("page_id", "number", "published_at")
    return {str(pk): LastVersion(number, when) for pk, number, when in rows}


_versions = Snapshot("versions", _read_versions, dict)


def boxes(written: list[steps.Step], facts: Facts) -> list[Box]:
    return [
        Box(
            *(plain(text, facts, mark=STAR) for text in (step.words["title"], step.words["clock"], step.when))
        )
        for step in written
    ]
