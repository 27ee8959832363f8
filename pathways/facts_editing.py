"""Where a local lead reads, changes and confirms the facts, in the Wagtail admin."""

from typing import Any

from django import forms

from pathways import facts
from pathways.facts import FACTS, Declared
from pathways.models import Fact
from services_directory.editing.confirming import ConfirmingForm, Screens, Standing, plain
from services_directory.editing.typed_numbers import without_number


class FactStanding(Standing):
    @property
    def words(self) -> str:
        return facts.in_words(FACTS[self.key], self.value)

    @property
    def came_words(self) -> str:
        return facts.in_words(FACTS[self.key], self.came)

    @property
    def place(self) -> str:
        """What a text holds that shows it."""
        return f"{{{self.key}}}"


class FactForm(ConfirmingForm):
    own = "value"
    value = forms.CharField(label="What holds here", required=False, max_length=200)

    def __init__(self, data: Any = None, *, now: FactStanding, by: str = "") -> None:
        super().__init__(data, now=now, by=by)
        self.fields["value"].help_text = help_for(FACTS[now.key])

    def clean_value(self) -> str:
        value = plain(self.cleaned_data["value"])
        if value:
            fact = FACTS[self.now.key]
            value = (clean_words if fact.kind == "text" else clean_number)(value, fact)
            together(self.now.key, value)
        return value


def help_for(fact: Declared) -> str:
    empty = "Empty: what came with the site."
    if fact.kind == "text":
        return f"A few words that fit into a sentence. {empty}"
    unit = "hours" if fact.kind == "hours" else fact.unit
    return f"A whole number{f' of {unit}' if unit else ''}, from {fact.least} to {fact.most}. {empty}"


def clean_number(value: str, fact: Declared) -> str:
    """A whole number in its bounds, without leading zeros."""
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise forms.ValidationError(f"Write a whole number in digits, such as {fact.came}, and nothing else.")
    if not fact.least <= int(value) <= fact.most:
        raise forms.ValidationError(f"Write a number from {fact.least} to {fact.most}.")
    return str(int(value))


def clean_words(value: str, fact: Declared) -> str:
    if "{" in value or "}" in value:
        raise forms.ValidationError("Please leave out { and }: they mark the place of another fact.")
    return without_number(value)


def together(key: str, value: str) -> None:
    """Two facts that hang together: nobody can tick more than there are questions."""
    now = facts.current()
    questions = int(value) if key == "dash_questions" else now.number("dash_questions")
    high = int(value) if key == "dash_high" else now.number("dash_high")
    if key in ("dash_questions", "dash_high") and high > questions:
        raise forms.ValidationError(
            f"There would be {questions} questions, and {high} ticks could never be reached. "
            "Change the other number first, if this one is right."
        )


class FactScreens(Screens):
    def standing(self, key: str, row: Any) -> FactStanding:
        fact, row = FACTS[key], row or Fact(key=key)
        value = row.value or fact.came
        return FactStanding(
            key, fact.label, fact.came, value, row.confirmed_by, row.confirmed_on, fact.source
        )


SCREENS = FactScreens(
    model=Fact,
    key="key",
    declared=FACTS,
    form=FactForm,
    title="Thresholds and clocks",
    said="a threshold or clock",
    names=("facts", "fact_edit"),
    address="facts",
    template="pathways/editing/facts.html",
    menu=("Thresholds", "time", 355),
)
