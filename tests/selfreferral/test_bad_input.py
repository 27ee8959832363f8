"""Whatever is sent to any page of the form: a plain answer, no referral, and what was typed is kept."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from selfreferral.fields import Words
from selfreferral.models import Referral
from selfreferral.questions import STEPS, Step
from tests.selfreferral.visitor import NOW, Visitor
from tests.selfreferral.ways import at, is_seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


@pytest.fixture(autouse=True)
def children(request: pytest.FixtureRequest, settings: Any) -> None:
    """Pages for children who ask are seen only where the operator lets them ask."""
    step = request.node.callspec.params.get("step") if hasattr(request.node, "callspec") else None
    settings.CHILDREN_MAY_ASK = step is not None and (bool(step.ends) or not is_seen(step))


STAYS = [step for step in STEPS if step.asks]
DEEP = "[" * 500 + "]" * 500

# What may be typed or picked, put into every field of the page.
VALUES: dict[str, Any] = {
    "empty": "",
    "spaces": " \t \n ",
    "NUL": "a\0b",
    "control characters": "".join(map(chr, range(32))),
    "turned direction": "\u202e\u2066abc",
    "Zalgo": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍a͂" * 20,
    "header": "x\r\nSet-Cookie: a=b",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "SQL": "'; DROP TABLE selfreferral_referral; --",
    "script": "<script>alert(1)</script>",
    "formula": '=HYPERLINK("http://example.org")',
    "path": "../../../etc/passwd",
    "deep JSON": DEEP,
    "a number too large": "9" * 400,
    "many": ["a"] * 60,
    "an option that is none": "no-such-option",
    "far too long": "é" * 1000,
}


def hostile(visitor: Visitor) -> dict[str, Callable[[dict[str, str]], Any]]:
    """Whole requests; each takes the hidden fields of the page and gives an answer."""
    client = visitor.client
    return {
        "nothing at all": lambda hidden: client.post(NOW),
        "JSON": lambda hidden: client.post(NOW, json.dumps(hidden), content_type="application/json"),
        "text": lambda hidden: client.post(NOW, DEEP, content_type="text/plain"),
        "broken multipart": lambda hidden: client.post(
            NOW, b"--x\r\nnothing", content_type="multipart/form-data; boundary=y"
        ),
        "broken UTF-8": lambda hidden: client.post(
            NOW, b"a-current_step=%ff%fe&do=%c3%28", content_type="application/x-www-form-urlencoded"
        ),
        "a thousand fields": lambda hidden: client.post(
            NOW, {**hidden, **{f"field{n}": "x" for n in range(1000)}}
        ),
        "every field twice": lambda hidden: client.post(NOW, {name: [v, v] for name, v in hidden.items()}),
        "somebody's journey": lambda hidden: client.post(
            NOW, {**hidden, "journey": "00000000-0000-4000-8000-000000000000"}
        ),
        "no journey": lambda hidden: client.post(NOW, {**hidden, "journey": "é"}),
        "another digest": lambda hidden: client.post(NOW, {**hidden, "digest": "0" * 24}),
        "an unknown button": lambda hidden: client.post(NOW, {**hidden, "do": "change:nowhere"}),
        "a step ahead": lambda hidden: client.post(NOW, {**hidden, "a-current_step": "check"}),
        "PUT": lambda hidden: client.put(NOW, b"x"),
        "DELETE": lambda hidden: client.delete(NOW),
        "another host": lambda hidden: client.post(NOW, hidden, headers={"Host": "evil.example"}),
        "a claimed proxy": lambda hidden: client.post(
            NOW, hidden, headers={"X-Forwarded-For": "1, ::, x" * 200, "X-Forwarded-Host": "evil.example"}
        ),
        "a large cookie": lambda hidden: client.get(NOW, headers={"Cookie": "a=" + "b" * 30_000}),
        "odd paths": lambda hidden: client.get(NOW + "%00/..%2f..//?step=" + "%ff" * 50),
    }


HOSTILE = sorted(hostile(Visitor(start=False)))


def fill(step: Step, value: Any) -> dict[str, Any]:
    """In every field; many values in one only, because more than 200 fields are refused as a whole."""
    names = list(step.form.base_fields)
    return {name: value for name in (names[:1] if isinstance(value, list) else names)}


@pytest.mark.parametrize("step", STAYS, ids=lambda step: step.slug)
def test_whatever_is_typed_is_answered_plainly_and_sends_nothing(step: Step) -> None:
    visitor = at(step)
    for what, value in VALUES.items():
        visitor.post(fill(step, value), hidden={**visitor.hidden(), "a-current_step": step.slug})
        shown = visitor.page()
        assert "<script>alert" not in shown and settings.SECRET_KEY not in shown, what
        assert not Referral.objects.exists(), what


@pytest.mark.parametrize("step", STAYS, ids=lambda step: step.slug)
def test_what_is_too_long_is_said_beside_the_field_and_kept(step: Step) -> None:
    long = {
        name: "é" * ((field.max_length or 0) + 1)
        for name, field in step.form.base_fields.items()
        if isinstance(field, Words) and not name.startswith(("phone_", "text_", "email_", "someone_", "me_"))
    }
    if not long:
        pytest.skip("nothing to type here")
    visitor = at(step)
    visitor.post(long)
    shown = visitor.page()
    assert visitor.step == step.slug
    for name, text in long.items():
        own = re.search(rf'name="{step.slug}-{name}"[^>]* id="(\w+)"', shown)
        assert own and text in shown and f'href="#{own[1]}"' in shown, name


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_whatever_is_sent_is_never_our_error_and_never_a_referral(step: Step) -> None:
    visitor = at(step)
    if step.slug == "check":
        visitor.post(do="change:contact")
    hidden = visitor.hidden()
    for what, act in hostile(visitor).items():
        response = act(hidden)
        assert response.status_code < 500, what
        assert not Referral.objects.exists(), what
    assert visitor.client.get(NOW).status_code == 200


def test_there_are_enough_classes() -> None:
    assert len(VALUES) + len(HOSTILE) >= 34
