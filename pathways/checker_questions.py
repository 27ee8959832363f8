"""What the checker asks. Choices only: there is nothing to type, so nothing that names anybody.

`{keys}` in the words are facts (facts_list.py). A question may be left out; "" is that answer.
`rises` says, for the tests, which answers tell of more risk than which: of each pair the second.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

Answers = Mapping[str, frozenset[str]]
"""Question to the codes that were chosen: known ones only; more than one where several are ticked, or
where a browser sent a field twice."""


class Question(NamedTuple):
    """`choices`: code to label, in order. `several`: ticks, not one of them."""

    name: str
    label: str
    choices: dict[str, str]
    hint: str = ""
    several: bool = False
    rises: tuple[tuple[str, str], ...] = ()


UNSURE = "Not sure"
UNDER_16, YOUNG, ADULT, AGE_UNSURE = "under_16", "aged_16_17", "aged_18_over", "age_unsure"
# The oldest that somebody can be who gave this answer; "" and "not sure" can be any age.
OLDEST = {UNDER_16: 15, YOUNG: 17}

QUESTIONS = [
    Question(
        "danger",
        "Is anybody in danger right now?",
        {"danger_yes": "Yes", "danger_unsure": UNSURE, "danger_no": "No"},
        rises=(("danger_no", "danger_unsure"), ("danger_unsure", "danger_yes")),
    ),
    Question(
        "age",
        "How old is the person?",
        {UNDER_16: "Under 16", YOUNG: "16 or 17", ADULT: "18 or over", AGE_UNSURE: UNSURE},
        hint=_("The person who is being harmed."),
        rises=((UNDER_16, AGE_UNSURE), (YOUNG, AGE_UNSURE), (ADULT, AGE_UNSURE)),
    ),
    Question(
        "children",
        "Is there a child, or a pregnancy?",
        {
            "child_there": "A child who lives with it or visits",
            "child_unborn": "Somebody is pregnant",
            "child_unsure": UNSURE,
            "child_none": "Neither",
        },
        several=True,
    ),
    Question(
        "signs",
        "Any of these?",
        {
            "sign_strangled": "Strangled or choked",
            "sign_stalked": "Stalked or tracked",
            "sign_kill": "Threats to kill",
            "sign_weapons": "Weapons",
            "sign_suicide": "Thoughts of ending life",
            "sign_unsure": UNSURE,
            "sign_none": "None",
        },
        several=True,
    ),
    Question(
        "judgement",
        "In your judgement: a high risk of serious harm or death?",
        {"judged_high": "Yes", "judged_unsure": UNSURE, "judged_not": "Not from what I know now"},
        hint=_("Whatever a form says. You need no score."),
        rises=(("judged_not", "judged_unsure"), ("judged_unsure", "judged_high")),
    ),
    Question(
        "tool",
        "Which risk tool did you use?",
        {
            "tool_dash": "SafeLives Dash, {dash_questions} questions",
            "tool_police_dash": "Police DASH",
            "tool_dara": "DARA",
            "tool_other": "Another one",
            "tool_none": "None",
        },
    ),
    Question(
        "result",
        "What did it show?",
        {
            "grade_high": "Graded high",
            "ticks_high": "{dash_high} ticks or more",
            "ticks_below": "Fewer than {dash_high} ticks",
            "grade_other": "Another grade",
            "result_none": "No score and no grade",
        },
        rises=tuple(
            (low, high)
            for low in ("ticks_below", "grade_other", "result_none")
            for high in ("grade_high", "ticks_high")
        ),
    ),
    Question(
        "incidents",
        "Is it happening more, or getting worse?",
        {
            "incidents_many": "{escalation_incidents} police incidents or more in {escalation_window}",
            "incidents_worse": "Fewer, but it gets worse or more often",
            "incidents_few": "Fewer",
            "incidents_unsure": UNSURE,
        },
        rises=tuple(
            (low, high)
            for low in ("incidents_few", "incidents_unsure")
            for high in ("incidents_worse", "incidents_many")
        ),
    ),
    Question(
        "marac",
        "Was the person at a MARAC in the last {marac_repeat}?",
        {
            "marac_and_since": "Yes, and something has happened since",
            "marac_quiet_since": "Yes, and nothing since, as far as I know",
            "marac_not": "No",
            "marac_unsure": UNSURE,
        },
        rises=tuple((low, "marac_and_since") for low in ("marac_not", "marac_unsure", "marac_quiet_since")),
    ),
    Question(
        "honour",
        "Any sign of these?",
        {
            "honour_marriage": "Forced marriage",
            "honour_based": "Abuse in the name of “honour”",
            "honour_abroad": "May be taken abroad",
            "honour_unsure": UNSURE,
            "honour_none": "None",
        },
        several=True,
    ),
    Question(
        "fgm",
        "Do you know of FGM, or fear it?",
        {
            "fgm_child_done": "A girl under {fgm_age} told me, or I saw it",
            "fgm_child_risk": "I fear it for a girl under {fgm_age}",
            "fgm_grown": "Somebody of {fgm_age} or over had it",
            "fgm_unsure": UNSURE,
            "fgm_none": "No",
        },
        rises=(
            ("fgm_none", "fgm_unsure"),
            ("fgm_none", "fgm_grown"),
            ("fgm_unsure", "fgm_child_risk"),
            ("fgm_grown", "fgm_child_risk"),
            ("fgm_child_risk", "fgm_child_done"),
        ),
    ),
    Question(
        "care",
        "Does the person need care or support?",
        {"care_yes": "Yes", "care_unsure": UNSURE, "care_no": "No"},
        hint=_("For example with a disability, illness, age, drugs or alcohol."),
        rises=(("care_no", "care_unsure"), ("care_unsure", "care_yes")),
    ),
    Question(
        "consent",
        "Do they agree that you share this?",
        {
            "consent_yes": "Yes",
            "consent_no": "No",
            "consent_not_asked": "Not asked yet",
            "consent_not_safe": "Not safe to ask",
        },
    ),
    Question(
        "job",
        "Your work",
        {
            "job_health": "Health",
            "job_social": "Social work or care",
            "job_teaching": "School or college",
            "job_police": "Police",
            "job_housing": "Housing",
            "job_law": "Law",
            "job_employer": "Employer",
            "job_other": "Something else",
        },
    ),
]
BY_NAME = {question.name: question for question in QUESTIONS}
CODES = {code: question.name for question in QUESTIONS for code in question.choices}
