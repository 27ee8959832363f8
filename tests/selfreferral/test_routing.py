"""Every combination of answers ends in exactly one queue, by rules that are data."""

import json
import logging
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from selfreferral import routing, starter
from selfreferral.flow import to_send
from selfreferral.models import Queue, Routing
from selfreferral.questions import STEPS
from selfreferral.routing import RULES, STARTER, URGENT_WHEN, Facts, Gap, route
from selfreferral.routing_problems import answers, cases, gaps, problems, questions, winner
from tests.selfreferral.somebody import ANSWERS

Given = dict[str, dict[str, Any]]
EVERY_STEP = [
    "who",
    "young",
    "safe",
    "safe_them",
    "safe_own",
    "where",
    "where_them",
    "elsewhere",
    "about",
    "them",
    "knows",
    "prof",
    "prof_risk",
    "prof_child",
    "happening",
    "risk",
    "harming",
    "children",
    "help",
]
ME, YOUNG = {"who": {"who": "me"}}, {"who": {"who": "under_18"}}
SOMEONE, PROF = {"who": {"who": "someone"}}, {"who": {"who": "professional"}}
OWN = {"who": {"who": "own-behaviour"}}


def risk(name: str, value: str = "yes") -> Given:
    return {"risk": {name: value}}


def dash(score: str, **more: str) -> Given:
    return {"prof_risk": {"tool": "dash", "score": score, **more}}


