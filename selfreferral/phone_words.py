"""What a worker says aloud to somebody on the line, and beside which page of the form it belongs.

By slug of a step: a page that asks nothing in the form is a box of its own here. Sentences are
slugs of selfreferral/sentences.py; with somebody who asks about another person, `SLUG_them` is said
where there is one.
"""

from typing import NamedTuple

from django.conf import settings

from selfreferral.fields import OTHERS
from selfreferral.sentences import SENTENCES


class Aloud(NamedTuple):
    """`when` tells the worker when it is said; empty: before the questions below it. `ring`: numbers of
    the directory that are given with it, "child", "adult" or "young". `them`: said instead, where
    somebody asks about another person."""

    says: tuple[str, ...]
    when: str = ""
    ring: tuple[str, ...] = ()
    them: tuple[str, ...] = ()


YOUNG = ("told_law", "told_reads", "told_tell", "told_first", "told_parents")
CHILD = ("child_lead", "child_grown_up")
RING_CHILD = ("young", "child")
# How private it is, by who calls: everybody hears it before the first question.
LIMITS = {
    "someone": ("someone_limits", "someone_advice_only", "someone_do_not"),
    "professional": ("someone_limits",),
    "own-behaviour": ("own_limits", "limits_children"),
}
USUAL_LIMITS = ("limits_private", "limits_children", "limits_conflict")
ALOUD = {
    "prof_before": Aloud(
        ("prof_not_marac", "prof_child_at_risk", "prof_adult_at_risk"), ring=("child", "adult")
    ),
    "child": Aloud(CHILD, "If they are under 16:", RING_CHILD),
    "told": Aloud(YOUNG, "They are under 18. Say this before they go on:"),
    "danger": Aloud(
        ("danger_call", "danger_silent", "danger_deaf"),
        "If somebody is not safe right now, stay on the line:",
    ),
    "safe_own": Aloud(("own_lead",)),
    "elsewhere": Aloud(("elsewhere_public",), "If they live somewhere else:"),
    "knows": Aloud(("someone_keep",)),
    "child_later": Aloud(CHILD, "If they are under 16:", RING_CHILD),
    "child_them": Aloud(("child_them",), "If that person is under 16:", RING_CHILD),
    "told_later": Aloud(YOUNG, "If they are 16 or 17, say this before they go on:"),
    "contact": Aloud(("phone_contact",), them=("phone_contact_them",)),
    "prof_risk": Aloud(("prof_judgement",)),
    "prof_consent": Aloud(("prof_consent",)),
    "prof_child": Aloud(("prof_voice",)),
    "own_worry": Aloud(("own_partner",)),
    "happening": Aloud(("honour_public",), "If it is about family, “honour”, marriage or FGM:"),
    "risk": Aloud(("strangled", "ending_life", "taken"), "After a yes, say what fits:"),
    "help": Aloud(("honour_public",), "If they ask for help with forced marriage or “honour”:"),
    "equality": Aloud(("equality_counted",)),
}


def before(who: str) -> Aloud:
    """What everybody hears first: who writes and reads it, and who may be told."""
    return Aloud(("phone_reads", *LIMITS.get(who, USUAL_LIMITS)))


def aloud(slug: str, who: str) -> Aloud | None:
    """What is said at this step; None where nothing is."""
    said = before(who) if slug == "before" else ALOUD.get(slug)
    if said is None:
        return None
    if said.says == CHILD and settings.CHILDREN_MAY_ASK:
        return said._replace(says=(*CHILD, "child_ask"))
    if who == "own-behaviour":
        return said._replace(says=tuple(one for one in said.says if one != "told_reads"))
    if who not in OTHERS:
        return said
    worded = (f"{one}_them" if f"{one}_them" in SENTENCES else one for one in said.says)
    return said._replace(says=said.them or tuple(worded))
