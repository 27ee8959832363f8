"""Asking for somebody else: what is asked, whose way of contact is whose, and when it is advice alone."""

import pytest

from selfreferral import flow
from selfreferral.models import Referral
from selfreferral.sentences import say
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
WHO = {"who": {"who": "someone"}}
TOLD = {"knows": "yes", "safe": "yes"}
THEIR_PHONE = {"ways": ["phone"], "phone_number": "07700 900777", "phone_voicemail": "no"}


def slugs(**answers) -> list[str]:
    return [step.slug for step in flow.way({**WHO, **answers})]


def test_the_steps_of_somebody_who_is_worried():
    assert slugs() == [
        "before", "who", "safe_them", "where_them", "knows", "them", "contact", "agree_someone", "check",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("knows", "safe", "asked"),
    [
        ("yes", "yes", True),
        ("yes", "unsure", False),
        ("yes", "no", False),
        ("no", "yes", False),
        ("", "", False),
    ],
)
def test_how_to_reach_the_person_is_asked_only_when_they_know_and_it_is_safe(knows, safe, asked):
    given = slugs(knows={"knows": knows, "safe": safe})
    assert ("contact_them" in given) == asked
    if asked:
        assert given.index("contact_them") == given.index("contact") + 1


def test_nothing_but_one_way_to_the_caller_is_compulsory(keys):
    visitor = Visitor()
    visitor.go(until="contact", who=WHO["who"], safe={}, where_them={}, them={})
    visitor.post()
    assert visitor.step == "contact" and "Tick at least one way" in visitor.page()
    visitor.post({"ways": ["ring_us"]})
    visitor.post()
    assert visitor.post().url == "/ask/sent/"
    assert Referral.objects.get().queue.slug == "provider"


def test_how_to_reach_them_may_stay_empty_and_a_ticked_way_needs_its_number():
    visitor = Visitor()
    visitor.go(until="contact_them", knows=TOLD, **WHO)
    visitor.post({"ways": ["phone"]})
    assert visitor.step == "contact_them" and "Write the number to call" in visitor.page()
    visitor.post({"ways": []})
    assert visitor.step == "agree_someone"


def test_advice_only_is_said_before_they_tell_anything_on_the_check_page_and_to_the_worker(keys):
    visitor = Visitor()
    visitor.go(until="knows", **WHO)
    page = visitor.page()
    assert page.index(say("someone_advice_only")) < page.index('name="knows-knows"')
    visitor.go(until="check")
    assert say("someone_advice_only") in visitor.page()
    visitor.post()
    assert say("note_advice_only") in letter_of(Referral.objects.get(), keys)["notes"]
    assert say("someone_advice_only") in visitor.client.get("/ask/sent/").content.decode()


def test_when_they_know_and_it_is_safe_nothing_is_said_of_advice_only(keys):
    visitor = Visitor()
    visitor.go(until="check", knows=TOLD, contact_them=THEIR_PHONE, **WHO)
    assert say("someone_advice_only") not in visitor.page()
    visitor.post()
    letter = letter_of(Referral.objects.get(), keys)
    assert say("note_advice_only") not in letter["notes"]
    assert [part["title"] for part in letter["safe_contact"]] == [
        "To reach the caller, who is worried about another person",
        "To reach the person whom this is about",
    ]


def test_their_number_is_not_sent_once_it_is_not_safe_any_more(keys):
    visitor = Visitor()
    visitor.go(until="check", knows=TOLD, contact_them=THEIR_PHONE, **WHO)
    visitor.post(do="change:knows")
    visitor.post({"knows": "yes", "safe": "unsure"})
    assert visitor.step == "check" and "900777" not in visitor.page()
    visitor.post()
    assert "900777" not in str(letter_of(Referral.objects.get(), keys))


def test_not_safe_now_says_not_to_step_in_and_goes_on_as_urgent():
    visitor = Visitor()
    visitor.go(until="danger", safe_them={"now": "no"}, **WHO)
    page = visitor.page()
    assert "Do not step in between" in page and 'href="tel:999"' in page
    visitor.go()
    sent = Referral.objects.get()
    assert (sent.queue.slug, sent.urgency) == ("high-risk", "urgent")


@pytest.mark.parametrize("who", ["someone", "professional"])
def test_a_person_under_16_leads_to_the_childrens_team_and_nothing_is_sent(who):
    visitor = Visitor()
    visitor.go(until="child_them", who={"who": who}, them={"age": "under-16", "name": "Kit"})
    page = visitor.page()
    assert say("child_them") in page and "Nothing was sent" in page
    visitor.post()
    assert visitor.step == "child_them" and not Referral.objects.exists()
    visitor.post(do="back")
    assert visitor.step == "them" and "Kit" in visitor.page(), "what was written waits until they choose"


@pytest.mark.parametrize("who", ["someone", "professional"])
def test_where_the_operator_takes_children_a_request_for_one_goes_to_their_queue(settings, who):
    settings.CHILDREN_MAY_ASK = True
    visitor = Visitor()
    given = {"who": {"who": who}, "them": {"age": "under-16"}, "contact_them": THEIR_PHONE}
    visitor.go(until="child_them", **given)
    assert say("child_them") in visitor.page() and "Nothing was sent. You can" not in visitor.page()
    visitor.go(**given)
    assert Referral.objects.get().queue.slug == "children"


@pytest.mark.parametrize("who", ["someone", "professional"])
def test_a_person_of_16_or_17_goes_to_the_young_peoples_queue_whoever_asks(who):
    Visitor().go(who={"who": who}, them={"age": "16-17"}, contact_them=THEIR_PHONE)
    assert Referral.objects.get().queue.slug == "young-people"
