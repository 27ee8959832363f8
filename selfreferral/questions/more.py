"""What somebody can tell in any order, and nobody has to. Each question has its words for somebody
who asks about another person (`them`); the codes are those that routing and the notes look at."""

from selfreferral.fields import MOST_WORDS, UNSAID, Questions, one_of, some_of, words, yes_or_no
from selfreferral.questions.equality import EqualityForm
from selfreferral.questions.paths import child_asks, goes_on, is_for_self, is_own_behaviour
from selfreferral.questions.step import Answers, NoQuestions, Step

SHORT, BOX = 60, 1000


class HappeningForm(Questions):
    kinds = some_of(
        "Which of these happen?",
        [
            ("physical", "Hitting, pushing, or other harm to the body"),
            ("sexual", "Sex or touching that is not wanted"),
            ("threats", "Threats"),
            ("controlling", "Control: being watched, stopped, or told what to do"),
            ("emotional", "Words or silence that scare or make small"),
            ("money", "Money that is taken or kept back"),
            ("stalking", "Stalking: being followed or contacted again and again"),
            ("online", "Online or by phone, or with pictures"),
            ("faith", "Faith or belief that is used to scare or control"),
            ("immigration", "Threats about a visa or the right to stay"),
            ("honour", "Abuse in the name of family “honour”"),
            ("forced_marriage", "Being made to marry"),
            ("fgm", "Cutting of the genitals (FGM)"),
            ("trafficking", "Being made to work, to sell sex or to break the law"),
            ("from_child", "Harm from a son or daughter"),
            ("other", "Something else"),
            UNSAID,
        ],
        hint="Tick any.",
        why="So that somebody who knows about it can answer.",
    )
    when = one_of("Is it happening now?", [("now", "Yes"), ("past", "It is over"), UNSAID])
    together = one_of(
        "Are you and that person together?",
        [
            ("living_together", "Living together"),
            ("in_contact", "Not living together, but in contact"),
            ("planning", "Planning to leave"),
            ("ended", "It has ended"),
            UNSAID,
        ],
        why="Leaving can be the most dangerous time.",
        them="Are they and that person together?",
    )
    words = words(
        "Tell us in your own words, if you want to",
        hint=f"As much or as little as you like, up to {MOST_WORDS:,} letters.",
        kind="lines",
        most=MOST_WORDS,
    )


class RiskForm(Questions):
    afraid = yes_or_no(
        "Are you afraid that you may be badly hurt or killed?",
        why="Your own feeling is the best sign of danger.",
        them="Is there fear that they may be badly hurt or killed?",
    )
    worse = yes_or_no("Is it getting worse, or more often?")
    separating = yes_or_no(
        "Are you leaving that person, or have you tried to?",
        them="Are they leaving that person, or have they tried to?",
    )
    strangled = yes_or_no(
        "Have you been strangled or choked?",
        why="It can harm the body days later, with no marks.",
        them="Have they been strangled or choked?",
    )
    kill = yes_or_no(
        "Has anybody said that they will kill you, or somebody else?",
        them="Has anybody said that they will kill them, or somebody else?",
    )
    weapons = yes_or_no("Has a weapon been used, or is there one that could be?")
    followed = yes_or_no(
        "Are you followed, watched or tracked?",
        hint="A phone, a car or an app can do it too.",
        them="Are they followed, watched or tracked?",
    )
    pregnant = yes_or_no(
        "Are you pregnant, or is there a new baby?",
        why="Abuse often gets worse then.",
        them="Are they pregnant, or is there a new baby?",
    )
    suicide = yes_or_no(
        "Do you think about ending your life?",
        why="Many people in this situation do. You can say it here.",
        them="Do they talk about ending their life?",
    )
    taken = yes_or_no(
        "May somebody be taken abroad, or made to marry?",
        why="So that nobody asks the family about it.",
    )


class HarmingForm(Questions):
    how_many = one_of("How many people do this?", [("one", "One"), ("more", "More than one"), UNSAID])
    relationship = words(
        "Who are they to you?",
        hint="For example husband, girlfriend, ex, father, carer, son.",
        them="Who are they to the person who is harmed?",
    )
    name = words("Their name", why="So that nobody speaks to them by mistake.", most=120)
    born = words("Their date of birth, or how old they are", most=SHORT)
    lives = one_of(
        "Do you live together?",
        [("yes", "Yes"), ("some", "Some of the time"), ("no", "No"), UNSAID],
        them="Do they live with the person who is harmed?",
    )
    knows_address = yes_or_no(
        "Do they know where you live?", them="Do they know where the person who is harmed lives?"
    )
    works = some_of(
        "Do they, or somebody close to them, work for one of these?",
        [
            ("council", "The council"),
            ("police", "The police"),
            ("provider", "A service that helps people who are abused"),
        ],
        hint="Leave it empty if not.",
        why="Then what you send goes to another team, and not to the usual one.",
    )


