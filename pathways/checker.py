"""From a professional's answers to an ordered list of routes. A pure function over two lists of data.

Nothing here knows a request, keeps anything or writes a log line. The questions stand in
checker_questions.py, the routes in checker_routes.py, the rules in checker_rules.py,
what to remember in checker_notes.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

from pathways.checker_notes import NOTES, Note
from pathways.checker_questions import BY_NAME, CODES, OLDEST, QUESTIONS, Answers
from pathways.checker_routes import ROUTES, Route
from pathways.checker_rules import RULES, Rule
from pathways.facts import Facts

ANY_AGE = 200
BITS = sum(len(question.choices) for question in QUESTIONS)
WIDTH = -(-BITS // 4)  # hexadecimal digits


class Posted(Protocol):
    """What was sent: django.http.QueryDict."""

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class Reached:
    """One route and the rules that lead to it, at least one."""

    route: Route
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Outcome:
    """`routes` in the order in which to go. The last is always "in doubt, ring"."""

    routes: tuple[Reached, ...]
    notes: tuple[Note, ...]


def check(answers: Answers, facts: Facts) -> Outcome:
    """Where to go. Any answers will do: none, all of them, such as contradict each other."""
    fired: list[Rule] = []
    for rule in RULES:
        if fires(rule, answers, facts, reached={one.route for one in fired}):
            fired.append(rule)
    routes = [
        Reached(route, rules)
        for route in ROUTES
        if (rules := tuple(rule for rule in fired if rule.route == route.key))
    ]
    return Outcome(tuple(routes), tuple(note for note in NOTES if fits_any(note.when, answers)))


def fires(rule: Rule, answers: Answers, facts: Facts, *, reached: set[str]) -> bool:
    return (
        fits(rule.when, answers)
        and (not rule.oldest or oldest(answers) >= facts.number(rule.oldest))
        and (not rule.also or rule.also in reached)
    )


def fits(when: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    """Whether each question that is named has one of the answers that are named for it."""
    return all(not given(answers, name).isdisjoint(codes) for name, codes in when.items())


def fits_any(when: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    return any(fits({name: codes}, answers) for name, codes in when.items())


def given(answers: Answers, name: str) -> frozenset[str]:
    """The codes of one question; {""} when it has no answer."""
    return answers.get(name) or frozenset([""])


def oldest(answers: Answers) -> int:
    """The oldest that the person can be."""
    return max(OLDEST.get(code, ANY_AGE) for code in given(answers, "age"))


def read(posted: Posted) -> Answers:
    """What was chosen. What nobody offered is left out; a field that comes twice has both its answers."""
    return {
        question.name: codes
        for question in QUESTIONS
        if (codes := frozenset(posted.getlist(question.name)) & question.choices.keys())
    }


def edition(facts: Facts) -> str:
    """What the questions ask now, with their numbers. Answers that were given to another edition are
    asked again: "fewer than 14" does not say which side of 10 it is on."""
    words = [text for one in QUESTIONS for text in (one.label, *one.choices.values())]
    return f"{crc32(' '.join([*CODES, *map(facts.fill, words)]).encode()):08x}"


def without_numbers(answers: Answers) -> Answers:
    """`answers` but those to questions that name a fact, whose meaning hangs on its value."""
    return {
        name: codes
        for name, codes in answers.items()
        if not any("{" in text for text in (BY_NAME[name].label, *BY_NAME[name].choices.values()))
    }


def pack(answers: Answers) -> str:
    """`answers` as a word whose length says nothing about them."""
    chosen = [code in answers.get(name, ()) for code, name in CODES.items()]
    return f"{sum(bit << place for place, bit in enumerate(chosen)):0{WIDTH}x}"


def unpack(packed: str) -> Answers:
    """The answers again. ValueError: nobody packed this."""
    bits = int(packed, 16)
    codes = [code for place, code in enumerate(CODES) if bits >> place & 1]
    return {name: chosen for name in BY_NAME if (chosen := frozenset(c for c in codes if CODES[c] == name))}
