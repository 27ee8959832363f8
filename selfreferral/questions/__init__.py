"""What is asked, each question declared once.

`STEPS` is the form: page, numbering, check-your-answers and the sealed letter follow from it.
A field carries `label` (the question as the person sees it), `hint` and `why` (why we ask).
Answers travel as `{slug: {field: value}}`; a value is a string, or a list of strings where
several may be ticked. Nothing is compulsory but one way to reach the person.
"""

from selfreferral.contact import ContactForm
from selfreferral.questions.me import (
    AGES,
    SIXTEEN,
    UNDER_16,
    AboutForm,
    AgreeForm,
    SafeForm,
    WhereForm,
    WhoForm,
    YoungForm,
    can_ask_here,
    goes_on,
    is_not_child_yet,
    is_sixteen_first,
    is_sixteen_later,
    is_young,
)
from selfreferral.questions.step import Answers, NoQuestions, Step, answer

__all__ = [
    "AGES",
    "BY_SLUG",
    "FORM_VERSION",
    "SIXTEEN",
    "STEPS",
    "UNDER_16",
    "Answers",
    "Step",
    "answer",
    "is_young",
]

FORM_VERSION = 2
STEPS: tuple[Step, ...] = (
    Step("before", "Before you start", NoQuestions, template="selfreferral/before.html"),
    Step("who", "Who is this for?", WhoForm),
    Step(
        "other",
        "You cannot do this here yet",
        NoQuestions,
        lambda answers: not can_ask_here(answers),
        template="selfreferral/other.html",
        ends=True,
    ),
    Step("young", "How old are you?", YoungForm, is_young),
    Step(
        "child",
        "Help for you",
        NoQuestions,
        lambda answers: can_ask_here(answers) and not is_not_child_yet(answers),
        template="selfreferral/child.html",
        ends=True,
    ),
    Step("told", "Before you tell us more", NoQuestions, is_sixteen_first, template="selfreferral/told.html"),
    Step("safe", "Are you safe right now?", SafeForm, is_not_child_yet),
    Step(
        "danger",
        "You can get help now",
        NoQuestions,
        lambda answers: is_not_child_yet(answers) and answer(answers, "safe", "now") == "no",
        template="selfreferral/danger.html",
    ),
    Step("where", "Where do you live?", WhereForm, is_not_child_yet),
    Step("about", "About you", AboutForm, is_not_child_yet),
    Step(
        "child_later",
        "Help for you",
        NoQuestions,
        lambda answers: is_not_child_yet(answers) and not goes_on(answers),
        template="selfreferral/child.html",
        ends=True,
    ),
    Step(
        "told_later",
        "Before you tell us more",
        NoQuestions,
        is_sixteen_later,
        template="selfreferral/told.html",
    ),
    Step(
        "contact",
        "How can we reach you?",
        ContactForm,
        goes_on,
        template="selfreferral/contact.html",
        safe_contact=True,
    ),
    Step("agree", "Who will know", AgreeForm, goes_on, template="selfreferral/agree.html"),
    Step("check", "Check, then send", NoQuestions, goes_on, template="selfreferral/check.html"),
)
BY_SLUG = {step.slug: step for step in STEPS}
