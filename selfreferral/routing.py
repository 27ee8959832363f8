"""Which queue, how urgent, and why: ordered rules as data, the first that fits wins.

`Facts` are what the rules may look at. Every combination ends in exactly one queue, because
the last rule asks for nothing. The rules here are the starter; a manager's own (models/routing.py)
take their place, and are checked before they are kept (routing_problems.py).
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any, NamedTuple, TypedDict

from selfreferral import areas, scores

URGENT, SOON, ROUTINE = "urgent", "soon", "routine"
LEVELS = (URGENT, SOON)
MOST_ANSWERS = 2  # of a rule of urgency: as many as its row in the editor has
logger = logging.getLogger("selfreferral.routing")


@dataclass(frozen=True)
class Facts:
    """Codes of answers, as stored; "" is not answered. A missing age is taken for an adult's.

    `area` is "in", "out", "unsaid" or "", by the postcode if there is one. `conflict` is "yes" when the
    person who harms works where the letter would be read. `answers` is what was said on the way,
    for the rules of urgency; it is never shown.
    """

    who: str = ""
    safe_now: str = ""
    age_band: str = ""
    area: str = ""
    fleeing: str = ""
    conflict: str = ""
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, hash=False)


# Where each fact stands in the form: (step, field), the first that was answered.
STANDS_IN = {
    "who": [("who", "who")],
    "safe_now": [("safe", "now"), ("safe_them", "now"), ("safe_own", "now")],
    "age_band": [("young", "age"), ("about", "age"), ("them", "age")],
    "area": [("where", "area"), ("where_them", "area")],
    "fleeing": [("elsewhere", "fleeing")],
}
POSTCODES = [("where", "postcode"), ("where_them", "postcode")]
WORKS = ("harming", "works")
FACTS = (*STANDS_IN, "conflict")
OWN, CHILD = "own-behaviour", "under-16"


class Rule(TypedDict):
    """Fits when every named fact (or "urgency") has one of the values; with no `when`, always."""

    queue: str
    when: dict[str, list[str]]
    why: str


class Urgent(TypedDict):
    """Answers that hurry a referral on, and the words that the triage worker reads.

    `when`: by fact or by "step.field", as in `Rule`. `at_least`: the smallest number that counts, by
    "step.field"; the number is the highest in what somebody typed (scores.py), and none beside DARA, which
    has no score, unless the rule names the tool.
    """

    level: str
    when: dict[str, list[str]]
    at_least: dict[str, int]
    why: str


class Route(NamedTuple):
    """`why` holds the reasons for "urgent", in words; `rule` says why this queue."""

    queue: str
    urgency: str
    why: tuple[str, ...]
    rule: str


class RuleSet(NamedTuple):
    rules: Sequence[Rule]
    urgent: Sequence[Urgent]


def _rule(queue: str, why: str, **when: list[str]) -> Rule:
    return Rule(queue=queue, when=when, why=why)


def _urgent(level: str, where: str, values: list[str], why: str) -> Urgent:
    return Urgent(level=level, when={where: values}, at_least={}, why=why)


RULES: tuple[Rule, ...] = (
    _rule("independent", "The person who harms works where this would be read", conflict=["yes"]),
    _rule("own-behaviour", "Worried about their own behaviour", who=[OWN]),
    _rule("children", "Under 16", age_band=[CHILD]),
    # A child in law goes to the young people's advocate however urgent; the flag goes along.
    _rule("young-people", "16 or 17", age_band=["16-17"]),
    _rule("young-people", "Under 18, without an age", who=["under_18"]),
    _rule("high-risk", "Urgent by rule", urgency=[URGENT]),
    _rule("provider", "Everybody else"),
)
QUEUES = tuple(dict.fromkeys(rule["queue"] for rule in RULES))
YES, UNSURE = ["yes"], ["unsure"]
DANGERS = {
    "afraid": "Afraid of being badly hurt or killed",
    "strangled": "Has been strangled or choked",
    "kill": "Threats to kill",
    "weapons": "Weapons",
    "suicide": "Thoughts of ending life",
    "taken": "Afraid of being taken away",
}
SCORE, TOOL, NO_SCORE = "prof_risk.score", "prof_risk.tool", "dara"
PREGNANT = {"risk.pregnant": "yes", "children.any": "unborn", "prof_child.unborn": "yes"}
URGENT_WHEN: tuple[Urgent, ...] = (
    _urgent(URGENT, "safe_now", ["no"], "Said that somebody is not safe right now"),
    # Whatever else is told: a child is asked little, and nobody of that age asks lightly.
    _urgent(URGENT, "age_band", [CHILD], "Under 16"),
    *(_urgent(URGENT, f"risk.{name}", YES, why) for name, why in DANGERS.items()),
    _urgent(URGENT, "happening.kinds", ["forced_marriage"], "Being made to marry"),
    _urgent(URGENT, "prof_risk.grade", ["high"], "The professional graded the risk as high"),
    _urgent(URGENT, "prof_risk.judgement", YES, "The professional's judgement: high risk"),
    Urgent(level=URGENT, when={}, at_least={SCORE: 14}, why="A score of 14 or more"),
    _urgent(SOON, "safe_now", ["not-sure"], "Not sure whether it is safe right now"),
    _urgent(SOON, "prof_risk.judgement", UNSURE, "The professional is not sure how high the risk is"),
    Urgent(level=SOON, when={}, at_least={"prof_risk.incidents": 3}, why="Three incidents or more"),
    _urgent(SOON, "risk.worse", YES, "It is getting worse"),
    _urgent(SOON, "risk.separating", YES, "Separating, or has just separated"),
    _urgent(SOON, "happening.together", ["planning"], "Planning to leave"),
    _urgent(SOON, "risk.followed", YES, "Followed or watched"),
    *(_urgent(SOON, f"risk.{name}", UNSURE, f"Not sure: {why}") for name, why in DANGERS.items()),
    *(_urgent(SOON, where, [code], "Pregnant, or has a new baby") for where, code in PREGNANT.items()),
    *(
        _urgent(SOON, "happening.kinds", [kind], why)
        for kind, why in {
            "honour": "Abuse in the name of “honour”",
            "fgm": "FGM",
            "trafficking": "Trafficking, or being made to work",
            "threats": "Threats",
            "stalking": "Stalking",
            "sexual": "Sexual abuse",
        }.items()
    ),
    _urgent(SOON, "help.kinds", ["forced_marriage_hba"], "Asks for help with forced marriage or “honour”"),
    _urgent(SOON, "help.kinds", ["stalking"], "Asks for help with stalking"),
)
STARTER = RuleSet(RULES, URGENT_WHEN)


class Gap(Exception):
    """No rule fits: the rule set must not be used."""


class Damaged(Exception):
    """The kept rules cannot be read."""


def facts(answers: Mapping[str, Mapping[str, Any]], steps: Collection[str]) -> Facts:
    """What the rules may look at, out of the answers to `steps` (slugs). Other answers decide nothing."""
    given = {slug: fields for slug, fields in answers.items() if slug in steps}
    found = {name: _first(given, places) for name, places in STANDS_IN.items()}
    found["area"] = areas.area_of(_first(given, POSTCODES), found["area"])
    works = given.get(WORKS[0], {}).get(WORKS[1])
    # Who asks about their own behaviour is nobody's victim here, and never meets one's team.
    conflict = "yes" if works and found["who"] != OWN else ""
    return Facts(**found, conflict=conflict, answers=given)


def route(
    facts: Facts, *, rules: Sequence[Rule] | None = None, urgent: Sequence[Urgent] | None = None
) -> Route:
    """The one queue for `facts`, and how urgent, by the rules in force (one query).

    With `rules`, by these; raises Gap when they leave one.
    """
    if rules is not None:
        return _route(facts, RuleSet(rules, URGENT_WHEN if urgent is None else urgent))
    try:
        return _route(facts, in_force())
    except Gap:
        logger.error("The kept routing rules leave a gap: the rules of the program were used")
        return _route(facts, STARTER)


def _route(facts: Facts, by: RuleSet) -> Route:
    urgency, why = urgency_of(facts, by.urgent)
    seen = {name: getattr(facts, name) for name in FACTS} | {"urgency": urgency}
    for rule in by.rules:
        if all(seen[name] in values for name, values in rule["when"].items()):
            return Route(rule["queue"], urgency, why, rule["why"])
    raise Gap("No rule fits these answers.")


def urgency_of(facts: Facts, rules: Sequence[Urgent]) -> tuple[str, tuple[str, ...]]:
    """The highest level that any rule gives, and the reasons for "urgent". No answer ever lowers it."""
    fitting = [rule for rule in rules if _hurries(facts, rule)]
    levels = {rule["level"] for rule in fitting}
    urgency = next((level for level in LEVELS if level in levels), ROUTINE)
    return urgency, tuple(dict.fromkeys(rule["why"] for rule in fitting if rule["level"] == URGENT))


def _hurries(facts: Facts, rule: Urgent) -> bool:
    when, least = rule["when"], rule["at_least"]
    if SCORE in least and TOOL not in when and NO_SCORE in _values(facts, TOOL):
        return False
    said = all(set(values) & _values(facts, name) for name, values in when.items())
    return said and all(_reaches(facts, name, number) for name, number in least.items())


def _reaches(facts: Facts, name: str, least: int) -> bool:
    number = scores.highest(" ".join(sorted(_values(facts, name))))
    return number is not None and number >= least


def _values(facts: Facts, name: str) -> set[str]:
    """What was answered where `name` says: a fact, or "step.field", of which several may be ticked."""
    step, dot, field = name.partition(".")
    if not dot:
        return {getattr(facts, name)}
    value = facts.answers.get(step, {}).get(field) or ""
    return {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}


def _first(answers: Mapping[str, Mapping[str, Any]], places: list[tuple[str, str]]) -> str:
    return next((str(value) for step, field in places if (value := answers.get(step, {}).get(field))), "")


def in_force() -> RuleSet:
    """The manager's rules if there are any that can be read, else those of the program. One query."""
    from selfreferral.models import Routing

    try:
        row = Routing.objects.order_by("pk").values_list("rules", "urgent").first()
        if row is None:
            return STARTER
        return RuleSet([read_rule(one) for one in _list(row[0])], [read_urgent(one) for one in _list(row[1])])
    except (Damaged, JSONDecodeError):
        # Nobody is turned away because a row is broken.
        logger.error("The kept routing rules cannot be read: the rules of the program were used")
        return STARTER


