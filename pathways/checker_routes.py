"""Where a professional may be sent, in the order in which to go. `{keys}` are facts."""

from typing import NamedTuple


class Route(NamedTuple):
    """Where to go: `action` is the heading, `what` says how, `clock` by when, `contact` whom to ring
    (a key of checker_contacts), `page` which pathway says more: its code (PathwayPage.code), which stays
    whatever editors call its address."""

    key: str
    action: str
    what: str
    clock: str
    contact: str
    page: str = ""


ROUTES = [
    Route(
        "emergency",
        "Ring 999 now",
        "Say that it is domestic abuse, who is there, and whether there are children or weapons.",
        "Now, before anything else.",
        "emergency",
    ),
    Route(
        "child",
        "Ring children’s safeguarding (MASH)",
        "Ring. A form, here or elsewhere, does not replace the call. Write down what the child said, in the "
        "child’s words.",
        "Today. They decide {child_decision}; a strategy meeting is usually held within {strategy_meeting}.",
        "child",
        "1",
    ),
    Route(
        "fgm",
        "Report FGM to the police",
        "Known FGM in a girl under {fgm_age}: {fgm_who} must report it themselves. Telling a colleague is "
        "not enough.",
        "As soon as you can, {fgm_by}.",
        "police",
        "5",
    ),
    Route(
        "forced",
        "Get advice on forced marriage and “honour”",
        "Ring before you do anything else. You may have only one chance to speak with the person. See them "
        "alone.",
        "Now, while the person is with you, if you can. If somebody is about to be taken away, ring 999.",
        "forced",
        "5",
    ),
    Route(
        "police",
        "Ask the police for protection",
        "Ask for officers who know about “honour”, forced marriage and FGM, and about a protection order: a "
        "court can stop a journey or a marriage. Say that the family must not be told.",
        "Today. Somebody is about to travel or be taken away: ring 999 now.",
        "police",
        "5",
    ),
    Route(
        "marac",
        "Refer to MARAC",
        "Use your agency’s MARAC form. The domestic abuse service’s form is no MARAC referral.",
        "Today.",
        "idva",
        "11",
    ),
    Route(
        "idva",
        "Get the person an IDVA",
        "An independent advocate works with the person while the risk is high, and speaks for them at MARAC.",
        "Today. First contact within {first_contact_agency}.",
        "idva",
        "3",
    ),
    Route(
        "ypva",
        "Get the person a young people’s advocate (YPVA)",
        "The same as an IDVA, for 16 and 17 year olds.",
        "Today. First contact within {first_contact_agency}.",
        "idva",
        "2",
    ),
    Route(
        "adult",
        "Ring adult safeguarding",
        "Tell them what care or support the person needs, and what the person wants to happen.",
        "Today.",
        "adult",
        "4",
    ),
    Route(
        "encompass",
        "Tell the school: Operation Encompass",
        "Through your force’s Operation Encompass desk, for every child of the home.",
        "The school knows {encompass_by}.",
        "",
        "9",
    ),
    Route(
        "provider",
        "Refer to the domestic abuse service",
        "For people of {service_age} and over, at any level of risk, also when nothing above fits. For a "
        "child, ring children’s safeguarding (MASH) instead. Nothing you chose here goes with you.",
        "First contact within {first_contact_agency}. They tell you, if you wish, {feedback_by}.",
        "front_door",
        "12",
    ),
    Route(
        "doubt",
        "In doubt, ring",
        "This page knows only what you ticked. You know more. Talk it over with somebody who does this every "
        "day, or with your safeguarding lead.",
        "",
        "doubt",
    ),
]
