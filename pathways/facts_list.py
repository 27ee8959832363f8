"""Thresholds and clocks, as they came with the site. A local lead confirms or changes each in the CMS.

Write one into any text of a pathway, a rule or a page as `{its_key}`. Without a row in the
database what stands here holds, and is marked "local lead must confirm".
"""

from typing import Literal, NamedTuple

Kind = Literal["number", "hours", "text"]


class Declared(NamedTuple):
    """`came` is what stood there first; `unit` follows a number ("months"; hours have theirs).

    `source` says where it is from, `least` and `most` which numbers a lead may write.
    """

    label: str
    kind: Kind
    came: str
    source: str
    unit: str = ""
    least: int = 1
    most: int = 100


SAFELIVES = "SafeLives, guidance on the Dash and on MARAC"
ELSEWHERE = "Common elsewhere; each area sets its own"
LAW = "Law of England and Wales"
WORKING_TOGETHER = "Working Together to Safeguard Children, statutory guidance"

FACTS: dict[str, Declared] = {
    # --- risk tools ---
    "dash_questions": Declared("Questions on the SafeLives Dash", "number", "24", SAFELIVES, most=60),
    "dash_high": Declared(
        "Ticks on the SafeLives Dash that mean visible high risk",
        "number",
        "14",
        SAFELIVES + "; some areas use another number",
        most=60,
    ),
    # --- MARAC ---
    "marac_age": Declared("Youngest age for MARAC", "number", "16", SAFELIVES, least=16, most=18),
    "escalation_incidents": Declared(
        "Police incidents that mean potential escalation", "number", "3", ELSEWHERE, most=20
    ),
    "escalation_window": Declared(
        "Time in which these incidents count", "number", "12", ELSEWHERE, unit="months", most=36
    ),
    "marac_repeat": Declared(
        "Time after a MARAC in which a further incident is a repeat",
        "number",
        "12",
        SAFELIVES,
        unit="months",
        most=36,
    ),
    # --- children ---
    "child_decision": Declared(
        "When children’s services decide what happens with a report",
        "text",
        "within one working day",
        WORKING_TOGETHER,
    ),
    "strategy_meeting": Declared(
        "Strategy meeting, usually within", "hours", "24", "As described in Rotherham", most=240
    ),
    "child_conference": Declared(
        "Child protection conference after a strategy meeting, within",
        "number",
        "15",
        WORKING_TOGETHER,
        unit="working days",
    ),
    "encompass_by": Declared(
        "Operation Encompass: when the school is told",
        "text",
        "before the next school day",
        "Operation Encompass",
    ),
    # --- MADA ---
    "mada_time": Declared(
        "When MADA meets", "text", "11.00 each working day", "As described in Rotherham, 2015 to 2016"
    ),
    "mada_reviews": Declared(
        "What MADA looks at",
        "text",
        "all high-risk and some medium-risk reports of the previous 24 hours",
        "As described in Rotherham, 2015 to 2016",
    ),
    # --- forced marriage and FGM ---
    "forced_marriage_age": Declared(
        "Under this age, any arrangement to marry is forced marriage", "number", "18", LAW, least=18, most=25
    ),
    "forced_marriage_since": Declared("Since when this is the law", "text", "27 February 2023", LAW),
    "fgm_age": Declared(
        "Under this age, known FGM must be reported to the police", "number", "18", LAW, least=18, most=25
    ),
    "fgm_who": Declared(
        "Who must report known FGM to the police",
        "text",
        "health, social work and teaching professionals",
        LAW + ": regulated professionals, and teachers",
    ),
    "fgm_by": Declared(
        "By when known FGM is reported",
        "text",
        "by the end of the next working day",
        "Home Office, mandatory reporting of FGM",
    ),
    # --- first contact, and what the referrer learns ---
    "service_age": Declared(
        "Youngest age that the domestic abuse service’s form takes",
        "number",
        "16",
        "This site’s form, where children cannot ask by themselves",
        most=18,
    ),
    "first_contact_self": Declared(
        "First contact when somebody asks for themselves, within", "hours", "24", ELSEWHERE, most=240
    ),
    "first_contact_agency": Declared(
        "First contact after a professional’s referral, within", "hours", "48", ELSEWHERE, most=240
    ),
    "feedback_by": Declared(
        "When the referrer is told what happened",
        "text",
        "after the first contact with the person, or when it could not be made",
        "This site’s own promise; no national rule",
    ),
    # --- disclosure, review ---
    "clares_law": Declared(
        "Clare’s Law: the police decide within",
        "number",
        "28",
        "Statutory guidance on the disclosure scheme",
        unit="days",
    ),
    "review_every": Declared(
        "A pathway is looked through again after",
        "number",
        "12",
        "This site’s own rule",
        unit="months",
        most=36,
    ),
}
