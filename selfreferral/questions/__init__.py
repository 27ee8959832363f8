"""What is asked, each question declared once.

`STEPS` is the form: page, numbering, check-your-answers and the sealed letter follow from it.
A field carries `label` (the question as the person sees it), `hint` and `why` (why we ask).
Answers travel as `{slug: {field: value}}`; a value is a string, or a list of strings where
several may be ticked. Nothing is compulsory but one way to reach the person.
"""

from django.utils.translation import gettext_noop as _

from selfreferral.contact import ContactForm, TheirContactForm
from selfreferral.questions.child import ChildHappeningForm
from selfreferral.questions.me import (
    AGES,
    AboutForm,
    AgreeForm,
    ElsewhereForm,
    SafeForm,
    WhereForm,
    WhoForm,
    YoungForm,
)
from selfreferral.questions.more import MORE_STEPS
from selfreferral.questions.own import AgreeOwnForm, SafeOwnForm, WorryForm
from selfreferral.questions.paths import (
    SIXTEEN,
    UNDER_16,
    asks_for_self,
    child_asks,
    goes_no_further,
    goes_on,
    is_child,
    is_elsewhere,
    is_for_another,
    is_in_danger,
    is_own_behaviour,
    is_professional,
    is_referred,
    is_sixteen_first,
    is_sixteen_later,
    is_someone,
    is_young,
    may_reach_them,
    says_no_child,
    tells_about_self,
)
from selfreferral.questions.professional import (
    ChildForm,
    ConsentForm,
    OutcomeForm,
    ProfessionalForm,
    RiskForm,
)
from selfreferral.questions.someone import (
    AgreeSomeoneForm,
    KnowsForm,
    SafeThemForm,
    ThemForm,
    WhereThemForm,
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
    Step("before", _("Before you start"), NoQuestions, template="selfreferral/before.html"),
    Step("who", _("Who is this for?"), WhoForm),
    Step(
        "prof_before",
        _("Before you refer"),
        NoQuestions,
        is_professional,
        template="selfreferral/prof_before.html",
    ),
    Step("young", _("How old are you?"), YoungForm, is_young),
    Step(
        "child",
        _("Help for you"),
        NoQuestions,
        lambda answers: not says_no_child(answers),
        template="selfreferral/child.html",
        ends=goes_no_further,
    ),
    Step(
        "told", _("Before you tell us more"), NoQuestions, is_sixteen_first, template="selfreferral/told.html"
    ),
    Step("safe", _("Are you safe right now?"), SafeForm, asks_for_self),
    Step("safe_them", _("Are they safe right now?"), SafeThemForm, is_for_another),
    Step(
        "safe_own",
        _("Is anybody in danger because of you right now?"),
        SafeOwnForm,
        is_own_behaviour,
        template="selfreferral/safe_own.html",
    ),
    Step("danger", _("You can get help now"), NoQuestions, is_in_danger, template="selfreferral/danger.html"),
    Step("where", _("Where do you live?"), WhereForm, tells_about_self),
    Step("where_them", _("Where do they live?"), WhereThemForm, is_for_another),
    Step(
        "elsewhere",
        _("Help where you live"),
        ElsewhereForm,
        is_elsewhere,
        template="selfreferral/elsewhere.html",
        title_them=_("Help where they live"),
    ),
    Step(
        "about", _("About you"), AboutForm, lambda answers: tells_about_self(answers) or child_asks(answers)
    ),
    Step("knows", _("Do they know?"), KnowsForm, is_someone, template="selfreferral/knows.html"),
    Step("prof", _("About you and your agency"), ProfessionalForm, is_professional),
    Step("them", _("About them"), ThemForm, is_for_another),
    Step(
        "child_later",
        _("Help for you"),
        NoQuestions,
        lambda answers: tells_about_self(answers) and is_child(answers),
        template="selfreferral/child.html",
        ends=goes_no_further,
    ),
    Step(
        "child_them",
        _("They are under 16"),
        NoQuestions,
        lambda answers: is_for_another(answers) and is_child(answers),
        template="selfreferral/child_them.html",
        ends=goes_no_further,
    ),
    Step(
        "told_later",
        _("Before you tell us more"),
        NoQuestions,
        is_sixteen_later,
        template="selfreferral/told.html",
    ),
    Step(
        "contact",
        _("How can we reach you?"),
        ContactForm,
        lambda answers: goes_on(answers) and not is_professional(answers),
        template="selfreferral/contact.html",
        safe_contact=True,
    ),
    Step(
        "contact_them",
        _("How can we reach them?"),
        TheirContactForm,
        lambda answers: goes_on(answers) and (is_professional(answers) or may_reach_them(answers)),
        template="selfreferral/contact_them.html",
        safe_contact=True,
    ),
    Step(
        "prof_risk",
        _("The risk, as you see it"),
        RiskForm,
        is_referred,
        template="selfreferral/prof_risk.html",
    ),
    Step(
        "prof_consent",
        _("What they agreed to"),
        ConsentForm,
        is_referred,
        template="selfreferral/prof_consent.html",
    ),
    Step(
        "prof_child",
        _("The voice of the child"),
        ChildForm,
        is_referred,
        template="selfreferral/prof_child.html",
    ),
    Step("prof_outcome", _("The outcome"), OutcomeForm, is_referred),
    Step(
        "own_worry",
        _("What you worry about"),
        WorryForm,
        lambda answers: is_own_behaviour(answers) and goes_on(answers),
        template="selfreferral/own_worry.html",
    ),
    Step("child_happening", _("What is happening?"), ChildHappeningForm, child_asks),
    *MORE_STEPS,
    Step(
        "agree",
        _("Who will know"),
        AgreeForm,
        lambda answers: asks_for_self(answers) and not child_asks(answers),
        template="selfreferral/agree.html",
    ),
    Step(
        "agree_someone",
        _("Who will know"),
        AgreeSomeoneForm,
        lambda answers: is_someone(answers) and goes_on(answers),
        template="selfreferral/agree_someone.html",
    ),
    Step(
        "agree_own",
        _("Who will know"),
        AgreeOwnForm,
        lambda answers: is_own_behaviour(answers) and goes_on(answers),
        template="selfreferral/agree_own.html",
    ),
    Step("check", _("Check, then send"), NoQuestions, goes_on, template="selfreferral/check.html"),
)
BY_SLUG = {step.slug: step for step in STEPS}
