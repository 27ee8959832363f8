"""Who goes which way: what the conditions of the steps read. Plain answers, no form and no wording."""

from django.conf import settings

from selfreferral.areas import OUT, area_of
from selfreferral.questions.step import Answers, answer

UNDER_16, SIXTEEN = "under-16", "16-17"


def who(answers: Answers) -> str:
    """The code of "Who is this for?"; nobody has to answer it, and then it is for oneself."""
    return str(answer(answers, "who", "who")) or "me"


def is_young(answers: Answers) -> bool:
    return who(answers) == "under_18"


def is_for_self(answers: Answers) -> bool:
    return who(answers) in ("me", "under_18")


def is_someone(answers: Answers) -> bool:
    return who(answers) == "someone"


def is_professional(answers: Answers) -> bool:
    return who(answers) == "professional"


def is_for_another(answers: Answers) -> bool:
    return is_someone(answers) or is_professional(answers)


def is_own_behaviour(answers: Answers) -> bool:
    return who(answers) == "own-behaviour"


def says_no_child(answers: Answers) -> bool:
    """Has not said, where it is asked first, that they are under 16."""
    return not (is_young(answers) and answer(answers, "young", "age") == UNDER_16)


def tells_about_self(answers: Answers) -> bool:
    return not is_for_another(answers) and says_no_child(answers)


def age_of_path(answers: Answers) -> str:
    """The age that counts on this path: what stands in a hidden step does not."""
    step = "them" if is_for_another(answers) else "young" if is_young(answers) else "about"
    return str(answer(answers, step, "age"))


def is_child(answers: Answers) -> bool:
    """Under 16, whoever asks."""
    return age_of_path(answers) == UNDER_16


def child_asks(answers: Answers) -> bool:
    """Somebody under 16 for themselves, where the operator lets them ask."""
    return settings.CHILDREN_MAY_ASK and is_for_self(answers) and is_child(answers)


def goes_on(answers: Answers) -> bool:
    """From whom, and about whom, we take it here: not a child, unless the operator lets children ask."""
    return not is_child(answers) or (settings.CHILDREN_MAY_ASK and not is_own_behaviour(answers))


def asks_for_self(answers: Answers) -> bool:
    """Somebody for themselves whom we take, as far as they have told their age: a child who may ask, too."""
    return is_for_self(answers) and goes_on(answers)


def goes_no_further(answers: Answers) -> bool:
    """The page for children is the last one: advice, numbers, and a way to delete what was typed."""
    return not goes_on(answers)


def is_elsewhere(answers: Answers) -> bool:
    """Asks for help, and lives outside our area by the postcode or, without one, by their own word."""
    step = "where_them" if is_for_another(answers) else "where"
    lives = area_of(str(answer(answers, step, "postcode")), str(answer(answers, step, "area")))
    return lives == OUT and not is_own_behaviour(answers)


def is_in_danger(answers: Answers) -> bool:
    """Somebody is not safe now: the person, or somebody near a person who may harm."""
    return any(answer(answers, step, "now") == "no" for step in ("safe", "safe_them", "safe_own"))


def may_reach_them(answers: Answers) -> bool:
    """Somebody is worried about a person who knows of it, and to whom a word of ours is no danger."""
    told = answer(answers, "knows", "knows"), answer(answers, "knows", "safe")
    return is_someone(answers) and told == ("yes", "yes")


def is_sixteen_first(answers: Answers) -> bool:
    return is_young(answers) and says_no_child(answers)


def is_sixteen_later(answers: Answers) -> bool:
    """16 or 17 by the page on which they tell about themselves; who asks for another tells it of that one."""
    return tells_about_self(answers) and not is_young(answers) and age_of_path(answers) == SIXTEEN


def is_referred(answers: Answers) -> bool:
    """A professional, about somebody whom we take."""
    return is_professional(answers) and goes_on(answers)
