"""What is wrong with a set of routing rules, in words that say how to mend it.

Every combination of answers is tried. Used before a manager's rules are kept, and by the tests
of the program's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from selfreferral.models import Queue
from selfreferral.questions import STEPS
from selfreferral.routing import (
    CHILD,
    LEVELS,
    OWN,
    ROUTINE,
    STANDS_IN,
    STARTER,
    URGENT,
    Facts,
    Rule,
    Urgent,
    urgency_of,
)

Case = dict[str, str]
Codes = dict[str, str]
Won = Sequence[tuple[Case, int | None]]
QUEUE_ROWS, URGENT_ROWS = "rules", "urgent"
CHILDREN = "children"
# What always makes a referral urgent. Judgement and grade can only raise.
ALWAYS_URGENT = [("safe_now", "no"), ("prof_risk.grade", "high"), ("prof_risk.judgement", "yes")]
NAMES = {
    "who": "Who it is for",
    "safe_now": "Safe right now",
    "age_band": "Age",
    "area": "Where they live",
    "fleeing": "Moving into or out of the area",
    "conflict": "The person who harms works where this would be read",
    "urgency": "How urgent",
}
LEVEL_WORDS = {URGENT: "Urgent", "soon": "Soon", ROUTINE: "Neither urgent nor soon"}
# What a rule about the queue may ask for.
FOR_QUEUES = ("conflict", "who", "age_band", "urgency", "area", "fleeing")


class Problem(NamedTuple):
    """`places`: of the rules that cause it, in the list that `rows` names; none when the list lacks one."""

    words: str
    rows: str = QUEUE_ROWS
    places: tuple[int, ...] = ()


def answers(name: str) -> Codes:
    """Every code that the form can give for a fact, "urgency" or "step.field", with its words."""
    if name == "urgency":
        return LEVEL_WORDS
    if name == "conflict":
        return {"yes": "Yes"}
    if name in STANDS_IN:
        # Where the same code has several wordings, that of the first question counts.
        places = [".".join(place) for place in reversed(STANDS_IN[name])]
        return {code: words for place in places for code, words in answers(place).items()}
    return questions().get(name, ("", {}))[1]


@cache
def questions() -> dict[str, tuple[Any, Codes]]:
    """Every choice that the form asks for: "step.field", the question, and the words by code.

    Equality answers are none of them: they never go with a letter, and decide nothing.
    """
    return {
        # Words may name a fact: they are read when they are shown, and not kept here.
        f"{step.slug}.{name}": (field.label, {str(code): words for code, words in field.choices})
        for step in STEPS
        if not step.counted
        for name, field in step.form.base_fields.items()
        if hasattr(field, "choices")
    }


def is_asked(name: str) -> bool:
    """Whether the form asks for something that can hold a number, by "step.field"."""
    step, _dot, field = name.partition(".")
    return any(one.slug == step and field in one.form.base_fields for one in STEPS)


def cases() -> Iterator[Case]:
    """Every combination of what rules about the queue may ask for, "" being no answer."""
    every = [list(answers(name)) + ([""] if name != "urgency" else []) for name in FOR_QUEUES]
    for values in product(*every):
        case = dict(zip(FOR_QUEUES, values, strict=True))
        # routing.facts never says both: who asks about their own behaviour has no such conflict.
        if not (case["who"] == OWN and case["conflict"]):
            yield case


def winner(rules: Sequence[Rule], case: Mapping[str, str]) -> int | None:
    """The place of the rule that takes `case`; None when none does. What is not in `case` is not answered."""
    for place, rule in enumerate(rules):
        if all(case.get(name, "") in values for name, values in rule["when"].items()):
            return place
    return None


def gaps(rules: Sequence[Rule]) -> list[Case]:
    """The combinations that no rule takes."""
    return [case for case in cases() if winner(rules, case) is None]


def problems(rules: Sequence[Rule], urgent: Sequence[Urgent]) -> list[str]:
    """Why these rules must not be used, each with its mend. Empty: they may. One query."""
    return [problem.words for problem in found(rules, urgent)]


def found(rules: Sequence[Rule], urgent: Sequence[Urgent]) -> list[Problem]:
    """The same, each with the rules that cause it. One query."""
    queues = {queue.slug: queue for queue in Queue.objects.filter(active=True)}
    won = [(case, winner(rules, case)) for case in cases()]
    return [
        *_unknown_queues(rules, queues),
        *_left_out(won),
        *_never_answered(rules, urgent),
        *_never_reached(rules, won),
        *_mixed(rules, won),
        *_children(rules, won, queues),
        *_conflicts(rules, won, queues),
        *_not_urgent(urgent),
    ]


def _unknown_queues(rules: Sequence[Rule], queues: Mapping[str, Queue]) -> Iterator[Problem]:
    for place, rule in enumerate(rules):
        if rule["queue"] not in queues:
            known = ", ".join(queues) or "none yet"
            yield Problem(
                f"{_rule(rules, place)} sends people to a queue that is not there or is off. "
                f"Choose from: {known}.",
                places=(place,),
            )


def _left_out(won: Won) -> Iterator[Problem]:
    left = [said(case) for case, place in won if place is None]
    if left:
        yield Problem(
            f"Nobody would get a request from {in_words(min(left, key=len))}. {len(left)} combinations of "
            "answers end in no queue. Add a last rule that has nothing ticked: it takes everybody else."
        )


def _never_answered(rules: Sequence[Rule], urgent: Sequence[Urgent]) -> Iterator[Problem]:
    asked = [
        *((_rule(rules, at), QUEUE_ROWS, at, rule["when"], {}) for at, rule in enumerate(rules)),
        *((_hurry(rule), URGENT_ROWS, at, rule["when"], rule["at_least"]) for at, rule in enumerate(urgent)),
    ]
    for label, rows, place, when, least in asked:
        wrong = [
            f"{name}: {value}"
            for name, values in when.items()
            for value in values
            if value not in answers(name)
        ]
        wrong += [name for name in least if not is_asked(name)]
        for one in wrong:
            yield Problem(
                f"{label} asks for an answer that nobody can give ({one}). "
                "Choose another answer, or remove it.",
                rows,
                (place,),
            )


def _never_reached(rules: Sequence[Rule], won: Won) -> Iterator[Problem]:
    reached = {place for _case, place in won}
    for place in range(len(rules)):
        if place not in reached:
            yield Problem(
                f"{_rule(rules, place)} never takes anybody: the rules above it take them first. "
                "Give it a smaller number, or remove it.",
                places=(place,),
            )


def _mixed(rules: Sequence[Rule], won: Won) -> Iterator[Problem]:
    """Own behaviour and everybody else never meet in one queue."""
    for queue in sorted(_queues_of(rules, won, own=True) & _queues_of(rules, won, own=False)):
        yield Problem(
            f"The queue {queue} would get people who are worried about their own behaviour, and other "
            "people, too. They must never share one. Give own behaviour a rule and a queue of its own, "
            "above the others.",
            places=tuple(place for place, rule in enumerate(rules) if rule["queue"] == queue),
        )


def _queues_of(rules: Sequence[Rule], won: Won, *, own: bool) -> set[str]:
    return {rules[place]["queue"] for case, place in won if place is not None and (case["who"] == OWN) == own}


def _children(rules: Sequence[Rule], won: Won, queues: Mapping[str, Queue]) -> Iterator[Problem]:
    allowed = {CHILDREN, *(slug for slug, queue in queues.items() if queue.own_escrow)}
    wrong = {
        place
        for case, place in won
        if place is not None and case["age_band"] == CHILD and case["who"] != OWN
        if rules[place]["queue"] not in allowed
    }
    for place in sorted(wrong):
        yield Problem(
            f"{_rule(rules, place)} would take somebody under 16. Only the queue {CHILDREN} may. "
            "Put a rule for under 16 above it.",
            places=(place,),
        )


def _conflicts(rules: Sequence[Rule], won: Won, queues: Mapping[str, Queue]) -> Iterator[Problem]:
    outside = {slug for slug, queue in queues.items() if queue.own_escrow}
    wrong = {
        place
        for case, place in won
        if place is not None and case["conflict"] and rules[place]["queue"] not in outside
    }
    for place in sorted(wrong):
        yield Problem(
            f"{_rule(rules, place)} would take somebody whose abuser works where it is read. Only a queue "
            f"with a spare key of its own may ({', '.join(sorted(outside)) or 'there is none'}). "
            "Put a rule for them above it.",
            places=(place,),
        )


def _not_urgent(urgent: Sequence[Urgent]) -> Iterator[Problem]:
    for name, value in ALWAYS_URGENT:
        if not any(
            rule["level"] == URGENT
            and not rule["at_least"]
            and list(rule["when"]) == [name]
            and value in rule["when"][name]
            for rule in urgent
        ):
            yield Problem(
                f"Nothing says that this is always urgent: {answer_in_words(name, value)}. "
                "Add an urgent rule with this answer alone.",
                URGENT_ROWS,
            )


def raised_less(urgent: Sequence[Urgent]) -> list[str]:
    """What the rules that come with the site raise higher than these do, in words: no problem, and worth a
    look. A manager's rules do not follow when the program's get more."""
    order = [*LEVELS, ROUTINE]
    return [
        f"{LEVEL_WORDS[rule['level']]}: {rule['why']}"
        for rule in STARTER.urgent
        if order.index(urgency_of(_example(rule), urgent)[0]) > order.index(rule["level"])
    ]


def _example(rule: Urgent) -> Facts:
    """Somebody who said what this rule asks for, and nothing else."""
    said = {name: values[0] for name, values in rule["when"].items()}
    said |= {name: str(number) for name, number in rule["at_least"].items()}
    given: dict[str, dict[str, str]] = {}
    for name in (name for name in said if "." in name):
        step, _dot, field = name.partition(".")
        given.setdefault(step, {})[field] = said[name]
    return Facts(**{name: value for name, value in said.items() if "." not in name}, answers=given)


def _rule(rules: Sequence[Rule], place: int) -> str:
    return f"The rule “{rules[place]['why']}” (to {rules[place]['queue']})"


def _hurry(rule: Urgent) -> str:
    return f"The rule of urgency “{rule['why']}”"


def said(case: Case) -> Case:
    """What was answered of it."""
    return {name: value for name, value in case.items() if value and value != ROUTINE}


def in_words(said: Case) -> str:
    """somebody with “Age: 18 to 24; How urgent: Soon”"""
    answered = "; ".join(f"{NAMES[name]}: {answers(name)[value]}" for name, value in said.items())
    return f"somebody with “{answered}”" if answered else "somebody who answered nothing"


def answer_in_words(name: str, value: str) -> str:
    question = NAMES.get(name) or questions().get(name, (name, {}))[0]
    return f"{question}: {answers(name).get(value, value)}"
