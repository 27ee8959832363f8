"""Which answers lead to which route (checker_routes.py). One rule, one screen.

A rule fires when for each question in `when` one of the named answers was given ("" means none
was), and everything else it asks for holds. No rule asks that something was *not* answered, and
no route ends another: so no answer ever takes a route away that more risk would give. Whoever
changes a rule counts its version up; tests/pathways/checker_versions.csv holds them to it.
`{keys}` are facts.
"""

from typing import NamedTuple

from pathways.checker_questions import ADULT, AGE_UNSURE, UNDER_16, YOUNG

# Somebody who may be of this age: a missing age is never a reason to leave a route out.
MAY_BE_ADULT = (ADULT, AGE_UNSURE, "")
MAY_BE_YOUNG = (YOUNG, AGE_UNSURE)
MAY_BE_CHILD = (UNDER_16, YOUNG, AGE_UNSURE, "")
SIGNS = ("sign_strangled", "sign_stalked", "sign_kill", "sign_weapons", "sign_suicide")
HONOUR = ("honour_marriage", "honour_based", "honour_abroad")


class Rule(NamedTuple):
    """`oldest`: a fact; the person can be that old. `also`: a route that has been reached before."""

    name: str
    version: int
    route: str
    why: str
    when: dict[str, tuple[str, ...]] = {}
    oldest: str = ""
    also: str = ""


