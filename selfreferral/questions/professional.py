"""Questions that a professional is asked beside those about the person: one referral, complete."""

from django.utils.translation import gettext_noop as _

from selfreferral.fields import Questions, one_of, with_facts, words

YES_NO_UNSURE = [("yes", _("Yes")), ("no", _("No")), ("unsure", _("I am not sure"))]


class ProfessionalForm(Questions):
    name = words(_("Your name"), most=120)
    agency = words(_("Your agency"), hint=_("For example your surgery, school or team."), most=160)
    role = words(_("Your role"), most=120)
    email = words(
        _("Your secure email address"),
        hint=_("One that your agency allows for personal data."),
        why=_("The team may have a question, or an outcome to tell you."),
        most=254,
        kind="email",
    )
    phone = words(
        _("Your phone number"), hint=_("One that you answer yourself, if there is one."), most=60, kind="tel"
    )


class RiskForm(Questions):
    tool = one_of(
        _("Which risk tool did you use?"),
        [
            ("dash", with_facts(_("SafeLives Dash ({dash_questions} questions)"))),
            ("police_dash", _("Police DASH")),
            ("dara", _("DARA")),
            ("other", _("Another one")),
            ("none", _("None")),
        ],
        why=_("They count in different ways, so a number alone says nothing."),
    )
    score = words(
        _("The score, if the tool gives one"), hint=_("How many were ticked. DARA has no score."), most=60
    )
    grade = one_of(
        _("The grade, if one was given"),
        [("high", _("High")), ("medium", _("Medium")), ("standard", _("Standard")), ("none", _("No grade"))],
    )
    judgement = one_of(_("In your judgement, is the risk high?"), YES_NO_UNSURE)
    incidents = words(
        with_facts(_("Incidents in the last {escalation_window}, as far as you know")),
        hint=_("How many, and how many of them the police know of."),
        most=160,
    )
    why = words(_("What makes you think so?"), most=2000, kind="lines")


class ConsentForm(Questions):
    consent = one_of(
        _("Does the person agree to this referral?"), [("yes", _("Yes")), ("no", _("No, or not asked"))]
    )
    reason = words(
        _("If not: why do you refer without it?"),
        hint=_("For example that somebody is in danger, or that asking would put them in danger."),
        most=1000,
        kind="lines",
    )
    told = one_of(
        _("Have you told the person that you refer them?"),
        [("yes", _("Yes")), ("no", _("No"))],
        why=_("The team must not give away what the person does not know."),
    )


class ChildForm(Questions):
    seen = one_of(
        _("Has somebody seen or talked with the children alone?"),
        [*YES_NO_UNSURE, ("none", _("There are no children"))],
    )
    voice = words(
        _("What did they say or show?"), hint=_("In their own words, if you can."), most=2000, kind="lines"
    )
    unborn = one_of(
        _("Is somebody pregnant, as far as you know?"),
        YES_NO_UNSURE,
        why=_("An unborn child can be harmed, too."),
    )


class OutcomeForm(Questions):
    outcome = one_of(
        _("Do you want to hear the outcome?"),
        [("yes", _("Yes")), ("no", _("No"))],
        hint=_(
            "A link that opens once comes to the secure email that you gave. With none, the team rings you."
        ),
    )
    own_reference = words(
        _("Your own number for this, if you want it in the answer"),
        hint=_("A number of your agency’s, never a name or a date of birth."),
        most=40,
    )