# (answers, queue, urgency), the way a person or a professional gives them.
TABLE: list[tuple[Given, str, str]] = [
    ({}, "provider", "routine"),
    (ME, "provider", "routine"),
    (SOMEONE, "provider", "routine"),
    (PROF, "provider", "routine"),
    (OWN, "own-behaviour", "routine"),
    (YOUNG, "young-people", "routine"),
    # ages: their own, the young person's, and the person's whom somebody is worried about
    (ME | {"about": {"age": "under-16"}}, "children", "urgent"),
    (ME | {"about": {"age": "16-17"}}, "young-people", "routine"),
    (ME | {"about": {"age": "18-24"}}, "provider", "routine"),
    (ME | {"about": {"age": "25-39"}}, "provider", "routine"),
    (ME | {"about": {"age": "60+"}}, "provider", "routine"),
    (ME | {"about": {"age": "unsaid"}}, "provider", "routine"),
    (YOUNG | {"young": {"age": "under-16"}}, "children", "urgent"),
    (YOUNG | {"young": {"age": "16-17"}}, "young-people", "routine"),
    (SOMEONE | {"them": {"age": "under-16"}}, "children", "urgent"),
    (SOMEONE | {"them": {"age": "16-17"}}, "young-people", "routine"),
    (SOMEONE | {"them": {"age": "40-59"}}, "provider", "routine"),
    (PROF | {"them": {"age": "under-16"}}, "children", "urgent"),
    (PROF | {"them": {"age": "16-17"}}, "young-people", "routine"),
    # safe now, on each way
    (ME | {"safe": {"now": "yes"}}, "provider", "routine"),
    (ME | {"safe": {"now": "no"}}, "high-risk", "urgent"),
    (ME | {"safe": {"now": "not-sure"}}, "provider", "soon"),
    (SOMEONE | {"safe_them": {"now": "no"}}, "high-risk", "urgent"),
    (SOMEONE | {"safe_them": {"now": "not-sure"}}, "provider", "soon"),
    (PROF | {"safe_them": {"now": "no"}}, "high-risk", "urgent"),
    (OWN | {"safe_own": {"now": "no"}}, "own-behaviour", "urgent"),
    (OWN | {"safe_own": {"now": "not-sure"}}, "own-behaviour", "soon"),
    (YOUNG | {"safe": {"now": "no"}}, "young-people", "urgent"),
    (YOUNG | {"young": {"age": "under-16"}, "safe": {"now": "no"}}, "children", "urgent"),
    (ME | {"about": {"age": "16-17"}, "safe": {"now": "no"}}, "young-people", "urgent"),
    # risks
    *(
        (ME | risk(one), "high-risk", "urgent")
        for one in ["afraid", "strangled", "kill", "weapons", "suicide", "taken"]
    ),
    *((ME | risk(one), "provider", "soon") for one in ["worse", "separating", "followed", "pregnant"]),
    *((who | {"happening": {"together": "planning"}}, "provider", "soon") for who in (ME, SOMEONE, PROF)),
    (ME | {"happening": {"together": "in_contact"}}, "provider", "routine"),
    (ME | risk("strangled", "no"), "provider", "routine"),
    *(
        (ME | risk(one, "unsure"), "provider", "soon")
        for one in ["afraid", "strangled", "kill", "weapons", "suicide", "taken"]
    ),
    (ME | risk("worse", "unsure"), "provider", "routine"),
    # pregnancy, wherever it is told
    (ME | {"children": {"any": ["children", "unborn"]}}, "provider", "soon"),
    (PROF | {"prof_child": {"unborn": "yes"}}, "provider", "soon"),
    (PROF | {"prof_child": {"unborn": "no"}}, "provider", "routine"),
    (ME | {"children": {"any": ["children"]}}, "provider", "routine"),
    (ME | {"risk": {"worse": "yes", "kill": "yes"}}, "high-risk", "urgent"),
    (ME | {"safe": {"now": "not-sure"}} | risk("kill"), "high-risk", "urgent"),
    (SOMEONE | risk("weapons"), "high-risk", "urgent"),
    (YOUNG | risk("taken"), "young-people", "urgent"),
    (ME | {"about": {"age": "under-16"}} | risk("kill"), "children", "urgent"),
    # kinds of abuse, and of help, that are a danger by themselves
    (ME | {"happening": {"kinds": ["forced_marriage", "honour"]}}, "high-risk", "urgent"),
    (YOUNG | {"happening": {"kinds": ["forced_marriage"]}}, "young-people", "urgent"),
    *(
        (who | {"happening": {"kinds": ["emotional", kind]}}, "provider", "soon")
        for who in (ME, SOMEONE, PROF)
        for kind in ["honour", "fgm", "trafficking", "threats", "stalking", "sexual"]
    ),
    *(
        (who | {"help": {"kinds": ["forced_marriage_hba"]}}, "provider", "soon")
        for who in (ME, SOMEONE, PROF)
    ),
    (ME | {"help": {"kinds": ["money", "stalking"]}}, "provider", "soon"),
    (ME | {"happening": {"kinds": ["emotional", "money"]}}, "provider", "routine"),
    # what professionals say
    (PROF | {"prof_risk": {"grade": "high"}}, "high-risk", "urgent"),
    (PROF | {"prof_risk": {"grade": "medium"}}, "provider", "routine"),
    (PROF | {"prof_risk": {"grade": "standard"}}, "provider", "routine"),
    (PROF | {"prof_risk": {"judgement": "yes"}}, "high-risk", "urgent"),
    (PROF | {"prof_risk": {"judgement": "unsure"}}, "provider", "soon"),
    (PROF | {"prof_risk": {"judgement": "no"}}, "provider", "routine"),
    (PROF | dash("14"), "high-risk", "urgent"),
    (PROF | dash("13"), "provider", "routine"),
    (PROF | dash("16/24"), "high-risk", "urgent"),
    (PROF | dash("about 18 ticks"), "high-risk", "urgent"),
    (PROF | dash("sixteen"), "provider", "routine"),
    (PROF | dash(""), "provider", "routine"),
    (PROF | dash("9" * 6000), "provider", "routine"),
    (PROF | dash("3", judgement="yes"), "high-risk", "urgent"),
    (PROF | dash("16", judgement="no", grade="standard"), "high-risk", "urgent"),
    (PROF | {"prof_risk": {"tool": "dara", "score": "20"}}, "provider", "routine"),
    *(
        (PROF | {"prof_risk": {"tool": tool, "score": "20"}}, "high-risk", "urgent")
        for tool in ["", "police_dash", "other", "none"]
    ),
    (PROF | dash("ticked 9 visible, total 19"), "high-risk", "urgent"),
    (PROF | dash("9/19"), "high-risk", "urgent"),
    (PROF | dash("9/24"), "provider", "routine"),
    (PROF | dash("9 out of 24 on 3 May 2026, ring 01709555"), "provider", "routine"),
    (PROF | dash("24 of 24"), "high-risk", "urgent"),
    (PROF | dash("١٦"), "high-risk", "urgent"),
    (PROF | {"prof_risk": {"incidents": "5, all known to police"}}, "provider", "soon"),
    (PROF | {"prof_risk": {"tool": "dara", "incidents": "1 this week, 3 in all"}}, "provider", "soon"),
    (PROF | {"prof_risk": {"incidents": "2"}}, "provider", "routine"),
    (PROF | {"prof_risk": {"incidents": "many"}}, "provider", "routine"),
    (PROF | {"them": {"age": "16-17"}} | dash("20"), "young-people", "urgent"),
    # where
    (ME | {"where": {"area": "out"}}, "provider", "routine"),
    (ME | {"where": {"area": "out"}, "elsewhere": {"fleeing": "into"}}, "provider", "routine"),
    (ME | {"where": {"area": "out"}, "safe": {"now": "no"}}, "high-risk", "urgent"),
    # the one who harms works where it would be read
    (ME | {"harming": {"works": ["council"]}}, "independent", "routine"),
    (ME | {"harming": {"works": ["police", "provider"]}}, "independent", "routine"),
    (ME | {"harming": {"works": []}}, "provider", "routine"),
    (ME | {"harming": {"works": ["council"]}} | risk("kill"), "independent", "urgent"),
    (YOUNG | {"young": {"age": "under-16"}, "harming": {"works": ["provider"]}}, "independent", "urgent"),
    (OWN | {"harming": {"works": ["council"]}}, "own-behaviour", "routine"),
]


