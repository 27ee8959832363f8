"""Questions that somebody answers about themselves, and the first one, which everybody is asked."""

from typing import Any

from django.conf import settings

from selfreferral.fields import UNSAID, Questions, one_of, some_of, words
from selfreferral.questions.paths import SIXTEEN, UNDER_16, is_young
from selfreferral.questions.step import Answers

AGES = [
    (UNDER_16, "Under 16"),
    (SIXTEEN, "16 or 17"),
    ("18-24", "18 to 24"),
    ("25-39", "25 to 39"),
    ("40-59", "40 to 59"),
    ("60+", "60 or over"),
    ("unsaid", "I would rather not say"),
]


class WhoForm(Questions):
    who = one_of(
        "Who is this for?",
        [
            ("me", "Me"),
            ("under_18", "Me, and I am under 18"),
            ("someone", "Someone I am worried about"),
            ("professional", "I am a professional"),
            ("own-behaviour", "I am worried about how I behave"),
        ],
        why="So that you see only what is for you.",
    )


class YoungForm(Questions):
    age = one_of(
        "How old are you?",
        [(UNDER_16, "Under 16"), (SIXTEEN, "16 or 17")],
        why="There is different help for different ages.",
    )


class SafeForm(Questions):
    now = one_of(
        "Are you safe right now?",
        [("yes", "Yes"), ("not-sure", "I am not sure"), ("no", "No")],
        why="If you are not, somebody looks at this first.",
    )


class WhereForm(Questions):
    postcode = words(
        "Your postcode, if you want to give it",
        hint="The first part is enough, like S60.",
        most=40,
        why="Help near you depends on where you live. Nobody will come to your home because of it.",
    )
    area = one_of(
        "Or tell us only the area",
        [
            ("in", f"I live in {settings.PORTAL_AREA}"),
            ("out", "I live somewhere else"),
            ("unsaid", "I would rather not say"),
        ],
    )


class ElsewhereForm(Questions):
    fleeing = one_of(
        "Is this about moving to be safe?",
        [
            ("into", f"Yes, into {settings.PORTAL_AREA}"),
            ("out_of", f"Yes, out of {settings.PORTAL_AREA}"),
            ("no", "No"),
            UNSAID,
        ],
        why="So that we take care whom we tell about it.",
    )


class AboutForm(Questions):
    name = words("What should we call you?", hint="Any name. It need not be your real one.", most=120)
    age = one_of("How old are you?", AGES, why="Some teams help people of one age.")
    pronouns = words("Your pronouns, if you want to say", hint="For example she, he or they.", most=60)

    def __init__(self, *args: Any, answers: Answers | None = None, **kwargs: Any) -> None:
        super().__init__(*args, answers=answers, **kwargs)
        if is_young(answers or {}):
            del self.fields["age"]  # asked a page before


class AgreeForm(Questions):
    share = some_of(
        "Who else may we tell, if it would help you?",
        [
            ("services", "Services that can help me, such as housing or counselling"),
            ("health", "My GP or another health worker"),
            ("social", "Social workers"),
            ("police", "The police"),
        ],
        hint="Tick any, or none. They ask you again before they tell anybody.",
        why="It is yours to decide, apart from what stands above.",
    )
