"""Questions that somebody answers about themselves, and the first one, which everybody is asked."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from selfreferral.fields import UNSAID, Filled, Questions, one_of, some_of, words
from selfreferral.questions.paths import SIXTEEN, UNDER_16, is_young
from selfreferral.questions.step import Answers

AGES = [
    (UNDER_16, _("Under 16")),
    (SIXTEEN, _("16 or 17")),
    ("18-24", _("18 to 24")),
    ("25-39", _("25 to 39")),
    ("40-59", _("40 to 59")),
    ("60+", _("60 or over")),
    ("unsaid", _("I would rather not say")),
]


class WhoForm(Questions):
    who = one_of(
        _("Who is this for?"),
        [
            ("me", _("Me")),
            ("under_18", _("Me, and I am under 18")),
            ("someone", _("Someone I am worried about")),
            ("professional", _("I am a professional")),
            ("own-behaviour", _("I am worried about how I behave")),
        ],
        why=_("So that you see only what is for you."),
    )


class YoungForm(Questions):
    age = one_of(
        _("How old are you?"),
        [(UNDER_16, _("Under 16")), (SIXTEEN, _("16 or 17"))],
        why=_("There is different help for different ages."),
    )


class SafeForm(Questions):
    now = one_of(
        _("Are you safe right now?"),
        [("yes", _("Yes")), ("not-sure", _("I am not sure")), ("no", _("No"))],
        why=_("If you are not, somebody looks at this first."),
    )


class WhereForm(Questions):
    postcode = words(
        _("Your postcode, if you want to give it"),
        hint=_("The first part is enough, like S60."),
        most=40,
        why=_("Help near you depends on where you live. Nobody will come to your home because of it."),
    )
    area = one_of(
        _("Or tell us only the area"),
        [
            ("in", Filled(_("I live in %(area)s"), area=settings.PORTAL_AREA)),
            ("out", _("I live somewhere else")),
            ("unsaid", _("I would rather not say")),
        ],
    )


class ElsewhereForm(Questions):
    fleeing = one_of(
        _("Is this about moving to be safe?"),
        [
            ("into", Filled(_("Yes, into %(area)s"), area=settings.PORTAL_AREA)),
            ("out_of", Filled(_("Yes, out of %(area)s"), area=settings.PORTAL_AREA)),
            ("no", _("No")),
            UNSAID,
        ],
        why=_("So that we take care whom we tell about it."),
    )


class AboutForm(Questions):
    name = words(_("What should we call you?"), hint=_("Any name. It need not be your real one."), most=120)
    age = one_of(_("How old are you?"), AGES, why=_("Some teams help people of one age."))
    pronouns = words(_("Your pronouns, if you want to say"), hint=_("For example she, he or they."), most=60)

    def __init__(self, *args: Any, answers: Answers | None = None, **kwargs: Any) -> None:
        super().__init__(*args, answers=answers, **kwargs)
        if is_young(answers or {}):
            del self.fields["age"]  # asked a page before


class AgreeForm(Questions):
    share = some_of(
        _("Who else may we tell, if it would help you?"),
        [
            ("services", _("Services that can help me, such as housing or counselling")),
            ("health", _("My GP or another health worker")),
            ("social", _("Social workers")),
            ("police", _("The police")),
        ],
        hint=_("Tick any, or none. They ask you again before they tell anybody."),
        why=_("It is yours to decide, apart from what stands above."),
    )
