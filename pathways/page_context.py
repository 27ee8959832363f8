"""What the page of one pathway shows, and what its print and its picture show with it."""

from typing import Any

from pathways import steps
from pathways.diagram import Box, draw
from pathways.facts import Facts
from pathways.words import STAR, has_unconfirmed, plain, show


def of_page(page: Any, facts: Facts, *, generation: int | None = None) -> dict[str, Any]:
    """Context of `page` (a draft, too): two queries, one for contacts and one for its last version."""
    written = steps.steps_of(page, steps.published(generation))
    contacts = steps.contacts_of([page.ring, *(step.contact for step in written)])
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
        "version": page.versions.defer("words").first() if page.pk else None,
    }


def boxes(written: list[steps.Step], facts: Facts) -> list[Box]:
    return [
        Box(
            *(plain(text, facts, mark=STAR) for text in (step.words["title"], step.words["clock"], step.when))
        )
        for step in written
    ]
