"""One call as a worker writes it down: every question of the form on one page, in any order.

Nothing is declared here: pages, questions and conditions are those of questions.STEPS. Which pages
there can be for a caller is found by trying the answers (`possible`); which are sent, by the
conditions themselves, as in the public form.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from selfreferral import envelope, flow, phone_words, questions
from selfreferral.fields import Questions
from selfreferral.questions import Answers, Step
from selfreferral.wayfinding import Wayfinding, typed_of

STRAY = (
    "“{title}” would not be sent, because of what is answered elsewhere on this page. "
    "Empty it, or change the other answer."
)
CHILD = "Nobody under 16 is taken here. Give them the numbers above, and ring the team for children now."
Choice = tuple[str, str]
Typed = dict[str, flow.Raw]


@dataclass
class Section:
    """One page of the form on this page. `form` is None where there is only something to say."""

    step: Step
    form: Questions | None
    aloud: phone_words.Aloud | None
    filled: bool = False
    stray: bool = False

    @property
    def ways(self) -> bool:
        return self.step.safe_contact

    @property
    def unfolded(self) -> bool:
        """Whether it stands open: what everybody is asked, what was filled in, what is to be mended."""
        return not self.step.optional or self.filled or bool(self.form and self.form.errors)

    @property
    def errors(self) -> Iterator[tuple[str, str]]:
        """The id of the field and the words, for the list above the heading."""
        if self.stray:
            yield f"part-{self.step.slug}", STRAY.format(title=self.step.title)
        yield from errors_of(self.form or ())


def errors_of(form: Iterable[forms.BoundField]) -> Iterator[tuple[str, str]]:
    for field in form:
        for error in field.errors:
            yield f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label, str(error)


class Call:
    """`typed` is what was posted, by step; it is shown again as it is, whatever becomes of it. `who` is the
    first question, which chooses the others; where it names nobody, they are those for "me"."""

    def __init__(self, typed: Typed, steps: tuple[Step, ...] | None = None) -> None:
        self.steps = questions.STEPS if steps is None else steps
        self.typed = typed
        self.answers: Answers = {
            step.slug: flow.plain(step, typed[step.slug]) for step in self.steps if step.slug in typed
        }
        first = next(step for step in self.steps if step.slug == "who")
        self.who = first.form(Wayfinding.data(typed.get("who", {})), prefix="who")
        self.who.without_errors()
        said = str(self.answers.get("who", {}).get("who"))
        self.caller = said if ("who", said) in choices_of(first) else "me"
        self.told: Answers = {"who": {"who": self.caller}}
        self.sections = [self.section(step) for step in possible(self.caller, self.steps)]
        self.ends = False

    @classmethod
    def of(cls, posted: QueryDict) -> "Call":
        return cls({step.slug: typed for step in questions.STEPS if (typed := typed_of(step, posted))})

    @classmethod
    def blank(cls, caller: str) -> "Call":
        return cls(
            {
                "who": {
                    "who-who": [caller if ("who", caller) in choices_of(questions.BY_SLUG["who"]) else "me"]
                }
            }
        )

    def section(self, step: Step) -> Section:
        said = phone_words.aloud(step.slug, self.caller)
        if not step.asks:
            return Section(step, None, said)
        typed = self.typed.get(step.slug, {})
        form = step.form(Wayfinding.data(typed), prefix=step.slug, answers=self.answers)
        form.without_errors()
        return Section(step.worded(self.answers), form, said, filled=bool(typed))

    def check(self) -> bool:
        """Whether it can be sent; puts an error beside what cannot be, and `told` is what can."""
        self.who.full_clean()
        asked = [step.slug for step in flow.visible(self.answers, self.steps)]
        self.ends = any(step.is_end(self.answers) for step in flow.visible(self.answers, self.steps))
        for part in self.sections:
            if part.form is None:
                continue
            slug = part.step.slug
            if slug not in asked:
                part.stray = part.filled and not self.ends
                continue
            part.form.full_clean()
            self.told[slug] = part.form.cleaned_data
        return not any(True for _error in self.errors())

    def errors(self) -> Iterator[tuple[str, str]]:
        if self.ends:
            yield "part-age", CHILD
        yield from errors_of(self.who)
        for part in self.sections:
            yield from part.errors

    def here(self) -> set[str]:
        return {"who", *(part.step.slug for part in self.sections if part.form)}

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Names and values that belong to another kind of caller: kept on the page, and not sent."""
        here = self.here()
        return [
            (name, value)
            for slug, raw in self.typed.items()
            if slug not in here
            for name, values in raw.items()
            for value in values
        ]

    @property
    def left_over(self) -> list[dict[str, str]]:
        """The same as questions and answers, to be read."""
        here = self.here()
        others = (step for step in self.steps if step.slug in self.answers and step.slug not in here)
        return [item for step in others for item in envelope.items(step, self.answers[step.slug])]


def possible(caller: str, steps: tuple[Step, ...]) -> list[Step]:
    """The steps that some answers of this caller bring, in order; without the pages around the questions
    that say nothing aloud."""
    found = _reached(caller, steps, settings.CHILDREN_MAY_ASK)
    return [
        step
        for step in steps
        if step.slug in found and (step.asks or phone_words.aloud(step.slug, caller)) and step.slug != "who"
    ]


@lru_cache(maxsize=32)
def _reached(caller: str, steps: tuple[Step, ...], children_may_ask: bool) -> frozenset[str]:
    """Slugs that are seen with no answer, or with any one or two choices on one page."""
    start: Answers = {"who": {"who": caller}}
    seen = flow.visible(start, steps)
    found = {step.slug for step in seen}
    for step in seen:
        if step.optional or step.slug == "who":
            continue
        for given in choices(step):
            found.update(one.slug for one in flow.visible({**start, step.slug: given}, steps))
    return frozenset(found)


def choices(step: Step) -> Iterator[dict[str, Any]]:
    """Each choice that can be made on a page, and each pair of them."""
    single = choices_of(step)
    yield from (dict([one]) for one in single)
    yield from (dict(pair) for pair in combinations(single, 2))


def choices_of(step: Step) -> list[Choice]:
    """Field and code of each answer of which one can be chosen."""
    fields = ((name, field) for name, field in step.form.base_fields.items() if is_single(field))
    return [(name, str(code)) for name, field in fields for code, _label in field.choices]  # type: ignore[attr-defined]


def is_single(field: Any) -> bool:
    return isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField)
