"""The letter holds the words that the person saw, safe-contact rules first, and stays readable."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from selfreferral import envelope
from selfreferral.fields import Questions, words
from selfreferral.flow import to_send
from selfreferral.questions import BY_SLUG, STEPS, Step
from selfreferral.routing import Facts, route
from tests.selfreferral.somebody import ANSWERS, NOW, answers

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/envelope.schema.json").read_text())
KEPT = sorted((Path(__file__).parent / "envelopes").glob("*.json"))


def compose(given: dict[str, dict[str, Any]] = ANSWERS, **facts: str) -> dict[str, Any]:
    return envelope.compose(*to_send(given), reference="K7M-4QX", route=route(Facts(**facts)), now=NOW)


def said(letter: dict[str, Any]) -> dict[str, str]:
    """Answer by question, wherever it stands."""
    pages = [letter["safe_contact"], *(page["items"] for page in letter["answers"])]
    return {item["question"]: item["answer"] for items in pages for item in items}


def breaks(schema: dict[str, Any], value: Any, where: str = "letter") -> list[str]:
    """Where `value` breaks the part of JSON Schema that our schema uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [f"{where} is no {schema['type']}"]
    wrong = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where} is {value!r}")
    if len(value) < schema.get("minLength", 0) if isinstance(value, str) else False:
        wrong.append(f"{where} is empty")
    if isinstance(value, list):
        wrong += [w for n, one in enumerate(value) for w in breaks(schema["items"], one, f"{where}[{n}]")]
        if len(value) < schema.get("minItems", 0):
            wrong.append(f"{where} is empty")
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            wrong += breaks(inner, value[name], f"{where}.{name}")
    return wrong


def test_the_words_that_were_seen_go_with_the_answers() -> None:
    found = said(compose())
    assert found["Who is this for?"] == "Me"
    assert found["How old are you?"] == "25 to 39"
    assert found["What should we call you?"] == ANSWERS["about"]["name"]
    assert found["May we leave a voicemail?"] == "No, never leave a message"
    assert (
        found["Who else may we tell, if it would help you?"] == "My GP or another health worker; The police"
    )


def test_safe_contact_stands_first_and_once() -> None:
    letter = compose()
    assert list(letter).index("safe_contact") < list(letter).index("answers")
    assert "contact" not in [page["step"] for page in letter["answers"]]
    assert letter["safe_contact"][0]["answer"] == "A phone call; I will call you"


def test_an_empty_question_about_a_chosen_way_never_reads_as_safe() -> None:
    found = said(compose(answers(contact={"phone_voicemail": "", "phone_safe": ""})))
    assert found["May we leave a voicemail?"] == envelope.NOT_ANSWERED
    assert found["Is it safe to call this number?"] == envelope.NOT_ANSWERED
    assert "Is it safe to text this number?" not in found  # nobody may text: it was not chosen


def test_why_it_is_urgent_goes_along() -> None:
    assert compose(who="me", safe_now="no")["why_urgent"] == ["Said they are not safe right now"]
    assert compose()["why_urgent"] == []


def test_answers_of_steps_that_are_not_sent_stay_behind() -> None:
    hidden = answers(young={"age": "16-17"})
    assert "young" not in json.dumps(compose(hidden)["answers"]) and "16 or 17" not in json.dumps(
        compose(hidden)
    )


def test_a_new_question_arrives_by_its_declaration() -> None:
    class More(BY_SLUG["about"].form):
        pet = words("Do you have a pet?")

    steps = [replace(step, form=More) if step.slug == "about" else step for step in STEPS]
    letter = envelope.compose(
        answers(about={"pet": "a tortoise"}), steps, reference="K7M-4QX", route=route(Facts()), now=NOW
    )
    assert said(letter)["Do you have a pet?"] == "a tortoise"


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "pronouns"]), st.text(min_size=1, max_size=60)))
def test_whatever_was_typed_comes_out_as_it_was_typed(typed: dict[str, str]) -> None:
    letter = envelope.from_bytes(envelope.to_bytes(compose({"about": typed, "who": {"who": "me"}})))
    assert letter == compose({"about": typed, "who": {"who": "me"}})
    assert set(typed.values()) <= set(said(letter).values())
    assert not breaks(SCHEMA, letter)


def test_the_published_schema_holds_and_can_fail() -> None:
    assert breaks(SCHEMA, compose()) == []
    assert breaks(SCHEMA, {**compose(), "urgency": "perhaps"})
    assert breaks(SCHEMA, {**compose(), "safe_contact": [{"question": "only"}]})
    assert breaks(SCHEMA, {name: value for name, value in compose().items() if name != "queue"})


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_one_letter_of_each_version_stays_readable(file: Path) -> None:
    letter = envelope.from_bytes(file.read_bytes())
    assert not breaks(SCHEMA, letter) and said(letter)["May we leave a voicemail?"]


def test_every_version_has_a_letter_that_is_kept() -> None:
    assert {json.loads(file.read_text())["version"] for file in KEPT} == set(range(1, envelope.VERSION + 1))


@pytest.mark.parametrize("letter", [b"", b"[]", b"{}", b'{"version": 99}', b"\xff", b"nonsense"])
def test_what_is_no_letter_is_refused(letter: bytes) -> None:
    with pytest.raises(ValueError):
        envelope.from_bytes(letter)


def test_a_code_without_words_is_shown_as_it_is() -> None:
    class Odd(Questions):
        one = forms.ChoiceField(label="One", choices=[("a", "A")])

    assert list(envelope.items(Step("odd", "Odd", Odd), {"one": "gone"})) == [
        {"question": "One", "answer": "gone"}
    ]
