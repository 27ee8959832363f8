"""What somebody can tell in any order, and nobody has to. Each question has its words for somebody
who asks about another person (`them`); the codes are those that routing and the notes look at."""

from django.utils.translation import gettext_noop as _

from selfreferral.fields import MOST_WORDS, UNSAID, Filled, Questions, one_of, some_of, words, yes_or_no
from selfreferral.questions.equality import EqualityForm
from selfreferral.questions.paths import child_asks, goes_on, is_for_self, is_own_behaviour
from selfreferral.questions.step import Answers, NoQuestions, Step

SHORT, BOX = 60, 1000


class HappeningForm(Questions):
    kinds = some_of(
        _("Which of these happen?"),
        [
            ("physical", _("Hitting, pushing, or other harm to the body")),
            ("sexual", _("Sex or touching that is not wanted")),
            ("threats", _("Threats")),
            ("controlling", _("Control: being watched, stopped, or told what to do")),
            ("emotional", _("Words or silence that scare or make small")),
            ("money", _("Money that is taken or kept back")),
            ("stalking", _("Stalking: being followed or contacted again and again")),
            ("online", _("Online or by phone, or with pictures")),
            ("faith", _("Faith or belief that is used to scare or control")),
            ("immigration", _("Threats about a visa or the right to stay")),
            ("honour", _("Abuse in the name of family “honour”")),
            ("forced_marriage", _("Being made to marry")),
            ("fgm", _("Cutting of the genitals (FGM)")),
            ("trafficking", _("Being made to work, to sell sex or to break the law")),
            ("from_child", _("Harm from a son or daughter")),
            ("other", _("Something else")),
            UNSAID,
        ],
        hint=_("Tick any."),
        why=_("So that somebody who knows about it can answer."),
    )
    when = one_of(_("Is it happening now?"), [("now", _("Yes")), ("past", _("It is over")), UNSAID])
    together = one_of(
        _("Are you and that person together?"),
        [
            ("living_together", _("Living together")),
            ("in_contact", _("Not living together, but in contact")),
            ("planning", _("Planning to leave")),
            ("ended", _("It has ended")),
            UNSAID,
        ],
        why=_("Leaving can be the most dangerous time."),
        them=_("Are they and that person together?"),
    )
    words = words(
        _("Tell us in your own words, if you want to"),
        hint=Filled(_("As much or as little as you like, up to %(most)s letters."), most=f"{MOST_WORDS:,}"),
        kind="lines",
        most=MOST_WORDS,
    )


class RiskForm(Questions):
    afraid = yes_or_no(
        _("Are you afraid that you may be badly hurt or killed?"),
        why=_("Your own feeling is the best sign of danger."),
        them=_("Is there fear that they may be badly hurt or killed?"),
    )
    worse = yes_or_no(_("Is it getting worse, or more often?"))
    separating = yes_or_no(
        _("Are you leaving that person, or have you tried to?"),
        them=_("Are they leaving that person, or have they tried to?"),
    )
    strangled = yes_or_no(
        _("Have you been strangled or choked?"),
        why=_("It can harm the body days later, with no marks."),
        them=_("Have they been strangled or choked?"),
    )
    kill = yes_or_no(
        _("Has anybody said that they will kill you, or somebody else?"),
        them=_("Has anybody said that they will kill them, or somebody else?"),
    )
    weapons = yes_or_no(_("Has a weapon been used, or is there one that could be?"))
    followed = yes_or_no(
        _("Are you followed, watched or tracked?"),
        hint=_("A phone, a car or an app can do it too."),
        them=_("Are they followed, watched or tracked?"),
    )
    pregnant = yes_or_no(
        _("Are you pregnant, or is there a new baby?"),
        why=_("Abuse often gets worse then."),
        them=_("Are they pregnant, or is there a new baby?"),
    )
    suicide = yes_or_no(
        _("Do you think about ending your life?"),
        why=_("Many people in this situation do. You can say it here."),
        them=_("Do they talk about ending their life?"),
    )
    taken = yes_or_no(
        _("May somebody be taken abroad, or made to marry?"),
        why=_("So that nobody asks the family about it."),
    )


class HarmingForm(Questions):
    how_many = one_of(
        _("How many people do this?"), [("one", _("One")), ("more", _("More than one")), UNSAID]
    )
    relationship = words(
        _("Who are they to you?"),
        hint=_("For example husband, girlfriend, ex, father, carer, son."),
        them=_("Who are they to the person who is harmed?"),
    )
    name = words(_("Their name"), why=_("So that nobody speaks to them by mistake."), most=120)
    born = words(_("Their date of birth, or how old they are"), most=SHORT)
    lives = one_of(
        _("Do you live together?"),
        [("yes", _("Yes")), ("some", _("Some of the time")), ("no", _("No")), UNSAID],
        them=_("Do they live with the person who is harmed?"),
    )
    knows_address = yes_or_no(
        _("Do they know where you live?"), them=_("Do they know where the person who is harmed lives?")
    )
    works = some_of(
        _("Do they, or somebody close to them, work for one of these?"),
        [
            ("council", _("The council")),
            ("police", _("The police")),
            ("provider", _("A service that helps people who are abused")),
        ],
        hint=_("Leave it empty if not."),
        why=_("Then what you send goes to another team, and not to the usual one."),
    )


