"""What goes into the letter: the words that the person saw, with the answers that they gave.

A versioned dictionary (docs/envelope.schema.json), so that a letter stays readable when the
questions have long changed. What a worker must know before acting, and how somebody can be
reached without danger, come before everything that was told.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from selfreferral import notes
from selfreferral.questions import FORM_VERSION, Answers, Step, answer
from selfreferral.routing import Route, facts
from selfreferral.sentences import all_of_them

VERSION = 2
READABLE = frozenset({1, 2})
# A question about a chosen way that was left empty. Silence must never read as "it is safe".
NOT_ANSWERED = "Not answered"
KINDS = {
    "": "Not said: take it that somebody asks for themselves",
    "me": "Somebody, for themselves",
    "under_18": "Somebody under 18, for themselves",
    "someone": "Somebody who is worried about another person",
    "professional": "A professional, about another person",
    "own-behaviour": "Somebody who is worried about how they behave",
}
# Whose rules they are, where the same page is asked of different people.
CALLER = "To reach the caller, who is worried about another person"
WHOSE = {
    "contact": "To reach the person who sent this",
    "contact_them": "To reach the person whom this is about",
}

Item = dict[str, str]


def compose(
    answers: Answers,
    steps: Sequence[Step],
    *,
    reference: str,
    route: Route,
    now: datetime,
    flags: Collection[str] = (),
    entered_by: str = "",
) -> dict[str, Any]:
    """The envelope for `answers` (plain values by step slug and field name).

    Only `steps` are sent, without those that are counted: answers to pages that the person no
    longer sees stay behind, and decide nothing. `flags` are codes of notes.FLAGS. `entered_by`: the
    worker who wrote it down from a call.
    """
    sent = [step for step in steps if not step.counted]
    given = {step.slug: answers.get(step.slug, {}) for step in sent}
    fitting, says = notes.fitting(given, facts(given, list(given))), all_of_them()
    more: dict[str, Any] = {"entered_by": entered_by} if entered_by else {}
    if asked := outcome_to(given):
        more["outcome_to"] = asked
    return {
        "version": VERSION,
        "reference": reference,
        "queue": route.queue,
        "urgency": route.urgency,
        "why_urgent": list(route.why),
        "created": now.isoformat(timespec="seconds"),
        "form_version": FORM_VERSION,
        "kind": kind(given),
        "leads_only": any(note.leads_only for note in fitting),
        "notes": [*(note.words(given, says) for note in fitting), *notes.of_flags(flags, says)],
        "safe_contact": [
            {"title": whose(step, given), "items": list(safe_contact(step, given[step.slug]))}
            for step in sent
            if step.safe_contact
        ],
        "answers": [
            {"step": step.slug, "title": str(step.title), "items": said}
            for step in sent
            if not step.safe_contact and (said := list(items(step, given[step.slug])))
        ],
        **more,
    }


def kind(answers: Answers) -> str:
    """Who asks, in words."""
    who = answer(answers, "who", "who")
    return KINDS.get(who, str(who))


def outcome_to(answers: Answers) -> dict[str, str]:
    """Where a professional wants to hear the outcome, by codes and not by words; empty when nobody asked."""
    email = str(answer(answers, "prof", "email"))
    if answer(answers, "prof_outcome", "outcome") != "yes" or not email:
        return {}
    return {"email": email, "own_reference": str(answer(answers, "prof_outcome", "own_reference"))}


def whose(step: Step, answers: Answers) -> str:
    """The title above the rules of `step`: a caller's must never be taken for the person's own."""
    if step.slug == "contact" and answer(answers, "who", "who") == "someone":
        return CALLER
    return WHOSE.get(step.slug, str(step.title))


def items(step: Step, given: Mapping[str, Any]) -> Iterator[Item]:
    """Question and answer for each field that was answered, in the order of the page."""
    for name, field in step.form.base_fields.items():
        if words := in_words(field, given.get(name)):
            yield {"question": str(field.label or name), "answer": words}


def safe_contact(step: Step, given: Mapping[str, Any]) -> Iterator[Item]:
    """Every rule that was given, and every question about a chosen way that was left empty."""
    chosen = tuple(f"{way}_" for way in given.get("ways") or ())
    for name, field in step.form.base_fields.items():
        words = in_words(field, given.get(name)) or (NOT_ANSWERED if name.startswith(chosen) else "")
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
    if not isinstance(envelope, dict) or envelope.get("version") not in READABLE:
        raise ValueError("The letter is no envelope of a known version.")
    return envelope
