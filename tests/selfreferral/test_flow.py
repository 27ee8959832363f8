"""Which steps there are: every path ends at the check page or at a page that sends nothing."""

from itertools import product
from typing import Any

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from selfreferral import flow
from selfreferral.questions import AGES, BY_SLUG, STEPS, UNDER_16, Step
from selfreferral.questions.me import WhoForm, YoungForm

WHO = ["", *(code for code, _label in WhoForm.base_fields["who"].choices)]
YOUNG = ["", *(code for code, _label in YoungForm.base_fields["age"].choices)]
SAFE = ["", "yes", "not-sure", "no"]
ABOUT = ["", *(code for code, _label in AGES)]
OTHERS = ("someone", "professional")


def answers(who: str, young: str = "", safe: str = "", age: str = "") -> dict[str, dict[str, str]]:
    now = {"now": safe}
    return {
        "who": {"who": who},
        "young": {"age": young},
        **dict.fromkeys(("safe", "safe_them", "safe_own"), now),
        **dict.fromkeys(("about", "them"), {"age": age}),
    }


def slugs(given: dict[str, Any], way=flow.way) -> list[str]:
    return [step.slug for step in way(given)]


@pytest.mark.parametrize("may_ask", [False, True])
@pytest.mark.parametrize("who", WHO)
def test_every_path_ends_in_one_place(settings, who, may_ask):
    settings.CHILDREN_MAY_ASK = may_ask
    for young, safe, age in product(YOUNG, SAFE, ABOUT):
        given = answers(who, young, safe, age)
        steps = flow.visible(given)
        ends = [step.slug for step in steps if step.is_end(given)]
        assert ends == [steps[-1].slug] * (steps[-1].slug != "check")
        child = (young if who == "under_18" else age) == UNDER_16
        taken = not child or (may_ask and who != "own-behaviour")
        seen = [step.slug for step in steps]
        assert ("check" in seen) == taken
        if "where" in seen or "where_them" in seen:
            assert ("danger" in seen) == (safe == "no")


WAYS = {
    "": ["safe", "where", "about", "contact", "agree"],
    "me": ["safe", "where", "about", "contact", "agree"],
    "under_18": ["young", "told", "safe", "where", "about", "contact", "agree"],
    "someone": ["safe_them", "where_them", "knows", "them", "contact", "agree_someone"],
    "own-behaviour": ["safe_own", "where", "about", "contact", "own_worry", "agree_own"],
}


@pytest.mark.parametrize("who", WAYS)
def test_the_short_way_asks_no_more_than_it_must(who):
    assert slugs(answers(who)) == ["before", "who", *WAYS[who], "check"]


@pytest.mark.parametrize(
    ("postcode", "area", "elsewhere"),
    [
        ("LS1 4AB", "", True),
        ("LS1", "in", True),
        ("S60 1AE", "out", False),
        ("", "out", True),
        ("no idea", "out", True),
        ("no idea", "", False),
        ("", "unsaid", False),
    ],
)
@pytest.mark.parametrize("who", ["me", "under_18", "someone", "professional"])
def test_elsewhere_is_by_the_postcode_first_and_everybody_goes_on(who, postcode, area, elsewhere):
    where = {"postcode": postcode, "area": area}
    lives, other = ("where_them", "where") if who in OTHERS else ("where", "where_them")
    seen = slugs({**answers(who), lives: where, other: {"area": "out"}})
    assert ("elsewhere" in seen) is elsewhere and seen[-1] == "check"


def test_where_somebody_lives_who_worries_about_themselves_turns_nobody_away():
    assert "elsewhere" not in slugs({**answers("own-behaviour"), "where": {"area": "out"}})


def test_an_answer_in_a_hidden_step_decides_nothing():
    """Somebody said "under 18" and under 16, went back, and is an adult."""
    seen = slugs(answers("me", UNDER_16, "", "25-39"))
    assert "child" not in seen and "told" not in seen and "check" in seen


def test_only_what_was_asked_is_sent():
    sent, steps = flow.to_send({**answers("me", "16-17", "yes", ""), "contact": {"ways": ["ring_us"]}})
    assert "young" not in sent and [step.slug for step in steps] == list(sent)
    assert all(step.asks for step in steps)


def test_what_is_counted_is_never_sent_and_what_is_sent_never_counted():
    told = {**answers("me"), "equality": {"sex": "female"}, "risk": {"worse": "yes"}}
    assert "equality" not in flow.to_send(told)[0] and "risk" in flow.to_send(told)[0]
    assert flow.to_count(told) == {"equality": {"sex": "female"}}
    assert flow.to_count({**told, "who": {"who": "professional"}}) == {}


def test_a_condition_reads_plain_answers_and_no_form():
    class Never:
        base_fields = {}

        def __init__(self, *args, **kwargs):
            raise AssertionError("a form was made")

    step = Step("x", "X", Never, lambda given: given.get("who", {}).get("who") == "me")
    assert flow.visible({"who": {"who": "me"}}, (*STEPS[:2], step))[-1] is step
    assert step not in flow.visible({}, (*STEPS[:2], step))


# --- whatever was answered ----------------------------------------------------------------
def codes(field: forms.Field) -> st.SearchStrategy[Any]:
    choices = [code for code, _label in getattr(field, "choices", [])]
    if isinstance(field, forms.MultipleChoiceField):
        return st.lists(st.sampled_from(choices), unique=True, max_size=3)
    return st.sampled_from(["", *choices]) if choices else st.sampled_from(["", "S60", "LS1 4AB", "x"])


def any_answers() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """To any steps, also such as nobody sees together: left over from another way."""
    return st.fixed_dictionaries(
        {}, optional={step.slug: st.fixed_dictionaries({}, optional=questions(step)) for step in STEPS}
    )


def questions(step: Step) -> dict[str, Any]:
    return {name: codes(field) for name, field in step.form.base_fields.items()}


@given(told=any_answers())
def test_whatever_was_answered_there_is_one_way_and_it_ends(told):
    seen, way = flow.visible(told), flow.way(told)
    assert len({step.slug for step in seen}) == len(seen)
    assert [STEPS.index(step) for step in seen] == sorted(STEPS.index(step) for step in seen)
    assert way[-1].slug == "check" or way[-1].ends
    assert not [step for step in way[:-1] if step.ends or step.slug == "check"]
    assert seen[-1] is way[-1], "nothing stands behind the last page"


@given(told=any_answers())
def test_whatever_was_answered_only_visible_steps_are_sent_and_hidden_ones_change_nothing(told):
    sent, steps = flow.to_send(told)
    seen = [step.slug for step in flow.visible(told)]
    assert set(sent) == {step.slug for step in steps} <= set(seen)
    assert not [slug for slug in sent if BY_SLUG[slug].counted]
    assert all(any(sent[slug].values()) for slug in sent if BY_SLUG[slug].optional)
    only = {slug: said for slug, said in told.items() if slug in seen}
    assert [step.slug for step in flow.visible(only)] == seen
    assert flow.to_send(only)[0] == sent