@pytest.mark.parametrize(("given", "queue", "urgency"), TABLE)
def test_each_rule_by_its_table(given: Given, queue: str, urgency: str) -> None:
    found = route(routing.facts(given, EVERY_STEP), rules=RULES)
    assert (found.queue, found.urgency) == (queue, urgency)
    assert bool(found.why) == (urgency == "urgent")
    assert found.rule


def test_the_table_is_long_and_uses_every_rule() -> None:
    assert len(TABLE) >= 60
    found = [route(routing.facts(given, EVERY_STEP), rules=RULES) for given, _queue, _urgency in TABLE]
    assert {one.rule for one in found} == {rule["why"] for rule in RULES}
    reasons = {why for one in found for why in one.why}
    assert reasons == {rule["why"] for rule in URGENT_WHEN if rule["level"] == "urgent"}


def test_every_combination_ends_in_one_queue_that_exists() -> None:
    combinations = list(cases())
    assert len(combinations) > 2000
    places = {winner(RULES, case) for case in combinations}
    assert places == set(range(len(RULES)))
    assert set(routing.QUEUES) == set(starter.QUEUES)
    assert gaps(RULES) == [] and len(gaps(RULES[:-1])) > 100


def test_what_the_program_comes_with_has_no_problem(db) -> None:
    starter.load(area="Rotherham")
    assert problems(*STARTER) == []


def test_a_gap_is_an_error_only_for_rules_that_were_handed_over() -> None:
    with pytest.raises(Gap):
        route(Facts(), rules=RULES[:-1])


def test_answers_to_hidden_steps_decide_nothing() -> None:
    given = {
        "young": {"age": "16-17"},
        "about": {"age": "40-59"},
        "safe": {"now": "no"},
        "risk": {"kill": "yes"},
    }
    found = routing.facts(given, ["about", "safe"])
    assert (found.age_band, found.safe_now, set(found.answers)) == ("40-59", "no", {"about", "safe"})
    assert routing.facts(given, ["young", "about"]).age_band == "16-17"
    assert route(routing.facts(given, ["about"]), rules=RULES).urgency == "routine"


def test_the_postcode_says_the_area_before_the_tick(settings) -> None:
    settings.PORTAL_DISTRICTS = ["S60"]
    given = {"where": {"postcode": "s1 2ab", "area": "in"}}
    assert routing.facts(given, ["where"]).area == "out"
    assert routing.facts({"where_them": {"postcode": "S60", "area": ""}}, ["where_them"]).area == "in"


