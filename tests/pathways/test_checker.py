"""The checker's rules: a table of cases, and what holds for every combination of answers.

The table (checker_cases.csv) can be read and added to without Python. "routes" leaves out the last
two, which every outcome has: the service itself (but for somebody under 16), and "in doubt, ring".
"""

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways import checker, facts
from pathways.checker_notes import NOTES
from pathways.checker_questions import ADULT, BY_NAME, CODES, QUESTIONS, UNDER_16, YOUNG, Answers
from pathways.checker_routes import ROUTES
from pathways.checker_rules import RULES, Rule
from selfreferral import flow

HERE = Path(__file__).parent
NOW = facts.AS_DECLARED
ORDER = [route.key for route in ROUTES]
ALWAYS = ["provider", "doubt"]
HONOUR = ("honour_marriage", "honour_based", "honour_abroad", "honour_unsure")
FGM = ("fgm_child_done", "fgm_child_risk", "fgm_grown", "fgm_unsure")
TALKS_DOWN = r"(?i)\b(standard|medium|low(er)? risk|no risk|not at risk|violence|perpetrator)\b"
# Numbers that the law fixes for the whole country, and 999.
AGES = re.compile(r"(?i)\b((of )?16 (or|and) 17|(under|of) 1[68]|18 or over|999)\b")


def answers(codes: str) -> Answers:
    """ "under_16 child_there" as answers."""
    posted = QueryDict(mutable=True)
    for code in codes.split():
        posted.appendlist(CODES[code], code)
    return checker.read(posted)


def routes(given_answers: Answers) -> list[str]:
    return [one.route.key for one in checker.check(given_answers, NOW).routes]


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def always(read: Answers) -> list[str]:
    """The service's form takes nobody under 16."""
    return ALWAYS[read.get("age") == {"under_16"} :]


CASES = table("checker_cases.csv")


# --- the table -------------------------------------------------------------------------------
def test_the_table_has_at_least_200_cases_and_uses_every_answer_and_route() -> None:
    assert len({frozenset(case["answers"].split()) for case in CASES}) == len(CASES) >= 200
    assert {code for case in CASES for code in case["answers"].split()} == set(CODES)
    assert {key for case in CASES for key in case["routes"].split()} == set(ORDER) - set(ALWAYS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["answers"].replace(" ", "+") or "nothing")
def test_each_case_ends_on_its_routes_in_order(case: dict[str, str]) -> None:
    read = answers(case["answers"])
    assert routes(read) == case["routes"].split() + always(read), case["what"]


def test_every_rule_fires_in_the_table() -> None:
    fired = {
        rule.name
        for case in CASES
        for one in checker.check(answers(case["answers"]), NOW).routes
        for rule in one.rules
    }
    assert fired == {rule.name for rule in RULES}


# --- the data --------------------------------------------------------------------------------
def test_questions_rules_and_routes_name_only_what_there_is() -> None:
    assert len(CODES) == sum(len(question.choices) for question in QUESTIONS), "one code, one meaning"
    assert len({rule.name for rule in RULES}) == len(RULES)
    by_question = {question.name: {*question.choices, ""} for question in QUESTIONS}
    for one in [*RULES, *NOTES]:
        for name, codes in one.when.items():
            assert set(codes) <= by_question[name], one.name
    for rule in RULES:
        assert rule.route in ORDER and (not rule.also or ORDER.index(rule.also) < ORDER.index(rule.route))
        assert not rule.oldest or facts.FACTS[rule.oldest].kind == "number"
    for question in QUESTIONS:
        assert {code for pair in question.rises for code in pair} <= set(question.choices), question.name


def every_text() -> Iterator[str]:
    for question in QUESTIONS:
        yield from (question.label, question.hint, *question.choices.values())
    for route in ROUTES:
        yield from (route.action, route.what, route.clock)
    yield from (rule.why for rule in RULES)
    yield from (note.words for note in NOTES)


def test_no_word_calls_a_risk_low_and_every_fact_is_declared() -> None:
    for text in every_text():
        assert facts.unknown(text) == [], text
        assert not re.search(TALKS_DOWN, text), text
        assert not re.search(r"\d", AGES.sub("", text)), f"a number that is no fact: {text}"


