"""Under 16: whom to turn to, and what was written waits; where the operator lets them, they can ask."""

import re
from html import unescape

import pytest

from selfreferral import flow
from selfreferral.models import DraftPart, Referral
from selfreferral.questions import STEPS
from selfreferral.sentences import say
from tests.factories import service
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import Visitor
from tests.selfreferral.ways import answers_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
WAYS = {
    "child": {"who": {"who": "under_18"}, "young": {"age": "under-16"}},
    "child_later": {"about": {"name": "Wren", "age": "under-16"}},
}
REACHED = {"contact": {"ways": ["ring_us"]}}


@pytest.fixture(params=WAYS)
def page(request) -> str:
    return request.param


def plain(visitor: Visitor) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", visitor.page()))


def test_advice_only_unless_the_operator_says_otherwise(page):
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    words = plain(visitor)
    assert "0800 1111" in words and "Tell a grown-up you trust" in words and "999" in words
    assert say("child_safeguarding") not in words, "not without a number"
    assert "get in touch with me" not in words
    visitor.post()
    assert visitor.step == page and not Referral.objects.exists()


def test_the_number_of_those_who_keep_children_safe_is_that_of_the_directory(page):
    for name, number in (("MASH", "01709 000111"), ("Out of hours", "01709 000222")):
        service(name, phones=[number], help_types=["safeguarding"], audiences=["young_people_11_17"])
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    shown = visitor.page()
    assert say("child_safeguarding") in shown and "01709 000111" in shown and "01709 000222" not in shown


def test_what_was_written_waits_until_they_choose(page):
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    visitor.post(do="back")
    assert "checked" in visitor.page() or "Wren" in visitor.page()
    visitor.post(WAYS[page].get(visitor.step, {}))
    assert visitor.step == page
    assert visitor.post(do="forget").url == "/"
    assert not DraftPart.objects.exists()


@pytest.mark.parametrize("may_ask", [False, True])
def test_no_parent_is_asked_and_telling_one_is_never_suggested(page, settings, may_ask):
    settings.CHILDREN_MAY_ASK = may_ask
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    seen = plain(visitor)
    if may_ask:
        while visitor.step != "check":
            visitor.post(REACHED.get(visitor.step, {}))
            seen += plain(visitor)
    # Of a friend's parent, whom the child may choose, the page does speak.
    said = re.sub(r"a friend’s parent", "", seen)
    assert not re.search(r"\b(parents?|mum|dad|mother|father|consent)\b", said, re.IGNORECASE)


def test_where_children_may_ask_it_goes_to_the_childrens_queue(page, settings, keys):
    settings.CHILDREN_MAY_ASK = True
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    assert "Ask them to get in touch with me" in visitor.page()
    visitor.post()
    screens = []
    while visitor.step != "check":
        screens.append(visitor.step)
        given = {"name": "Wren", "ways": ["ring_us"], "words": "He shouts at us"}
        assert not visitor.page().count("Tell us more first")
        visitor.post(given)
    asked = ["contact", "child_happening"]
    assert screens == (["safe", "about", *asked] if page == "child" else asked)
    assert "a worker whose job is to help children" in visitor.page()
    assert ">Tell us more</button>" not in visitor.page()
    visitor.post()
    referral = Referral.objects.get()
    letter = str(letter_of(referral, keys))
    assert (referral.queue.slug, referral.urgency) == ("children", "urgent")
    assert "He shouts at us" in letter and "Wren" in letter


def test_a_child_who_is_not_safe_sees_999_before_anything_else_is_asked(settings):
    settings.CHILDREN_MAY_ASK = True
    visitor = Visitor()
    visitor.go(until="safe", **WAYS["child"])
    visitor.post({"now": "no"})
    assert visitor.step == "danger"
    assert "999" in plain(visitor) and "0800 1111" in plain(visitor)
    visitor.post()
    assert visitor.step == "about"


def test_a_child_who_may_ask_can_still_delete_everything(page, settings):
    settings.CHILDREN_MAY_ASK = True
    visitor = Visitor()
    visitor.go(until=page, **WAYS[page])
    assert visitor.post(do="forget").url == "/" and not DraftPart.objects.exists()


@pytest.mark.parametrize("may_ask", [False, True])
def test_only_the_page_of_advice_ends_the_way_and_only_where_children_may_not_ask(settings, may_ask):
    settings.CHILDREN_MAY_ASK = may_ask
    assert {step.slug for step in STEPS if step.ends} == {"child", "child_later", "child_them"}
    for way in ("child", "child, said later", "somebody's child", "professional's child"):
        answers = answers_of(way)
        steps = flow.visible(answers)
        ends = [step.slug for step in steps if step.is_end(answers)]
        assert ends == ([] if may_ask else [steps[-1].slug])
        assert ("check" in [step.slug for step in steps]) is may_ask
