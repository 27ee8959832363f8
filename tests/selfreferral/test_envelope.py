"""The letter holds the words that the person saw, safe-contact rules first, and stays readable."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from selfreferral import envelope, notes
from selfreferral.contact import ContactForm
from selfreferral.fields import Questions, words
from selfreferral.flow import to_send
from selfreferral.questions import BY_SLUG, STEPS, Step
from selfreferral.routing import Facts, route
from selfreferral.sentences import say
from tests.selfreferral.somebody import ANSWERS, NOW, answers

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/envelope.schema.json").read_text())
KEPT = sorted((Path(__file__).parent / "letters").glob("*.json"))
pytestmark = pytest.mark.django_db
GROUP = {"title": "To reach them", "items": []}


class Them(ContactForm):
    """The person's own rules, beside the caller's."""


class Counted(Questions):
    faith = words("Your faith")


WITH_THEM = [
    BY_SLUG["who"],
    BY_SLUG["contact"],
    Step("contact_them", "Their contact", Them, safe_contact=True),
    Step("equality", "About you, for counting", Counted, counted=True),
]


def from_somebody(**given: dict[str, Any]) -> dict[str, Any]:
    """A letter of the person who writes for another, both with rules of their own."""
    given = {**answers(who={"who": "someone"}), **given}
    flags = given.pop("flags", ())
    return envelope.compose(given, WITH_THEM, reference="K7M-4QX", route=route(Facts()), now=NOW, flags=flags)


def compose(given: dict[str, dict[str, Any]] = ANSWERS, **facts: str) -> dict[str, Any]:
    return envelope.compose(*to_send(given), reference="K7M-4QX", route=route(Facts(**facts)), now=NOW)


def said(letter: dict[str, Any]) -> dict[str, str]:
    """Answer by question, wherever it stands."""
    parts = [part for part in letter["safe_contact"] if "items" in part] + letter["answers"]
    flat = [item for item in letter["safe_contact"] if "items" not in item]  # as in version 1
    return {
        item["question"]: item["answer"] for item in [*flat, *(i for part in parts for i in part["items"])]
    }


def breaks(schema: dict[str, Any], value: Any, where: str = "letter") -> list[str]:
    """Where `value` breaks the part of JSON Schema that our schema uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        found = [breaks(one, value, where) for one in schema["oneOf"]]
        return min(found, key=len) if sum(not one for one in found) != 1 else []
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
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
    assert letter["safe_contact"][0]["items"][0]["answer"] == "A phone call; I will call you"
    assert list(letter).index("notes") < list(letter).index("safe_contact")


def test_two_people_have_their_own_rules_and_titles_say_whose() -> None:
    letter = from_somebody(contact_them={"ways": ["text"], "text_number": "07700 900999"})
    caller, them = letter["safe_contact"]
    assert "caller" in caller["title"] and "caller" not in them["title"]
    assert {"07700 900461", "07700 900999"} & {item["answer"] for item in caller["items"]} == {"07700 900461"}
    assert "07700 900461" not in json.dumps(them)
    unsaid = {item["question"] for item in them["items"] if item["answer"] == envelope.NOT_ANSWERED}
    assert "Is it safe to text this number?" in unsaid and "Is it safe to call this number?" not in unsaid
    assert not breaks(SCHEMA, letter)


def test_a_person_without_a_rule_still_has_a_place() -> None:
    assert from_somebody()["safe_contact"][1]["items"] == []
    assert not breaks(SCHEMA, from_somebody())


@pytest.mark.parametrize(
    "who", [code for code, _words in BY_SLUG["who"].form.base_fields["who"].choices] + [""]
)
def test_every_kind_of_asking_has_words(who: str) -> None:
    letter = from_somebody(who={"who": who})
    assert letter["kind"] == envelope.KINDS[who] and letter["kind"] != who
    titles = [part["title"] for part in letter["safe_contact"]]
    assert len(set(titles)) == 2 and ("caller" in titles[0]) == (who == "someone")


def test_what_is_only_counted_never_goes_along() -> None:
    letter = from_somebody(equality={"faith": "a faith of one"})
    assert "a faith of one" not in json.dumps(letter) and "equality" not in json.dumps(letter)


@pytest.mark.parametrize("flags", [(), ("fast",), ("honeypot", "many", "fast"), ("unknown",)])
def test_what_was_odd_about_the_sending_is_told_and_never_doubts_the_person(flags: tuple[str, ...]) -> None:
    without = from_somebody()["notes"]
    added = from_somebody(flags=flags)["notes"][len(without) :]
    known = [slug for flag, slug in notes.FLAGS.items() if flag in flags]
    assert added == [say(slug) for slug in known]
    assert "spam" not in str(added).lower()


def test_notes_and_leads_only_go_along() -> None:
    sent, hidden = ([BY_SLUG[slug] for slug in slugs] for slugs in (("who", "happening"), ("who",)))
    given = {"who": {"who": "me"}, "happening": {"kinds": ["honour"]}}
    letters = [
        envelope.compose(given, steps, reference="K7M-4QX", route=route(Facts()), now=NOW)
        for steps in (sent, hidden)
    ]
    assert [(letter["leads_only"], letter["notes"]) for letter in letters] == [
        (True, [say("note_honour")]),
        (False, []),  # a page that is not sent decides nothing
    ]


def test_an_empty_question_about_a_chosen_way_never_reads_as_safe() -> None:
    found = said(compose(answers(contact={"phone_voicemail": "", "phone_safe": ""})))
    assert found["May we leave a voicemail?"] == envelope.NOT_ANSWERED
    assert found["Is it safe to call this number?"] == envelope.NOT_ANSWERED
    assert "Is it safe to text this number?" not in found  # nobody may text: it was not chosen


def test_why_it_is_urgent_goes_along() -> None:
    assert compose(who="me", safe_now="no")["why_urgent"] == ["Said that somebody is not safe right now"]
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
    assert breaks(SCHEMA, {**compose(), "safe_contact": [{**GROUP, "items": [{"question": "only"}]}]})
    assert not breaks(SCHEMA, {**compose(), "safe_contact": [GROUP]})
    assert breaks(SCHEMA, {**compose(), "leads_only": "no"})
    assert breaks(SCHEMA, {**compose(), "version": 1}) and breaks(SCHEMA, {**compose(), "version": 3})
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