OTHERS = re.compile(r"(?i)\b(famil(y|ies)|parents?|relatives|community)\b")


def test_no_word_sends_anybody_to_the_family() -> None:
    """ "Do not", "never", or about them with the person alone."""
    for text in every_text():
        for sentence in re.split(r"(?<=[.;]) ", text):
            assert not OTHERS.search(sentence) or re.search(r"(?i)\b(not|no|never|alone)\b", sentence), text


@pytest.mark.parametrize("code", [*HONOUR, *FGM])
@pytest.mark.parametrize("consent", ["", "consent_no", "consent_not_asked", "consent_not_safe"])
def test_family_honour_marriage_and_fgm_keep_the_family_out(code: str, consent: str) -> None:
    outcome = checker.check(answers(f"{code} {consent}"), NOW)
    notes = {note.name: note.words for note in outcome.notes}
    assert "Do not speak to the family" in notes["one-chance"]
    if "ask-consent" in notes:
        assert "Ask only the person" in notes["ask-consent"] and "never the family" in notes["ask-consent"]
    if code == "fgm_child_done":
        assert "needs nobody’s consent" in notes["fgm-needs-no-consent"], "as its route says: you must report"


def test_strangled_is_sent_to_a_doctor_today() -> None:
    words = {note.name: note.words for note in checker.check(answers("sign_strangled"), NOW).notes}
    assert "a doctor today, even without marks" in words["strangled"]


@pytest.mark.parametrize("code", ["honour_marriage", "honour_abroad", "fgm_child_risk"])
def test_whoever_is_about_to_travel_is_a_matter_for_999(code: str) -> None:
    found = {one.route.key: one.route for one in checker.check(answers(code), NOW).routes}
    assert "about to travel" in found["police"].clock and "999" in found["police"].clock
    assert "child" in found, "also where nobody said an age"


@pytest.mark.parametrize("who", [UNDER_16, YOUNG, ADULT])
def test_nobody_is_sent_to_a_form_that_refuses_them(who: str) -> None:
    """A professional about somebody of that age: as the form itself goes."""
    age = {UNDER_16: "under-16", YOUNG: "16-17", ADULT: "18-24"}[who]
    form = flow.visible({"who": {"who": "professional"}, "them": {"age": age}})
    taken = form[-1].slug == "check"
    outcome = checker.check(answers(who), NOW)
    assert taken == ("provider" in [one.route.key for one in outcome.routes])
    notes = {note.name: note.words for note in outcome.notes}
    assert taken or "ring children’s safeguarding" in notes["under-16"]


def digest(rule: Rule) -> str:
    return f"{crc32(repr((rule.route, sorted(rule.when.items()), rule.oldest, rule.also)).encode()):08x}"


def test_whoever_changes_a_rule_counts_its_version_up() -> None:
    """Mend: raise `version` of the rule that is named, and write its line anew."""
    kept = {row["rule"]: (int(row["version"]), row["digest"]) for row in table("checker_versions.csv")}
    now = {rule.name: (rule.version, digest(rule)) for rule in RULES}
    for name, (version, mark) in now.items():
        assert name in kept, f"add: {name},{version},{mark}"
        before, was = kept[name]
        assert mark == was or version > before, f"{name} has changed and is still version {version}"
        assert (version, mark) == kept[name], f"write: {name},{version},{mark}"


# --- whatever is answered --------------------------------------------------------------------
def more_risk(name: str, chosen: frozenset[str]) -> Iterator[frozenset[str]]:
    """The answers to one question that tell of more than `chosen`, and of nothing less."""
    question = next(one for one in QUESTIONS if one.name == name)
    for code in question.choices:
        if question.several or code not in chosen:
            yield chosen | {code}  # one more tick, or a second answer that says more
    if len(chosen) == 1:
        yield from (frozenset([high]) for low, high in question.rises if {low} == chosen)


def some_answers(choose: random.Random) -> dict[str, frozenset[str]]:
    found = {}
    for question in QUESTIONS:
        codes = list(question.choices)
        many = choose.choice([0, 1, 1, 1, 2]) if question.several else choose.choice([0, 1, 1])
        found[question.name] = frozenset(choose.sample(codes, many))
    return found


