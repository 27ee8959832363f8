"""What goes into the letter: the words that the person saw, with the answers that they gave.

A versioned dictionary (docs/envelope.schema.json), so that a letter stays readable when the
questions have long changed. The safe-contact rules come first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from selfreferral.contact import fields_of
from selfreferral.questions import FORM_VERSION, Answers, Step
from selfreferral.routing import Route

VERSION = 1
# The step whose answers say how the person can be reached without danger.
SAFE_CONTACT = "contact"
# A question about a chosen way that was left empty. Silence must never read as "it is safe".
NOT_ANSWERED = "Not answered"

Item = dict[str, str]


def compose(
    answers: Answers, steps: Sequence[Step], *, reference: str, route: Route, now: datetime
) -> dict[str, Any]:
    """The envelope for `answers` (plain values by step slug and field name).

    Only `steps` are sent: answers to pages that the person no longer sees stay behind.
    """
    contact: list[Item] = []
    pages: list[dict[str, Any]] = []
    for step in steps:
        given = answers.get(step.slug, {})
        if step.slug == SAFE_CONTACT:
            contact += safe_contact(step, given)
        elif said := list(items(step, given)):
            pages.append({"step": step.slug, "title": str(step.title), "items": said})
    return {
        "version": VERSION,
        "reference": reference,
        "queue": route.queue,
        "urgency": route.urgency,
        "why_urgent": list(route.why),
        "created": now.isoformat(timespec="seconds"),
        "form_version": FORM_VERSION,
        "safe_contact": contact,
        "answers": pages,
    }


def items(step: Step, given: Mapping[str, Any]) -> Iterator[Item]:
    """Question and answer for each field that was answered, in the order of the page."""
    for name, field in step.form.base_fields.items():
        if words := in_words(field, given.get(name)):
            yield {"question": str(field.label or name), "answer": words}


def safe_contact(step: Step, given: Mapping[str, Any]) -> Iterator[Item]:
    """Every rule that was given, and every question about a chosen way that was left empty."""
    asked = {name for way in given.get("ways", []) for name in fields_of(way)}
    for name, field in step.form.base_fields.items():
        words = in_words(field, given.get(name)) or (NOT_ANSWERED if name in asked else "")
        if words:
            yield {"question": str(field.label or name), "answer": words}


def in_words(field: forms.Field, value: Any) -> str:
    """`value` as the person saw it: the words beside the box, not the code behind it."""
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(words for words in (in_words(field, one) for one in value) if words)
    if isinstance(field, forms.ChoiceField):
        # django-stubs types the choices as what may be assigned to them.
        words_of: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
        return str(words_of.get(value, value))
    return str(value)


def to_bytes(envelope: Mapping[str, Any]) -> bytes:
    return json.dumps(envelope, ensure_ascii=False, indent=1).encode(errors="replace")


def from_bytes(letter: bytes) -> dict[str, Any]:
    """Raises ValueError when it is no envelope of a version that we know."""
    envelope = json.loads(letter)
    if not isinstance(envelope, dict) or envelope.get("version") != VERSION:
        raise ValueError("The letter is no envelope of a known version.")
    return envelope