RULES = [
    # --- 999 ---
    Rule("danger-now", 1, "emergency", "Somebody is in danger right now.", {"danger": ("danger_yes",)}),
    Rule(
        "danger-not-sure",
        1,
        "emergency",
        "You are not sure that everybody is safe right now. Treat it as danger.",
        {"danger": ("danger_unsure",)},
    ),
    # --- children ---
    Rule("child-under-16", 1, "child", "The person is a child.", {"age": (UNDER_16,)}),
    Rule("child-16-17", 1, "child", "Somebody of 16 or 17 is a child in law.", {"age": (YOUNG,)}),
    Rule("child-age-not-sure", 1, "child", "The person may be under 18.", {"age": (AGE_UNSURE,)}),
    Rule(
        "child-at-home",
        1,
        "child",
        "A child who sees, hears or lives with abuse is harmed by it, and a victim in law.",
        {"children": ("child_there",)},
    ),
    Rule("child-unborn", 1, "child", "An unborn child can be harmed, too.", {"children": ("child_unborn",)}),
    Rule("child-not-sure", 1, "child", "There may be a child.", {"children": ("child_unsure",)}),
    Rule(
        "child-fgm",
        1,
        "child",
        "FGM of a girl, done or feared, is child abuse.",
        {"fgm": ("fgm_child_done", "fgm_child_risk")},
    ),
    Rule("child-fgm-not-sure", 1, "child", "There may be FGM. Ask those who know.", {"fgm": ("fgm_unsure",)}),
    Rule(
        "child-marriage",
        1,
        "child",
        "Under {forced_marriage_age}, any arrangement to marry is forced marriage, since "
        "{forced_marriage_since}.",
        {"honour": ("honour_marriage",), "age": MAY_BE_CHILD},
    ),
    Rule(
        "child-honour",
        1,
        "child",
        "The person may be under 18, and may be harmed or taken abroad.",
        {"honour": ("honour_based", "honour_abroad", "honour_unsure"), "age": MAY_BE_CHILD},
    ),
    # --- FGM ---
    Rule(
        "fgm-your-duty",
        1,
        "fgm",
        "With your work, the law asks it of you.",
        {"fgm": ("fgm_child_done",), "job": ("job_health", "job_social", "job_teaching")},
    ),
    Rule(
        "fgm-known",
        1,
        "fgm",
        "You know of FGM in a girl under {fgm_age}.",
        {"fgm": ("fgm_child_done",)},
    ),
    # --- forced marriage, "honour" ---
    Rule(
        "forced-marriage",
        1,
        "forced",
        "There are signs of forced marriage.",
        {"honour": ("honour_marriage",)},
    ),
    Rule(
        "honour-based",
        1,
        "forced",
        "There are signs of abuse in the name of “honour”.",
        {"honour": ("honour_based",)},
    ),
    Rule("taken-abroad", 1, "forced", "The person may be taken abroad.", {"honour": ("honour_abroad",)}),
    Rule(
        "honour-not-sure",
        1,
        "forced",
        "You are not sure. Ask those who know the signs.",
        {"honour": ("honour_unsure",)},
    ),
    # --- the police, for protection ---
    Rule(
        "police-honour",
        1,
        "police",
        "The police can protect the person, and help to get a protection order.",
        {"honour": HONOUR},
    ),
    Rule(
        "police-fgm",
        1,
        "police",
        "A court can make an FGM protection order, also before anything has happened.",
        {"fgm": ("fgm_child_done", "fgm_child_risk")},
    ),
    # --- MARAC: any one of four, and signs that are enough for your judgement ---
    Rule(
        "marac-danger-signs",
        1,
        "marac",
        "A sign that somebody may be killed or badly hurt. It is enough, whatever a form says.",
        {"signs": SIGNS},
        oldest="marac_age",
    ),
    Rule(
        "marac-honour",
        1,
        "marac",
        "Forced marriage and abuse in the name of “honour” count as high risk. Do not wait for a score.",
        {"honour": HONOUR},
        oldest="marac_age",
    ),
    Rule(
        "marac-judgement",
        1,
        "marac",
        "Your professional judgement. It is enough by itself, whatever a form says.",
        {"judgement": ("judged_high",)},
        oldest="marac_age",
    ),
    Rule(
        "marac-visible-high-risk",
        1,
        "marac",
        "Visible high risk: graded high, or {dash_high} ticks or more.",
        {"result": ("grade_high", "ticks_high")},
        oldest="marac_age",
    ),
    Rule(
        "marac-escalation",
        1,
        "marac",
        "Potential escalation: {escalation_incidents} police incidents or more in {escalation_window}, or it "
        "gets worse.",
        {"incidents": ("incidents_many", "incidents_worse")},
        oldest="marac_age",
    ),
    Rule(
        "marac-repeat",
        1,
        "marac",
        "A repeat: a further incident within {marac_repeat} of the last MARAC.",
        {"marac": ("marac_and_since",)},
        oldest="marac_age",
    ),
    # --- an advocate ---
    Rule(
        "idva-with-marac",
        1,
        "idva",
        "Whoever is referred to MARAC has an advocate.",
        {"age": MAY_BE_ADULT},
        also="marac",
    ),
    Rule(
        "ypva-16-17",
        1,
        "ypva",
        "Whoever is 16 or 17 can have one, at any risk.",
        {"age": (YOUNG,)},
    ),
    Rule("ypva-age-not-sure", 1, "ypva", "The person may be 16 or 17.", {"age": (AGE_UNSURE,)}),
    Rule(
        "ypva-with-marac",
        1,
        "ypva",
        "Whoever is referred to MARAC has an advocate. At 16 and 17 it is one for young people.",
        {"age": MAY_BE_YOUNG},
        also="marac",
    ),
    Rule(
        "idva-not-sure",
        1,
        "idva",
        "You are not sure how high the risk is. An IDVA can help you to see.",
        {"judgement": ("judged_unsure",), "age": MAY_BE_ADULT},
    ),
    Rule(
        "idva-signs-not-sure",
        1,
        "idva",
        "You are not sure about signs of great danger. An IDVA can help you to see.",
        {"signs": ("sign_unsure",), "age": MAY_BE_ADULT},
    ),
    Rule(
        "ypva-not-sure",
        1,
        "ypva",
        "You are not sure how high the risk is. An advocate for young people can help you to see.",
        {"judgement": ("judged_unsure",), "age": MAY_BE_YOUNG},
    ),
    # --- adults who need care ---
    Rule(
        "adult-care",
        1,
        "adult",
        "An adult who needs care or support, and may not be able to keep themselves safe.",
        {"care": ("care_yes",), "age": MAY_BE_ADULT},
    ),
    Rule(
        "adult-care-not-sure",
        1,
        "adult",
        "The person may need care or support. Ring and ask.",
        {"care": ("care_unsure",), "age": MAY_BE_ADULT},
    ),
    # --- police and school ---
    Rule(
        "encompass-child",
        1,
        "encompass",
        "The police tell the school of every child who was there.",
        {"job": ("job_police",), "children": ("child_there", "child_unsure")},
    ),
    Rule(
        "encompass-victim",
        1,
        "encompass",
        "The person is of school age, or may be.",
        {"job": ("job_police",), "age": (UNDER_16, YOUNG, AGE_UNSURE)},
    ),
    # --- whoever is left, and everybody ---
    # Under the age that its form takes, the way is the child's, which has fired by then.
    Rule("everybody", 2, "provider", "The service helps at every level of risk.", oldest="service_age"),
    Rule("in-doubt", 1, "doubt", "No rule knows everything."),
]