def never_less(was: list[str], before: Answers, name: str, after: frozenset[str]) -> None:
    """No route of `was` goes away and none moves behind one that it stood before."""
    now = routes({**before, name: after})
    assert [key for key in now if key in was] == was, (before, name, after)


def test_no_answer_lowers_anothers_route_walked_through_every_question() -> None:
    choose = random.Random(5)
    for _ in range(150):
        before = some_answers(choose)
        was = routes(before)
        for question in QUESTIONS:
            if question.name == "age" and not before["age"]:
                continue  # a first answer to "how old" narrows; it tells of no risk
            for after in more_risk(question.name, before[question.name]):
                never_less(was, before, question.name, after)


def test_what_tells_of_no_risk_takes_nothing_away_from_an_empty_form() -> None:
    for code, name in CODES.items():
        if name != "age":
            assert set(routes({})) <= set(routes({name: frozenset([code])})), code


def test_judgement_only_raises() -> None:
    """Whatever else is answered, "not from what I know now" ends where no answer does."""
    choose = random.Random(6)
    for _ in range(300):
        rest = {**some_answers(choose), "judgement": frozenset[str]()}
        assert routes({**rest, "judgement": frozenset(["judged_not"])}) == routes(rest)


every = st.fixed_dictionaries(
    {question.name: st.frozensets(st.sampled_from([*question.choices])) for question in QUESTIONS}
)


@settings(max_examples=60, deadline=None)
@given(given_answers=every, added=st.sampled_from([*CODES]), junk=st.lists(st.text(max_size=12), max_size=3))
def test_any_answers_end_with_a_route_and_in_doubt_ring(
    given_answers: dict[str, frozenset[str]], added: str, junk: list[str]
) -> None:
    posted = QueryDict(mutable=True)
    for name, codes in given_answers.items():
        posted.setlist(name, [*codes, *junk, *codes])
    for word in junk:
        posted.appendlist(word, word)
    read = checker.read(posted)
    assert read == {name: codes for name, codes in given_answers.items() if codes}, "doubled or unknown"
    outcome = checker.check(read, NOW)
    found = [one.route.key for one in outcome.routes]
    last = always(read)
    assert found[-len(last) :] == last and found == sorted(found, key=ORDER.index)
    assert "provider" in found or "child" in found
    assert outcome.routes[-1].route.action == "In doubt, ring"
    assert all(one.rules for one in outcome.routes)
    if CODES[added] != "age" or read.get("age"):
        never_less(found, read, CODES[added], read.get(CODES[added], frozenset()) | {added})
    assert checker.unpack(checker.pack(read)) == read
    assert len(checker.pack(read)) == checker.WIDTH


def test_facts_decide_who_is_old_enough_for_marac() -> None:
    older = facts.Facts({**NOW.values, "marac_age": "18"}, NOW.to_confirm)
    young = answers("aged_16_17 judged_high")
    assert "marac" in routes(young)
    assert "marac" not in [one.route.key for one in checker.check(young, older).routes]
    assert "child" in [one.route.key for one in checker.check(young, older).routes]


@pytest.mark.parametrize("age", [*BY_NAME["age"].choices, ""])
@pytest.mark.parametrize("youngest", range(facts.FACTS["marac_age"].least, facts.FACTS["marac_age"].most + 1))
def test_whoever_is_sent_to_marac_has_an_advocate_whatever_age_a_lead_sets(age: str, youngest: int) -> None:
    now = facts.Facts({**NOW.values, "marac_age": str(youngest)}, NOW.to_confirm)
    found = {one.route.key for one in checker.check(answers(f"{age} judged_high"), now).routes}
    assert "marac" not in found or found & {"idva", "ypva"}
    assert age != "under_16" or "marac" not in found, "children’s advice, as for every child under 16"


def test_everybody_of_16_and_17_has_a_young_peoples_advocate_whatever_else_is_said() -> None:
    choose = random.Random(7)
    for _ in range(100):
        assert "ypva" in routes({**some_answers(choose), "age": frozenset(["aged_16_17"])})


@pytest.mark.parametrize("key", ["dash_high", "escalation_incidents", "marac_repeat"])
def test_another_number_is_another_edition(key: str) -> None:
    lower = facts.Facts({**NOW.values, key: "2"}, NOW.to_confirm)
    assert checker.edition(NOW) != checker.edition(lower) == checker.edition(lower)
