"""What a worker must know first: each rule by a table of answers, in an order that stays."""

from typing import Any

import pytest

from selfreferral import notes
from selfreferral.questions import BY_SLUG, answer
from selfreferral.routing import facts
from selfreferral.sentences import SENTENCES

ME, SOMEONE, PROF = ({"who": {"who": code}} for code in ("me", "someone", "professional"))
SAFE_TO = {"knows": {"knows": "yes", "safe": "yes", "keep": "no"}}
AGREED = {"prof_consent": {"consent": "yes", "told": "yes"}}
ELSEWHERE = {"where": {"postcode": "", "area": "out"}}


def slugs(*answers: dict[str, dict[str, Any]]) -> list[str]:
    given = {step: fields for one in answers for step, fields in one.items()}
    return [note.sentence for note in notes.fitting(given, facts(given, list(given)))]


def one(step: str, **fields: Any) -> dict[str, dict[str, Any]]:
    return {step: fields}


FITS = [
    ("note_conflict", [ME, one("harming", works=["council"])]),
    ("note_conflict", [ME, one("harming", works=["police", "provider"])]),
    ("note_honour", [ME, one("happening", kinds=["physical", "honour"])]),
    ("note_honour", [ME, one("happening", kinds=["forced_marriage"])]),
    ("note_honour", [PROF, AGREED, one("happening", kinds=["fgm"])]),
    ("note_honour", [ME, one("risk", taken="yes")]),
    ("note_honour", [ME, one("help", kinds=["money", "forced_marriage_hba"])]),
    ("note_honour", [PROF, AGREED, one("help", kinds=["forced_marriage_hba"])]),
    ("note_advice_only", [SOMEONE]),
    ("note_advice_only", [SOMEONE, one("knows", knows="no", safe="yes", keep="no")]),
    ("note_advice_only", [SOMEONE, one("knows", knows="yes", safe="unsure", keep="no")]),
    ("note_advice_only", [SOMEONE, one("knows", knows="yes", safe="", keep="no")]),
    ("note_keep_caller_secret", [SOMEONE, one("knows", knows="yes", safe="yes", keep="yes")]),
    ("note_keep_caller_secret", [SOMEONE, one("knows", knows="yes", safe="yes", keep="")]),
    ("note_ring_us", [ME, one("contact", ways=["ring_us"])]),
    ("note_ring_us_caller", [SOMEONE, SAFE_TO, one("contact", ways=["ring_us"])]),
    ("note_ring_us_them", [SOMEONE, SAFE_TO, one("contact_them", ways=["ring_us"])]),
    ("note_ring_us_them", [PROF, AGREED, one("contact_them", ways=["ring_us"])]),
    ("note_no_consent", [PROF, one("prof_consent", consent="no", reason="A child is at risk")]),
    ("note_no_consent", [PROF]),
    ("note_young", [ME, one("about", age="16-17")]),
    ("note_young", [one("who", who="under_18"), one("young", age="under-16")]),
    ("note_young", [one("who", who="under_18")]),
    ("note_child_to_parent", [ME, one("happening", kinds=["from_child"])]),
    ("note_interpreter", [ME, one("access", language="Urdu")]),
    ("note_interpreter", [ME, one("access", interpreter="yes")]),
    ("note_fleeing_into", [ME, one("elsewhere", fleeing="into")]),
    ("note_fleeing_out", [ME, one("elsewhere", fleeing="out_of")]),
    ("note_hand_on", [ME, ELSEWHERE]),
]
FITS_NOT = [
    ("note_conflict", [ME, one("harming", works=[])]),
    ("note_honour", [ME, one("happening", kinds=["physical", "other"]), one("risk", taken="no")]),
    ("note_honour", [ME, one("risk", taken="unsure"), one("help", kinds=["stalking"])]),
    ("note_advice_only", [SOMEONE, SAFE_TO]),
    ("note_advice_only", [ME]),
    ("note_keep_caller_secret", [SOMEONE, SAFE_TO]),
    ("note_keep_caller_secret", [PROF, AGREED]),
    ("note_ring_us", [ME, one("contact", ways=["phone", "ring_us"])]),
    ("note_ring_us", [SOMEONE, SAFE_TO, one("contact", ways=["ring_us"])]),
    ("note_ring_us_caller", [ME, one("contact", ways=["ring_us"])]),
    ("note_ring_us_them", [SOMEONE, SAFE_TO, one("contact_them", ways=["text"])]),
    ("note_no_consent", [PROF, AGREED]),
    ("note_no_consent", [SOMEONE, one("prof_consent", consent="no")]),
    ("note_young", [ME, one("about", age="18-24")]),
    ("note_young", [ME, one("about", age="unsaid")]),
    ("note_child_to_parent", [ME, one("happening", kinds=["emotional"])]),
    ("note_interpreter", [ME, one("access", language="", interpreter="no")]),
    ("note_fleeing_into", [ME, one("elsewhere", fleeing="no")]),
    ("note_fleeing_out", [ME, one("elsewhere", fleeing="into")]),
    ("note_hand_on", [ME, one("where", postcode="", area="in")]),
    ("note_hand_on", [ME, one("where", postcode="", area="unsaid")]),
]


