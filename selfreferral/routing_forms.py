"""The rows in which a manager reads and changes the rules: ordered rules about queues, rules of urgency.

Each row is a plain form; two empty ones stand at the end, so that a row is added without a script.
What a row says becomes the data that routing.py declares, and back.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

from django import forms

from selfreferral.models import Queue
from selfreferral.routing import FACTS, SCORE, SOON, STANDS_IN, URGENT, Rule, RuleSet, Urgent
from selfreferral.routing_problems import (
    FOR_QUEUES,
    LEVEL_WORDS,
    NAMES,
    QUEUE_ROWS,
    URGENT_ROWS,
    Problem,
    answers,
    questions,
)

EMPTY_ROWS = 2
MOST_ROWS = 60
STEP = 10  # between the numbers of two rules, so that one fits between them
NUMBERS = {"score": SCORE, "incidents": "prof_risk.incidents"}
ANSWERS_ID = "every-answer"
REASON = "Why, in words for the person who reads it"


class RuleForm(forms.Form):
    """One rule about a queue: takes everybody who gave one of the ticked answers to each question."""

    number = forms.IntegerField(label="Place in the order", min_value=1, max_value=9999, required=False)
    queue = forms.ChoiceField(label="Goes to", error_messages={"required": "Choose a queue."})
    why = forms.CharField(
        label=REASON, max_length=120, error_messages={"required": "Say why, in a few words."}
    )

    def __init__(self, *args: Any, queues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].choices = [("", "Choose a queue"), *queues]  # type: ignore[attr-defined]
        for name in FOR_QUEUES:
            self.fields[name] = forms.MultipleChoiceField(
                label=NAMES[name],
                choices=list(answers(name).items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in FOR_QUEUES]

    def rule(self) -> Rule:
        given = self.cleaned_data
        when = {name: given[name] for name in FOR_QUEUES if given[name]}
        return Rule(queue=given["queue"], when=when, why=given["why"])


class AnswerField(forms.CharField):
    """One of hundreds of answers, in its words. The page holds their list once, and every field offers
    it while somebody types; kept and compared as "name=code"."""

    def __init__(self, label: str) -> None:
        widget = forms.TextInput(attrs={"list": ANSWERS_ID, "autocomplete": "off"})
        super().__init__(label=label, required=False, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        return by_code().get(value, value)

    def to_python(self, value: Any) -> str:
        """The code of the words. Raises ValidationError when no answer reads so."""
        said = " ".join(str(value or "").split())
        code = said if not said or said in by_code() else by_words().get(said.casefold())
        if code is None:
            raise forms.ValidationError("Choose one of the answers that are offered while you type.")
        return code


def _number(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=999, required=False)


class UrgentForm(forms.Form):
    """One rule of urgency: one answer, or two together, or a number that a professional gave."""

    level = forms.ChoiceField(
        label="Makes it",
        choices=[("", "Choose how urgent"), *((level, LEVEL_WORDS[level]) for level in (URGENT, SOON))],
        error_messages={"required": "Choose how urgent."},
    )
    answer = AnswerField("When somebody answers")
    also = AnswerField("and answers, too")
    score = _number("and the score is at least")
    incidents = _number("and the incidents are at least")
    why = forms.CharField(
        label=REASON, max_length=120, error_messages={"required": "Say why, in a few words."}
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        number = any(given.get(name) is not None for name in NUMBERS)
        if not given.get("answer") and not number and "answer" not in self.errors:
            self.add_error("answer", "Choose an answer, or write a number.")
        if given.get("also") and _name(given["also"]) == _name(given.get("answer", "")):
            self.add_error("also", "This is the same question. Use a row of its own for the other answer.")
        return given

    def rule(self) -> Urgent:
        given = self.cleaned_data
        chosen = [one for one in (given["answer"], given["also"]) if one]
        return Urgent(
            level=given["level"],
            when={_name(one): [one.partition("=")[2]] for one in chosen},
            at_least={where: given[name] for name, where in NUMBERS.items() if given[name] is not None},
            why=given["why"],
        )


RuleRows = forms.formset_factory(RuleForm, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_ROWS)
UrgentRows = forms.formset_factory(UrgentForm, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_ROWS)


class Rows:
    """Both lists of rows, as a manager sees them, or as they were posted."""

    def __init__(self, kept: RuleSet, data: Any = None) -> None:
        queues = {"queues": list(Queue.objects.filter(active=True).values_list("slug", "name"))}
        for words in (by_code, by_words):
            words.cache_clear()  # an answer may hold a fact that a lead has changed meanwhile
        # Of what was posted, nothing is filled up from the kept rules: they may be other ones by now.
        rules, urgent = ([], []) if data else (list(_rule_rows(kept.rules)), list(_urgent_rows(kept.urgent)))
        self.rules = RuleRows(data, prefix=QUEUE_ROWS, initial=rules, form_kwargs=queues)
        self.urgent = UrgentRows(data, prefix=URGENT_ROWS, initial=urgent)

    def are_valid(self) -> bool:
        return all([self.rules.is_valid(), self.urgent.is_valid()])

    def as_set(self) -> RuleSet:
        """What the valid rows say, in the order of their numbers; a row without one comes last."""
        urgent = [form.rule() for form in _filled(self.urgent)]
        return RuleSet([form.rule() for form in self._rules()], urgent)

    def say_beside(self, problems: Sequence[Problem]) -> list[str]:
        """Each problem of valid rows in the rows that cause it. What a list lacks is said in the rows that
        are being removed from it, and above the list when there are none. Returns the words of all."""
        filled = {QUEUE_ROWS: self._rules(), URGENT_ROWS: _filled(self.urgent)}
        # Taken now: with the first error, rows count as not valid, and Django names none as being removed.
        removed = {rows.prefix: list(rows.deleted_forms) for rows in (self.rules, self.urgent)}
        lists = {rows.prefix: rows for rows in (self.rules, self.urgent)}
        for words, rows, places in problems:
            beside = [filled[rows][place] for place in places] or removed[rows]
            for form in beside:
                form.add_error(None, words)
            if not beside:
                lists[rows].non_form_errors().append(words)
        return [problem.words for problem in problems]

    def _rules(self) -> list[Any]:
        return sorted(_filled(self.rules), key=lambda form: form.cleaned_data["number"] or 10**6)


def _filled(rows: Any) -> list[Any]:
    return [form for form in rows.forms if form.cleaned_data and not form.cleaned_data["DELETE"]]


def _rule_rows(rules: Sequence[Rule]) -> Iterator[dict[str, Any]]:
    for place, rule in enumerate(rules, start=1):
        yield {**rule["when"], "number": place * STEP, "queue": rule["queue"], "why": rule["why"]}


def _urgent_rows(rules: Sequence[Urgent]) -> Iterator[dict[str, Any]]:
    """A row for each answer: a rule that names several of one question is as many rules."""
    for rule in rules:
        for chosen in product(
            *([f"{name}={value}" for value in rule["when"][name]] for name in rule["when"])
        ):
            answer, also, *_none = *chosen, "", ""
            yield {
                "level": rule["level"],
                "answer": answer,
                "also": also,
                **{name: rule["at_least"].get(where) for name, where in NUMBERS.items()},
                "why": rule["why"],
            }


@cache
def by_code() -> dict[str, str]:
    """Every answer that the form can give: "name=code", with the question and the answer in words."""
    stand_in = {".".join(place) for places in STANDS_IN.values() for place in places}
    asked = {name: NAMES[name] for name in FACTS}
    asked |= {name: question for name, (question, _codes) in questions().items() if name not in stand_in}
    found = {
        f"{name}={code}": f"{question}: {words}"
        for name, question in asked.items()
        for code, words in answers(name).items()
    }
    several = Counter(found.values())
    return {code: words if several[words] == 1 else f"{words} ({code})" for code, words in found.items()}


@cache
def by_words() -> dict[str, str]:
    return {words.casefold(): code for code, words in by_code().items()}


def _name(chosen: str) -> str:
    return chosen.partition("=")[0]
