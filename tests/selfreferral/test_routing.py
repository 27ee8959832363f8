"""Every combination of answers ends in exactly one queue, by rules that are data."""

from itertools import product

import pytest

from selfreferral import routing, starter
from selfreferral.questions import STEPS
from selfreferral.routing import RULES, Facts, Gap, Rule, route

FORMS = {step.slug: step.form for step in STEPS}
# (what is known, queue, urgency)
TABLE = [
    (Facts(who="me", safe_now="yes", age_band="25-39"), "provider", "routine"),
    (Facts(), "provider", "routine"),
    (Facts(who="me", safe_now="not-sure", age_band="60+"), "provider", "soon"),
    (Facts(who="me", safe_now="no", age_band="18-24"), "high-risk", "urgent"),
    (Facts(who="me", safe_now="no"), "high-risk", "urgent"),
    (Facts(who="me", safe_now="no", area="out"), "high-risk", "urgent"),
    (Facts(who="me", safe_now="yes", area="out"), "provider", "routine"),
    (Facts(who="me", safe_now="yes", age_band="16-17"), "young-people", "routine"),
    (Facts(who="under_18", safe_now="no", age_band="16-17"), "young-people", "urgent"),
    (Facts(who="under_18", safe_now="yes"), "young-people", "routine"),
    (Facts(who="under_18", safe_now="no", age_band="under-16"), "children", "urgent"),
    (Facts(who="me", age_band="under-16"), "children", "routine"),
    (Facts(who="own-behaviour", safe_now="no", age_band="16-17"), "own-behaviour", "urgent"),
]


@pytest.mark.parametrize(("facts", "queue", "urgency"), TABLE)
def test_each_rule_by_its_table(facts: Facts, queue: str, urgency: str) -> None:
    found = route(facts)
    assert (found.queue, found.urgency) == (queue, urgency)
    assert bool(found.why) == (urgency == "urgent")


def codes(name: str) -> set[str]:
    """Every code that the form can give for a fact, and none."""
    return {""} | {
        code
        for step, field in routing.STANDS_IN[name]
        for code, _label in FORMS[step].base_fields[field].choices
    }


def every_combination() -> list[Facts]:
    names = list(routing.STANDS_IN)
    return [
        Facts(**dict(zip(names, values, strict=True))) for values in product(*(codes(name) for name in names))
    ]


def gaps(rules: tuple[Rule, ...]) -> int:
    count = 0
    for facts in every_combination():
        try:
            route(facts, rules=rules)
        except Gap:
            count += 1
    return count


def test_every_combination_ends_in_one_queue_that_exists() -> None:
    combinations = every_combination()
    assert len(combinations) > 500
    assert {route(facts).queue for facts in combinations} == set(routing.QUEUES) == set(starter.QUEUES)


def test_a_rule_set_with_a_gap_is_found() -> None:
    assert gaps(RULES) == 0
    assert gaps(RULES[:-1]) > 0


def test_what_the_rules_ask_for_can_be_answered() -> None:
    """A renamed answer would otherwise switch a safety rule off without a word."""
    asked = [(name, value) for rule in RULES for name, values in rule.when.items() for value in values]
    asked += [(reason.fact, reason.value) for reason in (*routing.URGENT_WHEN, *routing.SOON_WHEN)]
    wrong = [(name, value) for name, value in asked if name != "urgency" and value not in codes(name)]
    assert not wrong


def test_answers_to_hidden_steps_decide_nothing() -> None:
    answers = {"young": {"age": "16-17"}, "about": {"age": "40-59"}, "safe": {"now": "no"}}
    assert routing.facts(answers, ["about", "safe"]) == Facts(safe_now="no", age_band="40-59")
    assert routing.facts(answers, ["young", "about"]) == Facts(age_band="16-17")
