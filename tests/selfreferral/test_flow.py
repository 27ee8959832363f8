"""Which steps there are: every path ends at the check page or at a page that sends nothing."""

from itertools import product

import pytest

from selfreferral import flow
from selfreferral.questions import AGES, STEPS, UNDER_16, Step
from selfreferral.questions.me import WhoForm, YoungForm

WHO = ["", *(code for code, _label in WhoForm.base_fields["who"].choices)]
YOUNG = ["", *(code for code, _label in YoungForm.base_fields["age"].choices)]
SAFE = ["", "yes", "not-sure", "no"]
ABOUT = ["", *(code for code, _label in AGES)]


def answers(who: str, young: str, safe: str, age: str) -> dict[str, dict[str, str]]:
    """The same answer wherever a way asks for it."""
    safes = {step: {"now": safe} for step in ("safe", "safe_them", "safe_own")}
    ages = {step: {"age": age} for step in ("about", "them")}
    return {"who": {"who": who}, "young": {"age": young}, **safes, **ages}


@pytest.mark.parametrize("given", list(product(WHO, YOUNG, SAFE, ABOUT)), ids=lambda given: "/".join(given))
def test_every_path_ends_in_one_place(given):
    who, young, safe, about = given
    steps = flow.visible(answers(*given))
    assert [step.ends for step in steps].count(True) == (steps[-1].slug != "check")
    assert steps[-1].ends or steps[-1].slug == "check"
    slugs = [step.slug for step in steps]
    child = UNDER_16 in ((young,) if who == "under_18" else (about,))
    assert ("check" in slugs) == (not child)
    if "where" in slugs or "where_them" in slugs:
        assert ("danger" in slugs) == (safe == "no")


def test_the_short_way_asks_no_more_than_it_must():
    assert [step.slug for step in flow.way({})] == [
        "before", "who", "safe", "where", "about", "contact", "agree", "check",
    ]  # fmt: skip


def test_an_answer_in_a_hidden_step_decides_nothing():
    """Somebody said "under 18" and 16, went back, and is an adult."""
    slugs = [step.slug for step in flow.visible(answers("me", UNDER_16, "", "25-39"))]
    assert "child" not in slugs and "told" not in slugs and "check" in slugs


def test_only_what_was_asked_is_sent():
    sent, steps = flow.to_send({**answers("me", "16-17", "yes", ""), "contact": {"ways": ["ring_us"]}})
    assert "young" not in sent and [step.slug for step in steps] == list(sent)
    assert all(step.asks for step in steps)


def test_a_condition_reads_plain_answers_and_no_form():
    class Never:
        base_fields = {}

        def __init__(self, *args, **kwargs):
            raise AssertionError("a form was made")

    step = Step("x", "X", Never, lambda given: given.get("who", {}).get("who") == "me")
    assert flow.visible({"who": {"who": "me"}}, (*STEPS[:2], step))[-1] is step
    assert step not in flow.visible({}, (*STEPS[:2], step))
