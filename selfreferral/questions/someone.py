"""Questions about another person: by somebody who is worried about them, or by a professional."""

from django.conf import settings
from django.utils.translation import gettext_noop as _

from selfreferral.fields import Filled, Questions, one_of, some_of, words
from selfreferral.questions.me import AGES

THEIR_AGES = [*AGES[:-1], ("unsaid", _("I do not know, or would rather not say"))]


class SafeThemForm(Questions):
    now = one_of(
        _("Are they safe right now?"),
        [("yes", _("Yes")), ("not-sure", _("I am not sure")), ("no", _("No"))],
        why=_("If they are not, somebody looks at this first."),
    )


class WhereThemForm(Questions):
    postcode = words(
        _("Their postcode, if you know it"),
        hint=_("The first part is enough, like S60."),
        most=40,
        why=_("Help near them depends on where they live. Nobody will go to their home because of it."),
    )
    area = one_of(
        _("Or tell us only the area"),
        [
            ("in", Filled(_("They live in %(area)s"), area=settings.PORTAL_AREA)),
            ("out", _("They live somewhere else")),
            ("unsaid", _("I do not know, or would rather not say")),
        ],
    )


class KnowsForm(Questions):
    knows = one_of(
        _("Do they know that you are asking?"),
        [("yes", _("Yes")), ("no", _("No, or I am not sure"))],
        why=_("It is for them to decide about their life."),
    )
    safe = one_of(
        _("Is it safe for them if somebody gets in touch?"),
        [("yes", _("Yes, they said so")), ("no", _("No")), ("unsure", _("I am not sure"))],
        why=_("A call or a message can be seen by the person who is harming them."),
    )
    keep = one_of(
        _("Should we keep it from them that you asked?"),
        [("yes", _("Yes, do not tell them")), ("no", _("No, you may tell them"))],
        hint=_("If you leave this empty, we do not tell them."),
    )


class ThemForm(Questions):
    name = words(_("What should we call them?"), hint=_("Any name. It need not be their real one."), most=120)
    age = one_of(_("How old are they?"), THEIR_AGES, why=_("Some teams help people of one age."))
    relation = words(
        _("How do you know them?"), hint=_("For example a friend, a patient, a pupil."), most=120
    )


class AgreeSomeoneForm(Questions):
    share = some_of(
        _("Who else may we talk to about what you told us?"),
        [
            ("services", _("Services that can help, such as housing or counselling")),
            ("health", _("Their GP or another health worker")),
            ("social", _("Social workers")),
            ("police", _("The police")),
        ],
        hint=_("Tick any, or none. They ask you again before they tell anybody."),
        why=_("What you told us is yours. What happens next is for the person to decide."),
    )
