"""The form over HTTP: the way through it, who may go it, and what becomes of typed text."""

import re

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.test import Client

from selfreferral import outbox
from selfreferral.fields import words
from selfreferral.models import Draft, DraftPart, Referral
from selfreferral.questions.me import AboutForm
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import EMPTY, NOW, WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


# --- the way through ----------------------------------------------------------------------
def test_the_short_way_is_eight_screens_after_the_start_page_and_ends_with_a_reference():
    visitor = Visitor()
    screens, url = [], NOW
    while url == NOW:
        screens.append(visitor.step)
        url = visitor.post(WAY[screens[-1]]).url
    # The page to read before the form, and these without the one that says how to leave.
    assert screens == ["before", "who", "safe", "where", "about", "contact", "agree", "check"]
    assert url == "/ask/sent/"
    page = visitor.client.get("/ask/sent/").content.decode()
    assert Referral.objects.get().reference in page


def test_nothing_but_one_way_of_contact_is_compulsory(keys):
    visitor = Visitor()
    for _ in ("before", "who", "safe", "where", "about"):
        visitor.post()
    assert visitor.step == "contact"
    visitor.post()
    assert visitor.step == "contact" and "Tick at least one way" in visitor.page()
    visitor.post({"ways": ["ring_us"]})
    visitor.post()
    assert visitor.post().url == "/ask/sent/"
    letter = letter_of(Referral.objects.get(), keys)
    assert letter["safe_contact"][0]["items"][0]["answer"] == "I will call you"


def test_the_confirmation_shows_nothing_typed_and_only_once():
    visitor = Visitor()
    visitor.go(about={"name": "Marigold"})
    first = visitor.client.get("/ask/sent/")
    assert "Marigold" not in first.content.decode() and "900123" not in first.content.decode()
    assert "If this phone stops being safe, or you change your mind, ring" in first.content.decode()
    reference = Referral.objects.get().reference
    for address in ("/ask/sent/", NOW):
        again = visitor.client.get(address).content.decode()
        assert reference not in again and EMPTY in again


def test_sending_ends_the_draft_and_keeps_no_answer():
    Visitor().go()
    assert Draft.objects.get().state == Draft.State.FINISHED and not DraftPart.objects.exists()


@pytest.mark.parametrize("pressed", ["send", "change", "another window"])
def test_when_the_answer_to_sending_was_lost_nobody_is_told_that_a_later_change_went(keys, pressed):
    """The page still stands open, and its form with it."""
    visitor = Visitor()
    visitor.go(until="about")
    about = visitor.hidden()
    visitor.go(until="check")
    check, cookie = visitor.hidden(), visitor.cookie
    assert visitor.post(hidden=check).url == "/ask/sent/"
    visitor.client.cookies[settings.DRAFT_COOKIE_NAME] = cookie
    if pressed == "another window":
        again = visitor.post({"name": "Marigold"}, hidden=about)
    else:
        again = visitor.post(hidden=check, do="next" if pressed == "send" else "change:contact")
    assert again.url == "/ask/sent/" and Referral.objects.count() == 1
    page = visitor.client.get("/ask/sent/").content.decode()
    assert Referral.objects.get().reference in page
    assert ("is not in it" in page) == (pressed != "send")
    assert ("Marigold" in page) == (pressed == "another window")
    assert "Marigold" not in str(letter_of(Referral.objects.get(), keys))


# --- who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["young", "about"])
def test_under_16_leads_to_the_childs_page_on_any_path_and_sends_nothing(path):
    visitor = Visitor()
    visitor.go(until=path, who={"who": "under_18" if path == "young" else "me"})
    visitor.post({"age": "under-16", "name": "Kit"})
    page = visitor.page()
    assert "Help for you" in page and "0800 1111" in page and "Nothing was sent" in page
    visitor.post()
    assert not Referral.objects.exists()
    visitor.post(do="back")
    assert visitor.step == path, "what was written waits until they choose"


