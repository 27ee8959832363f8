"""Which steps there are for the answers given so far. Reads plain answers, asks no form."""

from typing import Any

from django import forms

from selfreferral.questions import STEPS, Answers, Step

Raw = dict[str, list[str]]


def visible(answers: Answers, steps: tuple[Step, ...] = STEPS) -> list[Step]:
    """The steps of this person's way, in order. Answers of hidden steps decide nothing."""
    seen: list[Step] = []
    counted: Answers = {}
    for step in steps:
        if step.show_if is None or step.show_if(counted):
            seen.append(step)
            counted[step.slug] = answers.get(step.slug, {})
    return seen


def to_send(answers: Answers, steps: tuple[Step, ...] = STEPS) -> tuple[Answers, list[Step]]:
    """What leaves with the letter: the visible steps that ask something, and their answers only."""
    asked = [step for step in visible(answers, steps) if step.asks]
    return {step.slug: answers.get(step.slug, {}) for step in asked}, asked


def plain(step: Step, raw: Raw | None) -> dict[str, Any]:
    """A step's stored post as plain answers: a list where several may be ticked, else a string."""
    answers: dict[str, Any] = {}
    for name, field in step.form.base_fields.items():
        values = (raw or {}).get(f"{step.slug}-{name}", [])
        several = isinstance(field, forms.MultipleChoiceField)
        answers[name] = values if several else (values[-1] if values else "")
    return answers
