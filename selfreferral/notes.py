"""What a worker must know before they do anything: rules, in the order in which they are read.

A rule looks at plain answers and at routing's facts, never at wording. Its sentence is declared in
selfreferral/sentences.py, so that a safeguarding lead can change the words and nobody the rule.
Silence counts as the more careful answer.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from selfreferral.questions import SIXTEEN, UNDER_16, Answers, answer
from selfreferral.routing import Facts

# The danger can come from family or community, whom whoever helps must not ask anything: what is ticked
# in "kinds" of which step, told as what happens or as what would help.
HONOUR_KINDS = {
    "happening": frozenset({"honour", "forced_marriage", "fgm"}),
    "help": frozenset({"forced_marriage_hba"}),
}
LONGEST_QUOTE = 240


@dataclass(frozen=True)
class Note:
    """`sentence` is a slug of sentences.py. With `leads_only`, no worker opens the letter.

    `quotes` (step, field) adds what somebody wrote after `said`, or `unsaid` when they wrote nothing.
    """

    sentence: str
    fits: Callable[[Answers, Facts], bool]
    leads_only: bool = False
    quotes: tuple[str, str] | None = None
    said: str = ""
    unsaid: str = ""

    def words(self, answers: Answers, says: Mapping[str, str]) -> str:
        if self.quotes is None:
            return says[self.sentence]
        quoted = str(answer(answers, *self.quotes)).strip()
        if len(quoted) > LONGEST_QUOTE:
            quoted = f"{quoted[:LONGEST_QUOTE]} …"  # the whole stands among the answers
        return f"{says[self.sentence]} {f'{self.said} “{quoted}”' if quoted else self.unsaid}"


def who(answers: Answers) -> str:
    return str(answer(answers, "who", "who"))


def someone_in_the_council(answers: Answers, facts: Facts) -> bool:
    """The person harming works where this might be read. Not for leads only: its queue is another already."""
    return facts.conflict == "yes"


def honour(answers: Answers, facts: Facts | None = None) -> bool:
    """Read here for the worker's note, and in advice.py for what the person is shown."""
    ticked = (
        codes.intersection(answer(answers, step, "kinds") or ()) for step, codes in HONOUR_KINDS.items()
    )
    return any(ticked) or answer(answers, "risk", "taken") == "yes"


def advice_only(answers: Answers, facts: Facts) -> bool:
    """Unless the person knows of it, and it is safe to be in touch with them."""
    told = answer(answers, "knows", "knows"), answer(answers, "knows", "safe")
    return who(answers) == "someone" and told != ("yes", "yes")


def keep_the_caller(answers: Answers, facts: Facts) -> bool:
    return who(answers) == "someone" and answer(answers, "knows", "keep") != "no"


def will_ring(answers: Answers, facts: Facts) -> bool:
    return waits_for_a_call(answers, "contact") and who(answers) != "someone"


def caller_will_ring(answers: Answers, facts: Facts) -> bool:
    return waits_for_a_call(answers, "contact") and who(answers) == "someone"


def they_will_ring(answers: Answers, facts: Facts) -> bool:
    return waits_for_a_call(answers, "contact_them")


def waits_for_a_call(answers: Answers, step: str) -> bool:
    """“I will call you”, and no other way."""
    return list(answer(answers, step, "ways")) == ["ring_us"]


def no_consent(answers: Answers, facts: Facts) -> bool:
    return who(answers) == "professional" and answer(answers, "prof_consent", "consent") != "yes"


def under_18(answers: Answers, facts: Facts) -> bool:
    return facts.age_band in (UNDER_16, SIXTEEN) or who(answers) == "under_18"


def child_to_parent(answers: Answers, facts: Facts) -> bool:
    return "from_child" in (answer(answers, "happening", "kinds") or ())


def interpreter(answers: Answers, facts: Facts) -> bool:
    return bool(answer(answers, "access", "language")) or answer(answers, "access", "interpreter") == "yes"


def fleeing(where: str) -> Callable[[Answers, Facts], bool]:
    return lambda answers, facts: answer(answers, "elsewhere", "fleeing") == where


def lives_elsewhere(answers: Answers, facts: Facts) -> bool:
    return facts.area == "out"


NOTES = (
    Note("note_conflict", someone_in_the_council),
    Note("note_honour", honour, leads_only=True),
    Note("note_advice_only", advice_only),
    Note("note_keep_caller_secret", keep_the_caller),
    Note("note_ring_us", will_ring),
    Note("note_ring_us_caller", caller_will_ring),
    Note("note_ring_us_them", they_will_ring),
    Note(
        "note_no_consent",
        no_consent,
        quotes=("prof_consent", "reason"),
        said="The reason that was given:",
        unsaid="No reason was given: ask the professional.",
    ),
    Note("note_young", under_18),
    Note("note_child_to_parent", child_to_parent),
    Note("note_interpreter", interpreter),
    Note("note_fleeing_into", fleeing("into")),
    Note("note_fleeing_out", fleeing("out_of")),
    Note("note_hand_on", lives_elsewhere),
)
# What was odd about the sending, by code, with the sentence for it. Never a word of doubt about the person.
FLAGS = {"phone": "note_phone", "fast": "note_fast", "honeypot": "note_honeypot", "many": "note_many"}


def fitting(answers: Answers, facts: Facts, notes: Collection[Note] = NOTES) -> list[Note]:
    """The notes that these answers call for, in the order of the declaration."""
    return [note for note in notes if note.fits(answers, facts)]


def of_flags(flags: Collection[str], says: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each flag that we know, in our order. An unknown flag says nothing."""
    return (says[sentence] for flag, sentence in FLAGS.items() if flag in flags)
