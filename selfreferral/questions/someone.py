"""Questions about another person: by somebody who is worried about them, or by a professional."""

from django.conf import settings

from selfreferral.fields import Questions, one_of, some_of, words
from selfreferral.questions.me import AGES

THEIR_AGES = [*AGES[:-1], ("unsaid", "I do not know, or would rather not say")]


class SafeThemForm(Questions):
    now = one_of(
        "Are they safe right now?",
        [("yes", "Yes"), ("not-sure", "I am not sure"), ("no", "No")],
        why="If they are not, somebody looks at this first.",
    )


class WhereThemForm(Questions):
    postcode = words(
        "Their postcode, if you know it",
        hint="The first part is enough, like S60.",
        most=40,
        why="Help near them depends on where they live. Nobody will go to their home because of it.",
    )
    area = one_of(
        "Or tell us only the area",
        [
            ("in", f"They live in {settings.PORTAL_AREA}"),
            ("out", "They live somewhere else"),
            ("unsaid", "I do not know, or would rather not say"),
        ],
    )


class KnowsForm(Questions):
    knows = one_of(
        "Do they know that you are asking?",
        [("yes", "Yes"), ("no", "No, or I am not sure")],
        why="It is for them to decide about their life.",
    )
    safe = one_of(
        "Is it safe for them if somebody gets in touch?",
        [("yes", "Yes, they said so"), ("no", "No"), ("unsure", "I am not sure")],
        why="A call or a message can be seen by the person who is harming them.",
    )
    keep = one_of(
        "Should we keep it from them that you asked?",
        [("yes", "Yes, do not tell them"), ("no", "No, you may tell them")],
        hint="If you leave this empty, we do not tell them.",
    )


class ThemForm(Questions):
    name = words("What should we call them?", hint="Any name. It need not be their real one.", most=120)
    age = one_of("How old are they?", THEIR_AGES, why="Some teams help people of one age.")
    relation = words("How do you know them?", hint="For example a friend, a patient, a pupil.", most=120)


class AgreeSomeoneForm(Questions):
    share = some_of(
        "Who else may we talk to about what you told us?",
        [
            ("services", "Services that can help, such as housing or counselling"),
            ("health", "Their GP or another health worker"),
            ("social", "Social workers"),
            ("police", "The police"),
        ],
        hint="Tick any, or none. They ask you again before they tell anybody.",
        why="What you told us is yours. What happens next is for the person to decide.",
    )