def test_sixteen_and_seventeen_are_told_before_they_type(keys):
    visitor = Visitor()
    visitor.go(until="young", who={"who": "under_18"})
    visitor.post({"age": "16-17"})
    assert "keep children safe" in visitor.page() and visitor.step == "told"
    visitor.go(about={"age": ""})
    assert Referral.objects.get().queue.slug == "young-people"


def test_not_safe_shows_999_first_and_goes_on_as_urgent():
    visitor = Visitor()
    visitor.go(until="safe")
    visitor.post({"now": "no"})
    page = visitor.page()
    assert visitor.step == "danger" and page.index("999") < page.index("Go on with the form")
    visitor.go()
    assert Referral.objects.get().urgency == "urgent"


def test_answers_of_hidden_steps_are_not_sent(keys):
    visitor = Visitor()
    visitor.go(until="young", who={"who": "under_18"})
    visitor.post({"age": "16-17"})
    visitor.go(until="check", about={"age": ""})
    visitor.post(do="change:who")
    visitor.post({"who": "me"})
    visitor.go(until="check")
    visitor.post()
    letter = letter_of(Referral.objects.get(), keys)
    assert "16 or 17" not in str(letter) and Referral.objects.get().queue.slug == "provider"


def test_a_question_added_to_the_declaration_arrives_everywhere(monkeypatch, keys):
    """On the page, on the check page, in the letter: nothing else has to know of it."""
    monkeypatch.setitem(AboutForm.base_fields, "pet", words("Is there a pet to think of?"))
    visitor = Visitor()
    visitor.go(until="about")
    assert "Is there a pet to think of?" in visitor.page()
    visitor.go(until="check", about={"pet": "Biscuit, a cat"})
    assert "Biscuit, a cat" in visitor.page()
    visitor.post()
    letter = str(letter_of(Referral.objects.get(), keys))
    assert "Is there a pet to think of?" in letter and "Biscuit, a cat" in letter


# --- typed text -------------------------------------------------------------------------------
def test_invalid_text_waits_and_stands_beside_its_error():
    visitor = Visitor()
    visitor.go(until="about")
    visitor.post({"name": "x" * 500})
    page = visitor.page()
    assert "Use 120 letters or fewer" in page and "x" * 500 in page


def test_going_back_keeps_what_was_typed():
    visitor = Visitor()
    visitor.go(until="contact")
    visitor.post({"ways": ["phone"], "phone_cover": "Say it is the dentist"}, do="back")
    assert visitor.step == "about"
    visitor.post({"name": "Sam"})
    assert "Say it is the dentist" in visitor.page()


def test_changing_an_answer_comes_back_to_the_check_page():
    visitor = Visitor()
    visitor.go(until="check")
    visitor.post(do="change:where")
    assert visitor.step == "where"
    visitor.post({"postcode": "S65 2BB"})
    assert visitor.step == "check" and "S65 2BB" in visitor.page()


def test_older_words_are_never_sent_for_newer_ones_that_are_not_valid():
    """Somebody takes the number out, goes back, and presses Send: they are asked, nothing goes."""
    visitor = Visitor()
    visitor.go(until="check")
    old_check = visitor.hidden()
    visitor.post(do="change:contact")
    visitor.post({"ways": ["phone"], "phone_number": ""}, do="back")
    visitor.post(WAY["about"])
    assert visitor.step == "contact" and "Write the number to call" in visitor.page()
    visitor.post(hidden=old_check)
    assert visitor.step == "contact" and not Referral.objects.exists()
    visitor.post({"ways": ["ring_us"]})
    assert visitor.step == "check" and "900123" not in visitor.page()


def test_what_belongs_to_no_ticked_way_is_dropped(keys):
    visitor = Visitor()
    given = {"ways": ["text"], "text_number": "07700 900555", "phone_number": "07700 900666"}
    visitor.go(contact={**given, "phone_voicemail": ""})
    letter = str(letter_of(Referral.objects.get(), keys))
    assert "900555" in letter and "900666" not in letter