class ChildrenForm(Questions):
    any = some_of(
        "Are there children, or is a baby on the way?",
        [("children", "Children"), ("unborn", "A baby is on the way"), ("none", "No"), UNSAID],
        why="They may need help of their own.",
    )
    ages = words("How old are the children?", hint="For example 3, 7 and 15.", most=120)
    seen = yes_or_no(
        "Have they seen or heard what is happening?",
        hint="Children notice, also from the next room.",
    )
    said = words(
        "What have they said, or shown?", hint="In their own words, if you can.", kind="lines", most=BOX
    )
    adults = words(
        "Are there adults who rely on you?",
        hint="For example somebody who is ill or old.",
        them="Are there adults who rely on them?",
    )
    pets = words("Are there pets?", why="There are people who look after pets for a while.")


class HelpForm(Questions):
    """The directory's kinds of help, with its codes, as somebody would ask for them."""

    kinds = some_of(
        "Which of these would help?",
        [
            ("helpline", "Someone to talk to"),
            ("outreach", "A support worker"),
            ("refuge", "A safe place to stay"),
            ("housing", "Help with housing"),
            ("target_hardening", "Locks and a safer home"),
            ("legal", "The law and courts"),
            ("police_reporting", "Telling the police"),
            ("money", "Money and debt"),
            ("immigration_nrpf", "Visa and immigration"),
            ("counselling", "Counselling"),
            ("isva_sexual_violence", "Help after rape or sexual abuse"),
            ("children_support", "Help for children"),
            ("forced_marriage_hba", "Forced marriage and “honour”"),
            ("stalking", "Stalking"),
            ("online_image_abuse", "Pictures and online abuse"),
            ("unsure", "Not sure yet"),
        ],
        hint="Tick any.",
    )
    other = words("Anything else that would help", kind="lines", most=BOX)


class TouchForm(Questions):
    kinds = some_of(
        "Who is helping already?",
        [
            ("idva", "A domestic abuse adviser (IDVA)"),
            ("victim_support", "Victim Support"),
            ("police", "The police"),
            ("social", "A social worker"),
            ("health", "A GP or another health worker"),
            ("solicitor", "A solicitor"),
            ("school", "A school or college"),
            ("other", "Somebody else"),
            UNSAID,
        ],
        hint="Tick any.",
        why="So that nobody has to tell it all again.",
    )
    names = words("Their names, if you know them", kind="lines", most=500)


class AccessForm(Questions):
    interpreter = one_of(
        "Is an interpreter needed?",
        [("yes", "Yes"), ("no", "No")],
        hint="A professional whom the family does not know. Never family or friends.",
    )
    language = words("Which language?", most=SHORT)
    interpreter_gender = one_of(
        "Should the interpreter be a woman or a man?",
        [("woman", "A woman"), ("man", "A man"), ("either", "I do not mind")],
    )
    needs = some_of(
        "What would make it easier to talk?",
        [
            ("bsl", "British Sign Language"),
            ("relay", "Text relay (Relay UK)"),
            ("reading", "Somebody to read things out"),
            ("easy", "Easy words, or more time"),
            ("step_free", "A place without steps"),
        ],
        hint="Tick any.",
    )
    worker = one_of(
        "Would you like to talk to a woman or a man?",
        [("woman", "A woman"), ("man", "A man"), ("either", "I do not mind")],
        them="Would they like to talk to a woman or a man?",
    )
    by_for = some_of(
        "Would a team run by and for one of these groups help?",
        [
            ("minority", "Black, Asian and minority ethnic people"),
            ("lgbt", "LGBT+ people"),
            ("disabled", "Disabled people"),
            ("deaf", "Deaf people"),
            ("men", "Men"),
        ],
        hint="There may be one near you, or one that works by phone.",
    )
    other = words("Anything else that we should think of", hint="For example health or medicine.")


def tells_more(answers: Answers) -> bool:
    """Whoever asks for help here, for themselves or another, and is not a child."""
    return goes_on(answers) and not is_own_behaviour(answers) and not child_asks(answers)


MORE_STEPS = (
    Step("more", "Tell us more", NoQuestions, tells_more, template="selfreferral/more.html", optional=True),
    Step("happening", "What is happening", HappeningForm, tells_more, optional=True),
    Step("risk", "Worries about danger", RiskForm, tells_more, optional=True),
    Step(
        "harming",
        "The person who is harming you",
        HarmingForm,
        tells_more,
        optional=True,
        title_them="The person who is harming them",
    ),
    Step("children", "Children and others", ChildrenForm, tells_more, optional=True),
    Step("help", "What would help", HelpForm, tells_more, optional=True),
    Step("touch", "Already in touch with", TouchForm, tells_more, optional=True),
    Step(
        "access",
        "What would make it easier for you",
        AccessForm,
        tells_more,
        optional=True,
        title_them="What would make it easier for them",
    ),
    Step(
        "equality",
        "Equality questions",
        EqualityForm,
        lambda answers: tells_more(answers) and is_for_self(answers),
        template="selfreferral/equality.html",
        optional=True,
        counted=True,
    ),
)
