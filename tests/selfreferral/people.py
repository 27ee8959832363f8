"""Invented people as they would really write: names, numbers and words of many kinds, seeded."""

import random
from typing import Any

from django import forms

from selfreferral import flow
from selfreferral.fields import Words
from selfreferral.questions import STEPS, Step
from tests.selfreferral.visitor import WAY

FIRST = [
    "Zoë", "Sam", "Nguyễn Thị", "محمد", "李", "Łukasz", "Aisha", "Siobhán", "José María", "Õnne",
    "Agnieszka",
    "Fatima", "گل", "ਹਰਪ੍ਰੀਤ", "Ștefania", "Björk", "Mary-Jane", "X", "O", "Kübra", "Ikechukwu", "Olena",
    "D'Arcy",
    "rather not", "Mum of 2", "Sam (they)", "S.", "JO", "anna", "Ngozi 🌸",
]  # fmt: skip
LAST = [
    "",
    " O’Brien",
    " al-Ḥasan",
    " de la Cruz",
    " Ó Súilleabháin",
    " Null",
    " Nguyen",
    " Smith-Jones",
    " Ö",
]
PHONES = [
    "07700 900{n}", "07700900{n}", "+447700900{n}", "+44 (0)7700 900{n}", "0044-7700-900-{n}",
    "01709 900{n} ext 2",
    "mine: 07700 900{n}", "07700.900.{n}", "٠٧٧٠٠٩٠٠{n}", "0 7 7 0 0 9 0 0 {n}", "07700 900{n} (text only)",
]  # fmt: skip
EMAILS = ["sam.{n}@example.org", "Sam.O'Neil+{n}@Example.co.uk", " x{n}@example.org ", "zoë{n}@exämple.org"]
POSTCODES = [
    "S60 1AE", "s601ae", "S65", " s66  2dd", "Rotherham", "i dont know", "S1 2HH", "DN1 1AA", "SW1A 1AA",
    "S60-1AE",
    "", "near the hospital", "S6O 1AE", "EH1 1YZ", "s 60",
]  # fmt: skip
SAYINGS = [
    "He is here now", "help", "I want to die sometimes", "He said he'd kill me; and the dog",
    "Not sure it counts",
    "On m'a pris mon passeport.", "Grozi mi, że zabierze dzieci", "وہ مجھے مارتا ہے",
    "Mă urmărește peste tot",
    "'; DROP TABLE referrals; --", "<b>he</b> hits me & laughs", "=cmd|' /C calc'!A0", "{{ 7*7 }} {% if %}",
    "My email is sam@example.org. Don't use it!!!", "😔😔😔",
    "10/10/26 - he came back\r\n\r\nThen again on the 12th",
    "line one\nline two\n\n\nline three", "…", "no", "N/A", "He reads this. I delete it after.",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍a͂lgo",
    "\u202eabc right to left", "tab\there", "100% sure \\ not \\n sure", "http://example.org/?a=b&c=d",
    "a" * 250,
]  # fmt: skip


WAYS_TO_REACH = ("phone_number", "text_number", "email_address", "someone_number", "me_reach")


def words(chance: random.Random, name: str, field: Words) -> str:
    n = f"{chance.randrange(1000):03}"
    if name.endswith("number") or name in ("phone", "me_reach"):
        return chance.choice(PHONES).format(n=n)
    if name.endswith(("address", "email")):
        return chance.choice(EMAILS).format(n=n)
    if name == "postcode":
        return chance.choice(POSTCODES)
    if name == "name":
        return chance.choice(FIRST) + chance.choice(LAST)
    if name == "score":
        return chance.choice(["16", "16/24", "about 20", "7", "", "not done", "14 ticks"])
    saying = chance.choice(SAYINGS)
    if (field.max_length or 0) >= 2000 and chance.random() < 0.3:
        saying = " ".join(chance.choice(SAYINGS) for _ in range(12))
    return saying[: field.max_length]


def value(chance: random.Random, name: str, field: forms.Field) -> Any:
    if isinstance(field, Words):
        return words(chance, name, field)
    codes = [code for code, _label in field.choices]  # type: ignore[attr-defined]
    if isinstance(field, forms.MultipleChoiceField):
        return chance.sample(codes, chance.randrange(len(codes) + 1))
    return chance.choice(codes)


def given(chance: random.Random, step: Step, *, left_empty: float = 0.3) -> dict[str, Any]:
    """What one person writes on one page; the one page that needs something has it."""
    said = {
        name: value(chance, name, field)
        for name, field in step.form.base_fields.items()
        if chance.random() >= left_empty
    }
    if "ways" in step.form.base_fields:
        ways = said.get("ways") or [
            chance.choice([code for code, _ in step.form.base_fields["ways"].choices])
        ]
        said["ways"] = ways
        for name, field in step.form.base_fields.items():
            if name in WAYS_TO_REACH:
                said[name] = words(chance, name, field)
    return said


def journey(seed: int, **fixed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One whole way: answers to the steps that this person sees, in their order. `fixed` wins."""
    chance = random.Random(seed)
    everything = {step.slug: {**given(chance, step), **fixed.get(step.slug, {})} for step in STEPS}
    while True:
        answers = {step.slug: everything[step.slug] for step in flow.visible(everything)}
        if not any(step.is_end(answers) for step in flow.visible(answers)):
            return answers
        # An adult, so that the way does not end on the page for children.
        for step in everything.values():
            if step.get("age"):
                step["age"] = "25-39"
        everything["young"] = {"age": "16-17"}
        if any(step.is_end(everything) for step in flow.visible(everything)):
            everything["who"] = dict(WAY["who"])