def read_rule(kept: Any) -> Rule:
    """A kept rule of the right shape. Raises Damaged."""
    if not isinstance(kept, dict) or not _word(kept.get("queue")) or not _word(kept.get("why")):
        raise Damaged
    when = _when(kept.get("when"))
    if not set(when) <= {*FACTS, "urgency"}:
        raise Damaged
    return Rule(queue=kept["queue"], when=when, why=kept["why"])


def read_urgent(kept: Any) -> Urgent:
    """The same for a rule of urgency, which asks for something."""
    if not isinstance(kept, dict) or kept.get("level") not in LEVELS or not _word(kept.get("why")):
        raise Damaged
    when, least = _when(kept.get("when")), kept.get("at_least")
    if not isinstance(least, dict) or not all(type(number) is int for number in least.values()):
        raise Damaged
    if (
        not (when or least)
        or len(when) > MOST_ANSWERS
        or not all(name in FACTS or "." in name for name in (*when, *least))
    ):
        raise Damaged
    return Urgent(level=kept["level"], when=when, at_least=least, why=kept["why"])


def _when(kept: Any) -> dict[str, list[str]]:
    if not isinstance(kept, dict):
        raise Damaged
    if not all(isinstance(values, list) and values and all(map(_word, values)) for values in kept.values()):
        raise Damaged
    return kept


def _list(kept: Any) -> list[Any]:
    if not isinstance(kept, list) or not kept:
        raise Damaged
    return kept


def _word(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
