"""Which sentences somebody is shown because of what they told, by slug of selfreferral/sentences.py.

Rules look at plain answers, never at wording. The template holds the words and the numbers.
"""

from collections.abc import Callable

from selfreferral.fields import OTHERS
from selfreferral.notes import honour
from selfreferral.questions import Answers, answer

CONTACTS = ("contact", "contact_them")


def beside(answers: Answers) -> list[str]:
    """The slugs that fit, in the order in which they are read."""
    them = "_them" if answer(answers, "who", "who") in OTHERS else ""
    return [f"{slug}{them}" for slug, fits in RULES.items() if fits(answers)]


def through_someone(answers: Answers) -> str:
    """The step in which "through someone else" is ticked although family may be the danger; or ""."""
    ticked = (step for step in CONTACTS if "someone" in (answer(answers, step, "ways") or ()))
    return next(ticked, "") if honour(answers) else ""


def says_yes(field: str) -> Callable[[Answers], bool]:
    return lambda answers: answer(answers, "risk", field) == "yes"


RULES: dict[str, Callable[[Answers], bool]] = {
    "strangled": says_yes("strangled"),
    "ending_life": says_yes("suicide"),
    "taken": says_yes("taken"),
    "honour_through": lambda answers: bool(through_someone(answers)),
    "honour_public": honour,
    "child_to_parent": lambda answers: "from_child" in (answer(answers, "happening", "kinds") or ()),
}