# --- not sent -----------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", [outbox.NotSent("no key"), DatabaseError("disk full")])
def test_not_sent_is_said_plainly_and_nothing_is_lost(monkeypatch, fault):
    visitor = Visitor()
    visitor.go(until="check")

    def refuse(*args, **kwargs):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "post", refuse)
        assert visitor.post().url == NOW
    page = visitor.page()
    assert "It was not sent" in page and "0808 2000 247" in page and "Sam" in page
    assert visitor.post().url == "/ask/sent/" and Referral.objects.count() == 1


# --- bad input ---------------------------------------------------------------------------------
BAD = {
    "empty": "",
    "spaces": " \t\r\n ",
    "NUL": "a\0b",
    "turned round": "Sam \u202e321 \u2066x",
    "Zalgo": "Z" + "\u0351\u0363\u0489" * 200,
    "emoji": "👩🏽‍🦱🏳️‍🌈",
    "template": "{{ 7*7 }}{% debug %}${7*7}",
    "SQL": "'; DROP TABLE selfreferral_draft; --",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "CSV formula": '=HYPERLINK("http://x")',
    "header": "x\r\nSet-Cookie: a=b",
    "huge": "x" * 5_000,
    "path": "../../etc/passwd\0.png",
    "deep JSON": "[" * 5000,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_text_in_every_question_is_no_error_and_nothing_half_sent(name, keys):
    """Valid or with a message beside the field, never a 5xx; what is sent opens."""
    visitor = Visitor()
    for _ in range(8):
        step, page = visitor.step, visitor.page()
        assert "<script>alert" not in page and "\0" not in page
        names = set(re.findall(rf'name="{step}-([a-z_]+)"', page))
        url = visitor.post(dict.fromkeys(names, BAD[name])).url
        if visitor.step == step:
            assert step == "check" or "govuk-error-message" in visitor.page()
            url = visitor.post({"ways": ["ring_us"]} if step == "contact" else {}).url
    assert url == "/ask/sent/"
    assert letter_of(Referral.objects.get(), keys)["safe_contact"]


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_a_body_of_another_kind_changes_nothing(content_type):
    visitor = Visitor()
    body = b'{"a-current_step": "check"}' + b"%FF%FE\xff\xfe=\x00"
    assert visitor.client.post(NOW, body, content_type=content_type).status_code in (303, 400)
    assert visitor.step == "before" and not Referral.objects.exists()


def test_a_file_is_not_taken():
    visitor = Visitor()
    visitor.go(until="about")
    visitor.client.post(NOW, {**visitor.hidden(), "about-name": ContentFile(b"x" * 99, name="x.html")})
    assert visitor.step == "contact" and visitor.post(do="back").url == NOW


def test_a_question_asked_twice_counts_once():
    visitor = Visitor()
    visitor.go(until="about")
    visitor.client.post(NOW, {**visitor.hidden(), "about-name": ["Sam", "Robin"] * 20})
    visitor.post(do="back")
    assert 'value="Robin"' in visitor.page() and "Sam" not in visitor.page()


def test_every_page_of_the_form_is_neutral_and_names_numbers():
    visitor = Visitor()
    for _ in range(8):
        page = visitor.page()
        assert re.search(r"<title>\s*Ask for help - ", page)
        assert 'href="tel:999"' in page and "0808 2000 247" in page and 'autocomplete="off"' in page
        step = visitor.step
        visitor.post({"ways": ["ring_us"]} if step == "contact" else {})


def test_the_start_page_says_who_reads_it_and_gives_no_draft():
    client = Client()
    page = client.get("/ask/").content.decode()
    for said in (
        "Who will know",
        "under 18",
        "55",
        "18000",
        "within 24 hours",
        "30 minutes",
        "How to leave",
    ):
        assert said in page
    assert settings.DRAFT_COOKIE_NAME not in client.cookies and not Draft.objects.exists()