@pytest.mark.parametrize(("sentence", "answers"), FITS)
def test_a_note_that_is_called_for_is_there_alone(sentence: str, answers: list[dict[str, Any]]) -> None:
    assert slugs(*answers) == [sentence] or slugs(*answers) == BESIDE.get(sentence, [])


# Where nothing at all was said, the careful answers come together.
BESIDE = {"note_advice_only": ["note_advice_only", "note_keep_caller_secret"]}
BESIDE["note_keep_caller_secret"] = BESIDE["note_advice_only"]


@pytest.mark.parametrize(("sentence", "answers"), FITS_NOT)
def test_a_note_that_is_not_called_for_is_not_there(sentence: str, answers: list[dict[str, Any]]) -> None:
    assert sentence not in slugs(*answers)


def test_every_note_is_tried_both_ways() -> None:
    declared = {note.sentence for note in notes.NOTES}
    assert {sentence for sentence, _answers in FITS} == declared
    assert {sentence for sentence, _answers in FITS_NOT} == declared


def test_nothing_said_calls_for_nothing() -> None:
    assert slugs() == slugs(ME) == []


def test_the_order_is_that_of_the_declaration_whatever_was_answered_first() -> None:
    answers = [given for _sentence, given in FITS if given[0] == ME]
    order = [note.sentence for note in notes.NOTES]
    for first in range(len(answers)):
        turned = [part for given in answers[first:] + answers[:first] for part in given]
        found = slugs(*turned)
        assert found == sorted(found, key=order.index) and len(found) > 5
    assert order[:3] == ["note_conflict", "note_honour", "note_advice_only"]


def test_no_rule_looks_at_a_question_that_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: set[tuple[str, str]] = set()

    def watched(answers: dict[str, dict[str, Any]], step: str, field: str) -> Any:
        looked_at.add((step, field))
        return answer(answers, step, field)

    monkeypatch.setattr(notes, "answer", watched)
    for who in ("me", "someone", "professional"):
        slugs({"who": {"who": who}})
    for note in notes.NOTES:
        if note.quotes:
            looked_at.add(note.quotes)
    assert len(looked_at) > 8
    assert not [place for place in looked_at if place[1] not in BY_SLUG[place[0]].form.base_fields]


@pytest.mark.parametrize(
    ("step", "field", "codes"),
    [
        *((step, "kinds", set(codes)) for step, codes in notes.HONOUR_KINDS.items()),
        ("happening", "kinds", {"from_child"}),
        ("risk", "taken", {"yes"}),
        ("knows", "knows", {"yes"}),
        ("knows", "safe", {"yes"}),
        ("knows", "keep", {"no"}),
        ("contact", "ways", {"ring_us"}),
        ("contact_them", "ways", {"ring_us"}),
        ("prof_consent", "consent", {"yes"}),
        ("elsewhere", "fleeing", {"into", "out_of"}),
        ("access", "interpreter", {"yes"}),
    ],
)
def test_a_code_that_a_rule_waits_for_can_be_answered(step: str, field: str, codes: set[str]) -> None:
    choices = BY_SLUG[step].form.base_fields[field].choices
    assert codes <= {str(code) for code, _words in choices}


def test_only_family_honour_and_marriage_are_for_leads() -> None:
    assert [note.sentence for note in notes.NOTES if note.leads_only] == ["note_honour"]


def test_every_note_and_flag_has_a_declared_sentence() -> None:
    needed = {note.sentence for note in notes.NOTES} | set(notes.FLAGS.values())
    assert needed <= set(SENTENCES)
    assert "spam" not in " ".join(SENTENCES[slug].words for slug in needed).lower()


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("A child is at risk", "The reason that was given: “A child is at risk”"),
        ("  ", "No reason was given: ask the professional."),
        ("x" * 241, f"The reason that was given: “{'x' * 240} …”"),
    ],
)
def test_the_reason_stands_with_the_missing_consent(reason: str, end: str) -> None:
    note = next(note for note in notes.NOTES if note.sentence == "note_no_consent")
    says = {slug: one.words for slug, one in SENTENCES.items()}
    words = note.words(one("prof_consent", consent="no", reason=reason), says)
    assert words == f"{says['note_no_consent']} {end}"