def test_facts_do_not_show_what_was_said() -> None:
    assert "Marigold" not in repr(routing.facts(ANSWERS, ["about"]))


CHOICES = {
    **{name: list(codes) for name, (_question, codes) in questions().items()},
    **{
        f"risk.{one}": ["yes", "no", "unsure"]
        for one in ["afraid", "worse", "strangled", "kill", "weapons", "followed"]
    },
    "prof_risk.tool": ["dash", "dara", "none"],
    "prof_risk.grade": ["high", "medium", "standard", "none"],
    "prof_risk.judgement": ["yes", "no", "unsure"],
    "who.who": ["me", "under_18", "someone", "professional", "own-behaviour"],
    "harming.works": ["council", "police", "provider"],
}
TEXTS = {
    "prof_risk.score": st.text(),
    "prof_risk.incidents": st.text(),
    "where.postcode": st.text(),
    "about.name": st.text(),
}


@st.composite
def anything(draw: st.DrawFn) -> Given:
    """Answers of any shape that the form can give, all questions open to all."""
    given: Given = {}
    for name, codes in CHOICES.items():
        step, _dot, field = name.partition(".")
        chosen = draw(st.sampled_from(["", *codes]) | st.lists(st.sampled_from(codes), max_size=3))
        given.setdefault(step, {})[field] = chosen
    for name, text in TEXTS.items():
        step, _dot, field = name.partition(".")
        given.setdefault(step, {})[field] = draw(text)
    return given


ORDER = ["routine", "soon", "urgent"]
HURRIES = [
    (name, value)
    for rule in URGENT_WHEN
    if not rule["at_least"]
    for name, values in rule["when"].items()
    for value in values
]
WHERE = {"safe_now": "safe.now"}
slow = hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@pytest.mark.once
@given(given=anything(), more=st.sampled_from(HURRIES))
def test_an_urgent_answer_more_never_lowers_the_urgency(given: Given, more: tuple[str, str]) -> None:
    steps = list(given)
    before = route(routing.facts(given, steps), rules=RULES)
    after_given = deepcopy(given)
    step, _dot, field = WHERE.get(more[0], more[0]).partition(".")
    after_given.setdefault(step, {})[field] = more[1]
    asked = ("safe", "safe_them", "safe_own") if field == "now" else (step,)  # each way asks one of them
    if any(given.get(one, {}).get(field) for one in asked):
        return  # another answer was taken back, which may lower it
    after = route(routing.facts(after_given, [*steps, step]), rules=RULES)
    assert ORDER.index(after.urgency) >= ORDER.index(before.urgency)
    assert set(before.why) <= set(after.why)


@slow
@pytest.mark.once
@given(given=anything())
def test_everybody_ends_in_one_known_queue_and_own_behaviour_alone(given: Given) -> None:
    found = route(routing.facts(given, list(given)), rules=RULES)
    assert found.queue in starter.QUEUES and found.urgency in ORDER
    assert (found.queue == "own-behaviour") == (given["who"]["who"] == "own-behaviour")


def test_reading_the_rules_costs_one_query(db, django_assert_num_queries) -> None:
    Routing.objects.create(rules=list(RULES), urgent=list(URGENT_WHEN))
    with django_assert_num_queries(1):
        route(Facts(who="me"))


def test_a_managers_rules_take_the_place_of_the_programs(db) -> None:
    rules = deepcopy(list(RULES))
    rules.insert(4, {"queue": "high-risk", "when": {"fleeing": ["into"]}, "why": "Comes to us"})
    urgent = deepcopy(list(URGENT_WHEN))
    score = next(rule for rule in urgent if rule["at_least"])
    # as kept by sites that began when the number counted for one tool only
    score |= {"when": {"prof_risk.tool": ["dash"]}, "at_least": {"prof_risk.score": 10}}
    Routing.objects.create(rules=json.loads(json.dumps(rules)), urgent=urgent)
    assert route(Facts(fleeing="into")).queue == "high-risk"
    assert route(Facts(fleeing="no")).queue == "provider"
    assert route(routing.facts(dash("11"), ["prof_risk"])).urgency == "urgent"


