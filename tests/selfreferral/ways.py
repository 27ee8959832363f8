"""Ways through the form on which every page of it can be reached."""

from typing import Any

from selfreferral import flow
from selfreferral.questions import STEPS, Step
from tests.selfreferral.visitor import WAY, Visitor

REACHED = {"ways": ["phone"], "phone_number": "07700 900123"}
SAFE_TO_ASK = {"knows": "yes", "safe": "yes"}
# Answers by step; a step that is not named is left as in WAY, or empty.
WAYS: dict[str, dict[str, dict[str, Any]]] = {
    "me": {},
    "not safe, elsewhere": {"safe": {"now": "no"}, "where": {"area": "out", "postcode": ""}},
    "under 18": {"who": {"who": "under_18"}, "young": {"age": "16-17"}},
    "17, said later": {"about": {"name": "Sam", "age": "16-17"}},
    "child": {"who": {"who": "under_18"}, "young": {"age": "under-16"}},
    "child, said later": {"about": {"age": "under-16"}},
    "somebody": {"who": {"who": "someone"}, "knows": SAFE_TO_ASK, "contact_them": REACHED},
    "somebody's child": {"who": {"who": "someone"}, "them": {"age": "under-16"}},
    "professional's child": {"who": {"who": "professional"}, "them": {"age": "under-16"}},
    "professional": {"who": {"who": "professional"}, "contact_them": REACHED},
    "own behaviour": {"who": {"who": "own-behaviour"}},
}


def answers_of(way: str) -> dict[str, dict[str, Any]]:
    return {step.slug: {**WAY.get(step.slug, {}), **WAYS[way].get(step.slug, {})} for step in STEPS}


def way_to(step: Step) -> str:
    """The first of the ways on which this page is seen."""
    return next(way for way in WAYS if step in flow.visible(answers_of(way)))


def is_seen(step: Step) -> bool:
    """Whether any of the ways leads to it, as the settings are."""
    return any(step in flow.visible(answers_of(way)) for way in WAYS)


def at(step: Step) -> Visitor:
    """Somebody who stands on this page."""
    answers = answers_of(way_to(step))
    visitor = Visitor()
    if step.optional:
        visitor.go("check", **answers)
        visitor.post(do="more")
        if step.slug != "more":
            visitor.post(do=f"change:{step.slug}")
    else:
        visitor.go(step.slug, **answers)
    assert visitor.step == step.slug
    return visitor
