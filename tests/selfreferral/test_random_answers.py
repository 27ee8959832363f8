"""Anything at all in any question of any way: never an error, and what is valid is always sent."""

from typing import Any

import pytest
from django import forms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfreferral.models import Referral
from selfreferral.questions import BY_SLUG
from selfreferral.questions.me import WhoForm
from tests.selfreferral.visitor import NOW, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys"), pytest.mark.once]
WHO = [code for code, _label in WhoForm.base_fields["who"].choices]
MOST_STEPS = 30
TEXT = st.text(max_size=40)
# What gets past a page that something valid is needed on.
MENDED = {"contact": {"ways": ["ring_us"]}, "contact_them": {"ways": ["ring_us"]}, "young": {"age": "16-17"}}
few = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def codes(field: Any) -> list[str]:
    return [code for code, _label in field.choices]


@st.composite
def anything(draw: st.DrawFn, slug: str) -> dict[str, Any]:
    """Posted by hand: codes that are none, several for one, text of every kind, or nothing."""
    said: dict[str, Any] = {}
    for name, field in BY_SLUG[slug].form.base_fields.items():
        if isinstance(field, forms.ChoiceField):
            said[name] = draw(st.lists(st.sampled_from(codes(field)) | TEXT, max_size=3))
        else:
            said[name] = draw(TEXT)
    return said


@st.composite
def sensible(draw: st.DrawFn, slug: str) -> dict[str, Any]:
    """What a browser can post, of somebody who is no child and ticks ways that need nothing more."""
    said: dict[str, Any] = {}
    for name, field in BY_SLUG[slug].form.base_fields.items():
        if isinstance(field, forms.MultipleChoiceField):
            said[name] = draw(st.lists(st.sampled_from(codes(field)), unique=True))
        elif isinstance(field, forms.ChoiceField):
            said[name] = draw(st.sampled_from(["", *(code for code in codes(field) if code != "under-16")]))
        else:
            said[name] = draw(TEXT)
    return {**said, **(MENDED[slug] if BY_SLUG[slug].safe_contact else {})}


def begun(who: str) -> Visitor:
    visitor = Visitor()
    visitor.go(until="who")
    visitor.post({"who": who})
    return visitor


@few
@given(who=st.sampled_from(WHO), data=st.data())
def test_no_answer_is_an_error_and_no_page_is_a_trap(who: str, data: st.DataObject) -> None:
    visitor = begun(who)
    hidden = visitor.hidden()
    for _ in range(MOST_STEPS):
        step = hidden["a-current_step"]
        if BY_SLUG[step].ends:
            return
        url = visitor.post(data.draw(anything(step)), hidden=hidden).url
        hidden = visitor.hidden() if url == NOW else {}
        if hidden.get("a-current_step") == step:
            assert step == "check" or "govuk-error-message" in visitor.page(), step
            url = visitor.post(MENDED.get(step, {}), hidden=hidden).url
            hidden = visitor.hidden() if url == NOW else {}
        if not hidden:
            assert url == "/ask/sent/"
            return
    raise AssertionError(f"{who} got no further than {step}")


@few
@given(who=st.sampled_from(WHO), data=st.data())
def test_what_is_valid_is_always_sent(who: str, data: st.DataObject) -> None:
    visitor = begun(who)
    before = Referral.objects.count()
    step = ""
    while hidden := visitor.hidden():
        assert hidden["a-current_step"] != step, visitor.page()
        step = hidden["a-current_step"]
        if visitor.post(data.draw(sensible(step)), hidden=hidden).url == "/ask/sent/":
            break
    assert Referral.objects.count() == before + 1
