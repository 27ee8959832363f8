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


def way(answers: Answers, steps: tuple[Step, ...] = STEPS) -> list[Step]:
    """The steps that everybody on this way goes through, in order: the visible ones but "Tell us more"."""
    return [step for step in visible(answers, steps) if not step.optional]


def to_send(answers: Answers, steps: tuple[Step, ...] = STEPS) -> tuple[Answers, list[Step]]:
    """What leaves with the letter: the visible steps that ask something, and their answers only.

    Of what nobody has to tell, only what was told; of what is counted, nothing. The steps are in
    the words that this person saw.
    """
    asked = [
        step.worded(answers)
        for step in visible(answers, steps)
        if step.asks and not step.counted and (not step.optional or any(answers.get(step.slug, {}).values()))
    ]
    return {step.slug: answers.get(step.slug, {}) for step in asked}, asked


def to_count(answers: Answers, steps: tuple[Step, ...] = STEPS) -> Answers:
    """The answers that are added to monthly counts and kept beside nobody."""
    return {
        step.slug: answers[step.slug]
        for step in visible(answers, steps)
        if step.counted and answers.get(step.slug)
    }


def plain(step: Step, raw: Raw | None) -> dict[str, Any]:
    """A step's stored post as plain answers: a list where several may be ticked, else a string."""
    answers: dict[str, Any] = {}
    for name, field in step.form.base_fields.items():
        values = (raw or {}).get(f"{step.slug}-{name}", [])
        several = isinstance(field, forms.MultipleChoiceField)
        answers[name] = values if several else (values[-1] if values else "")
    return answers
