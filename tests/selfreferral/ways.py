"""Ways through the form on which every page of it can be reached."""

from typing import Any

from selfreferral import flow
from selfreferral.questions import STEPS, Step
from tests.selfreferral.told import WAYS, told
from tests.selfreferral.visitor import Visitor


def answers_of(way: str) -> dict[str, dict[str, Any]]:
    return {step.slug: told(way, step.slug) for step in STEPS}


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
