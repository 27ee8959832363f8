"""Which queue, how urgent, and why: ordered rules as data, the first that fits wins.

`Facts` are what the rules may look at. Every combination ends in exactly one queue, because
the last rule asks for nothing; tests/selfreferral/test_routing.py tries them all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

URGENT, SOON, ROUTINE = "urgent", "soon", "routine"


@dataclass(frozen=True)
class Facts:
    """Codes of answers, as stored; "" is not answered. A missing age is taken for an adult's."""

    who: str = ""
    safe_now: str = ""
    age_band: str = ""
    area: str = ""


# Where each fact stands in the form: (step, field), the first that was answered.
STANDS_IN = {
    "who": [("who", "who")],
    "safe_now": [("safe", "now")],
    "age_band": [("young", "age"), ("about", "age")],
    "area": [("where", "area")],
}


class Urgent(NamedTuple):
    """An answer that hurries a referral on, and the words that the triage worker reads."""

    fact: str
    value: str
    why: str


class Rule(NamedTuple):
    """Fits when every named fact has one of the values; `{}` fits always."""

    queue: str
    when: Mapping[str, Collection[Any]]
    why: str


class Route(NamedTuple):
    """`why` holds the reasons for "urgent", in words; `rule` says why this queue."""

    queue: str
    urgency: str
    why: tuple[str, ...]
    rule: str


URGENT_WHEN = (Urgent("safe_now", "no", "Said they are not safe right now"),)
SOON_WHEN = (Urgent("safe_now", "not-sure", "Not sure whether they are safe right now"),)
RULES = (
    Rule("own-behaviour", {"who": {"own-behaviour"}}, "Worried about their own behaviour"),
    Rule("children", {"age_band": {"under-16"}}, "Under 16"),
    # A child in law goes to the young people's advocate however urgent; the flag goes along.
    Rule("young-people", {"age_band": {"16-17"}}, "16 or 17"),
    Rule("young-people", {"who": {"under_18"}}, "Under 18, without an age"),
    Rule("high-risk", {"urgency": {URGENT}}, "Urgent by rule"),
    Rule("provider", {}, "Everybody else"),
)
QUEUES = tuple(dict.fromkeys(rule.queue for rule in RULES))


class Gap(Exception):
    """No rule fits: the rule set must not be used."""


def facts(answers: Mapping[str, Mapping[str, Any]], steps: Collection[str]) -> Facts:
    """What the rules may look at, out of the answers to `steps` (slugs). Other answers decide nothing."""
    found = {
        name: next(
            (code for step, field in places if step in steps and (code := _code(answers, step, field))), ""
        )
        for name, places in STANDS_IN.items()
    }
    return Facts(**found)


def route(facts: Facts, *, rules: Sequence[Rule] = RULES) -> Route:
    """The one queue for `facts`, and how urgent. Raises Gap when the rules leave one."""
    why = tuple(reason.why for reason in URGENT_WHEN if getattr(facts, reason.fact) == reason.value)
    soon = any(getattr(facts, reason.fact) == reason.value for reason in SOON_WHEN)
    urgency = URGENT if why else SOON if soon else ROUTINE
    for rule in rules:
        seen = {name: urgency if name == "urgency" else getattr(facts, name) for name in rule.when}
        if all(seen[name] in values for name, values in rule.when.items()):
            return Route(rule.queue, urgency, why, rule.why)
    raise Gap("No rule fits these answers.")


def _code(answers: Mapping[str, Mapping[str, Any]], step: str, field: str) -> str:
    return str(answers.get(step, {}).get(field) or "")
