"""Somebody who is worried about how they behave: a way of their own, a queue of their own."""

import pytest

from selfreferral import flow
from selfreferral.models import Queue, Referral
from selfreferral.sentences import say
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
WHO = {"who": {"who": "own-behaviour"}}
RESPECT, NATIONAL = "0808 802 4040", "0808 2000 247"
# Words for people who are hurt. On this way they would be cruel, or give somebody away.
NOT_HERE = ("the person who is harming you", "Tell us more", "Are you safe right now?")


def test_the_steps_are_few_and_none_is_of_another_way():
    assert [step.slug for step in flow.visible(WHO)] == [
        "before", "who", "safe_own", "where", "about", "contact", "own_worry", "agree_own", "check",
    ]  # fmt: skip


def test_nothing_but_one_way_of_contact_is_compulsory():
    visitor = Visitor()
    visitor.go(until="contact", **WHO)
    visitor.post()
    assert visitor.step == "contact"
    visitor.post({"ways": ["ring_us"]})
    for _ in ("own_worry", "agree_own"):
        visitor.post()
    assert visitor.post().url == "/ask/sent/"


@pytest.mark.parametrize("danger", ["yes", "not-sure", "no"])
@pytest.mark.parametrize("age", ["16-17", "25-39", ""])
def test_it_goes_to_its_own_queue_whatever_is_said(danger, age):
    Visitor().go(safe_own={"now": danger}, about={"age": age}, **WHO)
    assert Referral.objects.get().queue.slug == "own-behaviour"


def test_in_danger_because_of_me_is_not_safe_by_its_code(keys):
    """The answer "Yes" here means what "No" means elsewhere; routing knows the code alone."""
    visitor = Visitor()
    visitor.go(until="danger", safe_own={"now": "no"}, **WHO)
    page = visitor.page()
    assert "leave the room" in page and RESPECT in page and 'href="tel:999"' in page
    visitor.go()
    sent = Referral.objects.get()
    assert sent.urgency == "urgent"
    said = [part["items"] for part in letter_of(sent, keys)["answers"] if part["step"] == "safe_own"]
    assert said == [[{"question": "Is anybody in danger because of you right now?", "answer": "Yes"}]]


def test_every_page_has_the_helpline_for_them_and_no_words_for_others():
    visitor = Visitor()
    visitor.go(until="safe_own", **WHO)
    for _ in range(12):
        page = visitor.page()
        main = page.split("<main", 1)[1].split("</main>", 1)[0]
        assert RESPECT in page and NATIONAL not in main, visitor.step
        assert not any(words in main for words in NOT_HERE), visitor.step
        if visitor.step == "check":
            break
        visitor.post({"ways": ["ring_us"]} if visitor.step == "contact" else {})
    assert visitor.step == "check"


def test_they_are_told_who_may_know_and_nothing_of_anybody_else():
    visitor = Visitor()
    visitor.go(until="agree_own", **WHO)
    assert say("own_limits").split(".")[0] in visitor.page()


def test_the_answer_is_the_same_whether_or_not_a_partner_has_asked():
    """Nothing looks anybody up: what stands on every page is the same after a partner's referral."""

    def pages() -> list[str]:
        visitor = Visitor()
        visitor.go(until="safe_own", **WHO)
        seen = []
        while visitor.step:
            seen.append(visitor.page().split("<h1", 1)[1].split('class="step__go"', 1)[0])
            step = visitor.step
            visitor.post(
                {"ways": ["phone"], "phone_number": "07700 900123"} if step == "contact" else {"name": "Al"}
            )
        return seen

    before = pages()
    Visitor().go(about={"name": "Al"}, contact={"ways": ["phone"], "phone_number": "07700 900123"})
    assert pages() == before and len(before) == 7


def test_the_page_after_sending_names_its_own_reply_time_and_helpline():
    queue = Queue.objects.get(slug="own-behaviour")
    visitor = Visitor()
    visitor.go(**WHO)
    page = visitor.client.get("/ask/sent/").content.decode()
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    assert queue.reply_words in main and queue.hours in main and RESPECT in main
    assert NATIONAL not in main and "people who want to change" in main


def test_under_16_leads_to_the_childs_page():
    visitor = Visitor()
    visitor.go(until="child_later", about={"age": "under-16"}, **WHO)
    assert "0800 1111" in visitor.page() and not Referral.objects.exists()


def test_16_and_17_are_told_before_they_type_more():
    visitor = Visitor()
    visitor.go(until="told_later", about={"age": "16-17"}, **WHO)
    assert say("told_tell") in visitor.page() and say("told_reads") not in visitor.page()
