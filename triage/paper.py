"""A letter without the numbers and addresses of anybody, for paper.

The page of a case prints like this, too (`for_screen`): with numbers it is printed by the page that puts
that on the record (triage/printing.py).
"""

from dataclasses import replace

from selfreferral.questions import STEPS
from triage.contact_details import LEFT_OUT, without
from triage.reading import Letter, Line, Part

# The fields whose answer is a number or an address, whatever it looks like.
FIELDS = {"phone_number", "text_number", "email_address", "someone_number", "me_reach", "email", "phone"}
FIELDS |= {"postcode"}
QUESTIONS = frozenset(
    str(field.label) for step in STEPS for name, field in step.form.base_fields.items() if name in FIELDS
)


def without_contact(letter: Letter) -> Letter:
    return replace(
        letter,
        safe_contact=parts(letter.safe_contact),
        why_urgent=tuple(map(without, letter.why_urgent)),
        parts=parts(letter.parts),
        notes=tuple(map(without, letter.notes)),
    )


def parts(whole: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(Part(without(part.title), tuple(map(line, part.lines))) for part in whole)


def line(given: Line) -> Line:
    if given.question in QUESTIONS and given.answer:
        return Line(given.question, LEFT_OUT)
    return Line(given.question, without(given.answer))


def for_screen(letter: Letter) -> Letter:
    """The same letter; where an answer holds a number or an address, with what stands there on paper."""
    return replace(letter, safe_contact=twins(letter.safe_contact), parts=twins(letter.parts))


def notes(letter: Letter) -> list[Line]:
    """What to know first, in the same way."""
    return [twin(Line("", note)) for note in letter.notes]


def twins(whole: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(Part(part.title, tuple(map(twin, part.lines))) for part in whole)


def twin(given: Line) -> Line:
    printed = line(given).answer
    return given if printed == given.answer else replace(given, paper=printed)
