"""One screen of the form, and how its answers are read. What is asked stands beside this file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from selfreferral.fields import OTHERS, Questions

Answers = dict[str, dict[str, Any]]
Rule = Callable[[Answers], bool]


def answer(answers: Answers, step: str, field: str) -> Any:
    """What was answered, or "" when it was not asked or left empty."""
    return answers.get(step, {}).get(field, "")


class NoQuestions(Questions):
    """A page to read, with a button to go on."""


@dataclass(frozen=True)
class Step:
    """One screen. `show_if` reads plain answers of the steps before it.

    `ends`: for whom this page is the last one, and nothing is sent. `optional`: reached from "Tell us
    more", in any order, and nobody has to. `counted`: its answers become monthly counts and never go
    with the letter.
    `safe_contact`: its answers say how somebody can be reached without danger.
    `title_them`: its heading for somebody who asks about another person.
    """

    slug: str
    title: str
    form: type[Questions]
    show_if: Rule | None = None
    template: str = "selfreferral/step.html"
    ends: Rule | None = None
    optional: bool = False
    counted: bool = False
    safe_contact: bool = False
    title_them: str = ""

    @property
    def asks(self) -> bool:
        return bool(self.form.base_fields)

    def is_end(self, answers: Answers) -> bool:
        return self.ends is not None and self.ends(answers)

    def worded(self, answers: Answers) -> "Step":
        """This step as this person sees it: asked about another person, it says "they"."""
        return self.for_another if answer(answers, "who", "who") in OTHERS else self

    @cached_property
    def for_another(self) -> "Step":
        return replace(self, title=self.title_them or self.title, form=self.form.about_another())