def test_a_rule_that_names_a_tool_without_a_score_counts_its_number() -> None:
    rule = {
        "level": "urgent",
        "when": {"prof_risk.tool": ["dara"]},
        "at_least": {"prof_risk.score": 5},
        "why": "x",
    }
    told = routing.facts({"prof_risk": {"tool": "dara", "score": "5"}}, ["prof_risk"])
    assert route(told, rules=RULES, urgent=[rule]).urgency == "urgent"


def damaged(**change: Any) -> dict[str, Any]:
    return {"rules": deepcopy(list(RULES)), "urgent": deepcopy(list(URGENT_WHEN)), **change}


ONE = {"queue": "provider", "when": {}, "why": "x"}
HURRY = {"level": "urgent", "when": {"safe_now": ["no"]}, "at_least": {}, "why": "x"}
THREE = {"safe_now": ["no"], "who": ["me"], "area": ["in"]}
DAMAGED = {
    "empty": damaged(rules=[]),
    "no list": damaged(rules={"a": 1}),
    "null": damaged(urgent=None) | {"urgent": "null"},
    "a word": damaged(rules=["provider"]),
    "no queue": damaged(rules=[{**ONE, "queue": ""}]),
    "no why": damaged(rules=[{"queue": "provider", "when": {}}]),
    "an unknown fact": damaged(rules=[{**ONE, "when": {"shoe_size": ["9"]}}, ONE]),
    "a question in a rule about queues": damaged(rules=[{**ONE, "when": {"risk.kill": ["yes"]}}, ONE]),
    "answers that are a word": damaged(rules=[{**ONE, "when": {"who": "me"}}, ONE]),
    "no answers": damaged(rules=[{**ONE, "when": {"who": []}}, ONE]),
    "answers that are lists": damaged(rules=[{**ONE, "when": {"who": [["me"]]}}, ONE]),
    "a gap": damaged(rules=[{**ONE, "when": {"who": ["someone"]}}]),
    "nothing urgent": damaged(urgent=[]),
    "an unknown level": damaged(urgent=[{**HURRY, "level": "later"}]),
    "an urgent rule without an answer": damaged(urgent=[{**HURRY, "when": {}}]),
    "a number that is a word": damaged(urgent=[{**HURRY, "at_least": {"prof_risk.score": "14"}}]),
    "a number of a fact that is none": damaged(urgent=[{**HURRY, "at_least": {"score": 14}}]),
    "an urgent rule of three answers": damaged(urgent=[{**HURRY, "when": THREE}]),
    "an urgent rule of an unknown fact": damaged(urgent=[{**HURRY, "when": {"shoe_size": ["9"]}}]),
}


