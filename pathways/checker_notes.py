"""What to remember on the way, by what was answered (checker.py). `{keys}` are facts."""

from typing import NamedTuple


class Note(NamedTuple):
    """What to remember on the way; it changes no route. Any one of the answers in `when` is enough."""

    name: str
    words: str
    when: dict[str, tuple[str, ...]]


NOTES = [
    Note(
        "strangled",
        "Strangled or choked: a doctor today, even without marks. If breathing, voice or swallowing "
        "changes, ring 999.",
        {"signs": ("sign_strangled",)},
    ),
    Note(
        "under-16",
        "The domestic abuse service’s form takes people of {service_age} and over. For a child, ring "
        "children’s safeguarding (MASH) instead, today.",
        {"age": ("under_16",)},
    ),
    Note(
        "one-chance",
        "Do not speak to the family or the community. Do not try to make peace between them. Use no "
        "interpreter from the family or the community.",
        {
            "honour": ("honour_marriage", "honour_based", "honour_abroad", "honour_unsure"),
            "fgm": ("fgm_child_done", "fgm_child_risk", "fgm_grown", "fgm_unsure"),
        },
    ),
    Note(
        "fgm-needs-no-consent",
        "Reporting FGM to the police needs nobody’s consent.",
        {"fgm": ("fgm_child_done",)},
    ),
    Note(
        "without-consent",
        "You can share without consent when it is necessary and proportionate, for example to prevent "
        "serious harm. Write down why. Tell the person, unless that is unsafe.",
        {"consent": ("consent_no", "consent_not_safe")},
    ),
    Note(
        "ask-consent",
        "Ask only the person, when they are alone and can speak freely; never the family. If waiting or "
        "asking adds danger, share without it, and write down why.",
        {"consent": ("consent_not_asked", "")},
    ),
    Note(
        "below-the-number",
        "A number or a grade does not show that somebody is safe. Use your judgement; in doubt, ring.",
        {"result": ("ticks_below", "grade_other", "result_none")},
    ),
    Note(
        "judgement",
        "What you know may not be all there is. If you learn more, use your judgement again; in doubt, ring.",
        {"judgement": ("judged_not",)},
    ),
    Note("dara", "DARA has no score. Go by its grade and by your judgement.", {"tool": ("tool_dara",)}),
    Note(
        "police-dash",
        "The police DASH asks other questions than the SafeLives Dash, so their numbers cannot be compared.",
        {"tool": ("tool_police_dash", "tool_other")},
    ),
    Note(
        "no-tool",
        "You can refer without a risk tool. Never hold a referral back to fill one in.",
        {"tool": ("tool_none",)},
    ),
    Note(
        "marac-before",
        "Anything new within {marac_repeat} of a MARAC goes back to MARAC.",
        {"marac": ("marac_quiet_since", "marac_unsure")},
    ),
    Note(
        "grown-up-fgm",
        "Ask the person, alone, whether there are girls in the family, and offer specialist help. The duty "
        "to report to the police is about girls under {fgm_age}.",
        {"fgm": ("fgm_grown",)},
    ),
]
