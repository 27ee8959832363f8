"""Questions that a professional is asked beside those about the person: one referral, complete."""

from selfreferral.fields import Questions, one_of, with_facts, words

YES_NO_UNSURE = [("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")]


class ProfessionalForm(Questions):
    name = words("Your name", most=120)
    agency = words("Your agency", hint="For example your surgery, school or team.", most=160)
    role = words("Your role", most=120)
    email = words(
        "Your secure email address",
        hint="One that your agency allows for personal data.",
        why="The team may have a question, or an outcome to tell you.",
        most=254,
        kind="email",
    )
    phone = words(
        "Your phone number", hint="One that you answer yourself, if there is one.", most=60, kind="tel"
    )


class RiskForm(Questions):
    tool = one_of(
        "Which risk tool did you use?",
        [
            ("dash", with_facts("SafeLives Dash ({dash_questions} questions)")),
            ("police_dash", "Police DASH"),
            ("dara", "DARA"),
            ("other", "Another one"),
            ("none", "None"),
        ],
        why="They count in different ways, so a number alone says nothing.",
    )
    score = words(
        "The score, if the tool gives one", hint="How many were ticked. DARA has no score.", most=60
    )
    grade = one_of(
        "The grade, if one was given",
        [("high", "High"), ("medium", "Medium"), ("standard", "Standard"), ("none", "No grade")],
    )
    judgement = one_of("In your judgement, is the risk high?", YES_NO_UNSURE)
    incidents = words(
        with_facts("Incidents in the last {escalation_window}, as far as you know"),
        hint="How many, and how many of them the police know of.",
        most=160,
    )
    why = words("What makes you think so?", most=2000, kind="lines")


class ConsentForm(Questions):
    consent = one_of("Does the person agree to this referral?", [("yes", "Yes"), ("no", "No, or not asked")])
    reason = words(
        "If not: why do you refer without it?",
        hint="For example that somebody is in danger, or that asking would put them in danger.",
        most=1000,
        kind="lines",
    )
    told = one_of(
        "Have you told the person that you refer them?",
        [("yes", "Yes"), ("no", "No")],
        why="The team must not give away what the person does not know.",
    )


class ChildForm(Questions):
    seen = one_of(
        "Has somebody seen or talked with the children alone?",
        [*YES_NO_UNSURE, ("none", "There are no children")],
    )
    voice = words(
        "What did they say or show?", hint="In their own words, if you can.", most=2000, kind="lines"
    )
    unborn = one_of(
        "Is somebody pregnant, as far as you know?",
        YES_NO_UNSURE,
        why="An unborn child can be harmed, too.",
    )


class OutcomeForm(Questions):
    outcome = one_of(
        "Do you want to hear the outcome?",
        [("yes", "Yes"), ("no", "No")],
        hint="A link that opens once comes to the secure email that you gave. With none, the team rings you.",
    )
    own_reference = words(
        "Your own number for this, if you want it in the answer",
        hint="A number of your agency’s, never a name or a date of birth.",
        most=40,
    )
