"""The codes that stand on the record, and their words: no word about a person is kept in clear."""

from collections.abc import Mapping

from django.db import models

from selfreferral import outcomes
from triage.models import Outcome

BETWEEN = ", "
FROM, TO = "from ", "to "
TOLD = "told_"


class Way(models.TextChoices):
    """How somebody tried to reach the person."""

    PHONE = "phone", "By phone"
    TEXT = "text", "By text message"
    EMAIL = "email", "By email"
    SOMEBODY = "somebody", "Through somebody they named"
    OTHER = "other_way", "Another way"


class Result(models.TextChoices):
    """What came of it."""

    NO_ANSWER = "no_answer", "No answer"
    COULD_NOT_TALK = "no_talk", "They answered and could not talk"
    SOMEBODY_ELSE = "else", "Somebody else answered, and nothing was said"
    WRONG_NUMBER = "wrong", "The number or address is wrong"


class Agency(models.TextChoices):
    """Whom a case was referred to."""

    MARAC = "marac", "MARAC"
    MASH = "mash", "MASH, because a child may be at risk"
    ADULT = "adult", "Adult safeguarding"


class Reason(models.TextChoices):
    """Why a case goes to another queue: the words go on after "because"."""

    HIGHER = "higher", "the risk is higher than it looked"
    LOWER = "lower", "the risk is lower than it looked"
    AGE = "age", "that team works with people of their age"
    CONFLICT = "conflict", "the person who harms works where this is read"
    ASKED = "asked", "they asked for it"
    WRONG_TEAM = "wrong_team", "it came to the wrong team"


OTHERS = {
    "taken over": "taken over",
    "by lead": "by a lead",
    "made_urgent": "urgent from now on",
    "corrected": "to another address than in the letter",
}
WORDS = {
    **{f"{TOLD}{code}": words.rstrip(".") for code, words in outcomes.OUTCOMES.items()},
    **{code: str(label) for kind in (Way, Result, Agency, Reason, Outcome) for code, label in kind.choices},
    **OTHERS,
}


def detail(*codes: str) -> str:
    """What goes into the detail of a row. Empty codes are left out."""
    return BETWEEN.join(filter(None, codes))


def words(detail: str, queues: Mapping[str, str]) -> str:
    """The codes of a row as people read them; what is no code stays. `queues` holds names by slug."""
    return "; ".join(in_words(code, queues) for code in detail.split(BETWEEN)) if detail else ""


def in_words(code: str, queues: Mapping[str, str]) -> str:
    for way in (FROM, TO):
        if code.startswith(way):
            slug = code.removeprefix(way)
            return f"{way}{queues.get(slug, slug)}"
    return WORDS.get(code, code)