@pytest.mark.parametrize("kept", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_row_turns_nobody_away_and_is_logged_without_a_value(db, kept, caplog) -> None:
    Routing.objects.create(**kept)
    with caplog.at_level(logging.ERROR, logger="selfreferral.routing"):
        found = route(Facts(who="me", safe_now="no"))
    assert (found.queue, found.urgency) == ("high-risk", "urgent")
    (record,) = caplog.records
    assert "rules of the program" in record.getMessage() and "shoe" not in caplog.text


def test_a_referral_of_today_goes_by_the_rules_of_the_program() -> None:
    given, steps = to_send(ANSWERS)
    assert route(routing.facts(given, [step.slug for step in steps]), rules=RULES).queue == "provider"


@pytest.fixture
def queues(db) -> None:
    starter.load(area="Rotherham")
    Queue.objects.create(slug="old-team", name="Old", active=False)


def with_rule(place: int, **change: Any) -> list[Any]:
    rules = deepcopy(list(RULES))
    rules[place] = {**rules[place], **change}
    return rules


def inserted(place: int, **rule: Any) -> list[Any]:
    rules = deepcopy(list(RULES))
    rules.insert(place, {"why": "New", "when": {}, **rule})
    return rules


WRONG_RULES = {
    "no last rule": (list(RULES[:-1]), "end in no queue", "nothing ticked"),
    "no rule": ([], "somebody who answered nothing", "nothing ticked"),
    "an unknown queue": (with_rule(6, queue="attic"), "attic", "Choose from: children"),
    "a queue that is off": (with_rule(6, queue="old-team"), "not there or is off", "Choose from"),
    "an answer nobody gives": (
        inserted(6, queue="provider", when={"who": ["nobody"]}),
        "who: nobody",
        "Choose another",
    ),
    "a shadowed rule": ([*RULES, dict(RULES[-1])], "“Everybody else” (to provider) never", "smaller number"),
    "an earlier rule takes all": (inserted(0, queue="independent"), "never takes anybody", "remove it"),
    "own behaviour at the provider": (
        with_rule(1, queue="provider"),
        "own behaviour, and other",
        "queue of its own",
    ),
    "victims at own behaviour": (with_rule(6, queue="own-behaviour"), "queue own-behaviour", "never share"),
    "urgent victims at own behaviour": (
        with_rule(5, queue="own-behaviour"),
        "queue own-behaviour",
        "never share",
    ),
    "children at the provider": (with_rule(2, queue="provider"), "under 16", "above it"),
    "urgent first": (inserted(2, queue="high-risk", when={"urgency": ["urgent"]}), "under 16", "above it"),
    "no rule for a conflict": (list(RULES[1:]), "abuser works where it is read", "independent"),
    "a conflict at the provider": (
        with_rule(0, queue="provider"),
        "abuser works",
        "Put a rule for them above",
    ),
}


@pytest.mark.parametrize(("rules", "said", "mend"), WRONG_RULES.values(), ids=WRONG_RULES)
def test_each_way_to_set_rules_wrongly_is_named_with_its_mend(queues, rules, said: str, mend: str) -> None:
    found = problems(rules, URGENT_WHEN)
    assert any(said in one and mend in one for one in found), found


def urgent_without(name: str) -> list[Any]:
    return [rule for rule in URGENT_WHEN if name not in rule["when"]]


WRONG_URGENT = {
    "a question that is not asked": ({**HURRY, "when": {"risk.shoe_size": ["9"]}}, "risk.shoe_size: 9"),
    "an answer that is not offered": ({**HURRY, "when": {"safe.now": ["perhaps"]}}, "safe.now: perhaps"),
    "a fact without such an answer": ({**HURRY, "when": {"safe_now": ["maybe"]}}, "safe_now: maybe"),
    "a number nobody is asked": ({**HURRY, "at_least": {"about.shoe_size": 9}}, "about.shoe_size"),
}


@pytest.mark.parametrize(("rule", "said"), WRONG_URGENT.values(), ids=WRONG_URGENT)
def test_an_urgent_rule_that_can_never_fit_is_named(queues, rule, said: str) -> None:
    found = problems(RULES, [*URGENT_WHEN, rule])
    assert any(said in one and "nobody can give" in one for one in found), found


@pytest.mark.parametrize("name", ["safe_now", "prof_risk.grade", "prof_risk.judgement"])
def test_what_is_always_urgent_cannot_be_taken_out(queues, name: str) -> None:
    assert any("always urgent" in one for one in problems(RULES, urgent_without(name)))
    both = [{**rule, "when": {**rule["when"], "who": ["me"]}} for rule in URGENT_WHEN]
    assert sum("always urgent" in one for one in problems(RULES, both)) == 3


def test_problems_of_rules_cost_one_query(queues, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        problems(*STARTER)


def test_every_step_that_the_rules_name_is_asked() -> None:
    asked = {f"{step.slug}.{name}" for step in STEPS for name in step.form.base_fields}
    named = {".".join(place) for places in routing.STANDS_IN.values() for place in places}
    named |= {".".join(place) for place in [*routing.POSTCODES, routing.WORKS]}
    named |= {name for rule in URGENT_WHEN for name in [*rule["when"], *rule["at_least"]] if "." in name}
    assert named <= asked
    assert all(answers(name) for name in routing.FACTS)