class ChildrenForm(Questions):
    any = some_of(
        _("Are there children, or is a baby on the way?"),
        [("children", _("Children")), ("unborn", _("A baby is on the way")), ("none", _("No")), UNSAID],
        why=_("They may need help of their own."),
    )
    ages = words(_("How old are the children?"), hint=_("For example 3, 7 and 15."), most=120)
    seen = yes_or_no(
        _("Have they seen or heard what is happening?"),
        hint=_("Children notice, also from the next room."),
    )
    said = words(
        _("What have they said, or shown?"), hint=_("In their own words, if you can."), kind="lines", most=BOX
    )
    adults = words(
        _("Are there adults who rely on you?"),
        hint=_("For example somebody who is ill or old."),
        them=_("Are there adults who rely on them?"),
    )
    pets = words(_("Are there pets?"), why=_("There are people who look after pets for a while."))


class HelpForm(Questions):
    """The directory's kinds of help, with its codes, as somebody would ask for them."""

    kinds = some_of(
        _("Which of these would help?"),
        [
            ("helpline", _("Someone to talk to")),
            ("outreach", _("A support worker")),
            ("refuge", _("A safe place to stay")),
            ("housing", _("Help with housing")),
            ("target_hardening", _("Locks and a safer home")),
            ("legal", _("The law and courts")),
            ("police_reporting", _("Telling the police")),
            ("money", _("Money and debt")),
            ("immigration_nrpf", _("Visa and immigration")),
            ("counselling", _("Counselling")),
            ("isva_sexual_violence", _("Help after rape or sexual abuse")),
            ("children_support", _("Help for children")),
            ("forced_marriage_hba", _("Forced marriage and “honour”")),
            ("stalking", _("Stalking")),
            ("online_image_abuse", _("Pictures and online abuse")),
            ("unsure", _("Not sure yet")),
        ],
        hint=_("Tick any."),
    )
    other = words(_("Anything else that would help"), kind="lines", most=BOX)


class TouchForm(Questions):
    kinds = some_of(
        _("Who is helping already?"),
        [
            ("idva", _("A domestic abuse adviser (IDVA)")),
            ("victim_support", _("Victim Support")),
            ("police", _("The police")),
            ("social", _("A social worker")),
            ("health", _("A GP or another health worker")),
            ("solicitor", _("A solicitor")),
            ("school", _("A school or college")),
            ("other", _("Somebody else")),
            UNSAID,
        ],
        hint=_("Tick any."),
        why=_("So that nobody has to tell it all again."),
    )
    names = words(_("Their names, if you know them"), kind="lines", most=500)


class AccessForm(Questions):
    interpreter = one_of(
        _("Is an interpreter needed?"),
        [("yes", _("Yes")), ("no", _("No"))],
        hint=_("A professional whom the family does not know. Never family or friends."),
    )
    language = words(_("Which language?"), most=SHORT)
    interpreter_gender = one_of(
        _("Should the interpreter be a woman or a man?"),
        [("woman", _("A woman")), ("man", _("A man")), ("either", _("I do not mind"))],
    )
    needs = some_of(
        _("What would make it easier to talk?"),
        [
            ("bsl", _("British Sign Language")),
            ("relay", _("Text relay (Relay UK)")),
            ("reading", _("Somebody to read things out")),
            ("easy", _("Easy words, or more time")),
            ("step_free", _("A place without steps")),
        ],
        hint=_("Tick any."),
    )
    worker = one_of(
        _("Would you like to talk to a woman or a man?"),
        [("woman", _("A woman")), ("man", _("A man")), ("either", _("I do not mind"))],
        them=_("Would they like to talk to a woman or a man?"),
    )
    by_for = some_of(
        _("Would a team run by and for one of these groups help?"),
        [
            ("minority", _("Black, Asian and minority ethnic people")),
            ("lgbt", _("LGBT+ people")),
            ("disabled", _("Disabled people")),
            ("deaf", _("Deaf people")),
            ("men", _("Men")),
        ],
        hint=_("There may be one near you, or one that works by phone."),
    )
    other = words(_("Anything else that we should think of"), hint=_("For example health or medicine."))


def tells_more(answers: Answers) -> bool:
    """Whoever asks for help here, for themselves or another, and is not a child."""
    return goes_on(answers) and not is_own_behaviour(answers) and not child_asks(answers)


MORE_STEPS = (
    Step(
        "more", _("Tell us more"), NoQuestions, tells_more, template="selfreferral/more.html", optional=True
    ),
    Step("happening", _("What is happening"), HappeningForm, tells_more, optional=True),
    Step("risk", _("Worries about danger"), RiskForm, tells_more, optional=True),
    Step(
        "harming",
        _("The person who is harming you"),
        HarmingForm,
        tells_more,
        optional=True,
        title_them=_("The person who is harming them"),
    ),
    Step("children", _("Children and others"), ChildrenForm, tells_more, optional=True),
    Step("help", _("What would help"), HelpForm, tells_more, optional=True),
    Step("touch", _("Already in touch with"), TouchForm, tells_more, optional=True),
    Step(
        "access",
        _("What would make it easier for you"),
        AccessForm,
        tells_more,
        optional=True,
        title_them=_("What would make it easier for them"),
    ),
    Step(
        "equality",
        _("Equality questions"),
        EqualityForm,
        lambda answers: tells_more(answers) and is_for_self(answers),
        template="selfreferral/equality.html",
        optional=True,
        counted=True,
    ),
)
