"""The form over HTTP: POST only changes, 303 always, two tabs, two people, twice, late, broken."""

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from selfreferral import outbox
from selfreferral.models import Draft, DraftPart, Referral
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import EMPTY, NOW, WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def late(**past: float) -> None:
    """The draft was begun or touched so long ago."""
    then = timezone.now() - timedelta(**past)
    Draft.objects.update(seen_at=then)


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
    assert letter_of(Referral.objects.get(), keys)["safe_contact"][0]["answer"] == "I will call you"


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


# --- measured faults of stock formtools ---------------------------------------------------
def test_reading_never_throws_answers_away():
    visitor = Visitor()
    visitor.go(until="contact")
    for _ in range(3):
        assert visitor.step == "contact"
    visitor.post(do="back")
    assert 'value="Sam"' in visitor.page()


def test_a_get_writes_nothing_and_never_sends():
    visitor = Visitor()
    visitor.go(until="check")
    before = list(Draft.objects.values()), list(DraftPart.objects.values())
    for query in ("", "?step=check", "?do=send", "?a-current_step=check"):
        visitor.client.get(NOW + query)
        visitor.client.head(NOW + query)
    assert before == (list(Draft.objects.values()), list(DraftPart.objects.values()))
    assert not Referral.objects.exists()


def test_a_double_click_on_send_is_one_referral_and_one_reference():
    visitor = Visitor()
    visitor.go(until="check")
    page = visitor.hidden()
    assert visitor.post(hidden=page).url == "/ask/sent/"
    assert visitor.post(hidden=page).url == "/ask/sent/"
    assert Referral.objects.get().reference in visitor.client.get("/ask/sent/").content.decode()
    assert visitor.post(hidden=page).url == NOW, "the cookie has gone, the mark has not"
    assert Referral.objects.count() == 1 and Draft.objects.count() == 1


def test_a_double_click_on_continue_is_one_step():
    visitor = Visitor()
    visitor.go(until="about")
    page = visitor.hidden()
    for _ in range(2):
        visitor.post({"name": "Sam"}, hidden=page)
    assert visitor.step == "contact" and "another window" not in visitor.page()


def test_a_second_tab_is_told_and_overwrites_nothing(keys):
    """Stock formtools sent one tab's name with the other's story."""
    visitor = Visitor()
    visitor.go(until="about")
    old_tab = visitor.hidden()
    visitor.post({"name": "Sam"})
    visitor.post({"name": "Robin"}, hidden=old_tab)
    page = visitor.page()
    assert "another window" in page and 'value="Robin"' in page, "told, and the typed text is there"
    visitor.post(do="keep")
    assert 'value="Sam"' in visitor.page()
    visitor.go()
    assert "Robin" not in str(letter_of(Referral.objects.get(), keys))


def test_a_second_tab_may_be_taken_instead(keys):
    visitor = Visitor()
    visitor.go(until="about")
    old_tab = visitor.hidden()
    visitor.post({"name": "Sam"})
    visitor.post({"name": "Robin"}, hidden=old_tab)
    visitor.post({"name": "Robin", "age": "18-24"})
    visitor.go()
    assert "Robin" in str(letter_of(Referral.objects.get(), keys))


def test_a_stale_check_page_does_not_send():
    """What would be sent is not what stood there."""
    visitor = Visitor()
    visitor.go(until="check")
    old_tab = visitor.hidden()
    visitor.post(do="change:about")
    visitor.post({"name": "Robin"})
    visitor.post(hidden=old_tab)
    assert not Referral.objects.exists() and "Robin" in visitor.page()
    assert visitor.post().url == "/ask/sent/"


def test_two_people_in_one_browser_never_mix(keys):
    """A window of a form that is over: told, shown once, in nobody's answers."""
    visitor = Visitor()
    visitor.go(until="about")
    first_person = visitor.hidden()
    visitor.client.post("/ask/start/", {"again": "1"})
    visitor.go(until="about")
    visitor.post({"name": "Somebody else"}, hidden=first_person)
    page = visitor.page()
    assert "old one" in page and "Somebody else" in page
    visitor.post(do="look")
    assert "Somebody else" not in visitor.page()
    visitor.go(about={"name": "Robin"})
    letter = str(letter_of(Referral.objects.get(), keys))
    assert "Robin" in letter and "Somebody else" not in letter


@pytest.mark.parametrize("past", [{"minutes": 31}, {"hours": 3}])
def test_an_expiry_keeps_what_was_just_typed(past):
    visitor = Visitor()
    visitor.go(until="about")
    page, cookie = visitor.hidden(), visitor.cookie
    late(**past)
    assert EMPTY in visitor.page()
    visitor.post({"name": "Typed for a long time"}, hidden=page)
    shown = visitor.page()
    assert "Typed for a long time" in shown and "away for a while" in shown
    assert visitor.cookie != cookie


def test_after_an_expiry_the_rest_is_asked_again_before_anything_is_sent():
    visitor = Visitor()
    visitor.go(until="contact")
    page = visitor.hidden()
    late(minutes=31)
    visitor.post({"ways": ["ring_us"]}, hidden=page)
    asked = []
    for _ in range(8):
        asked.append(visitor.step)
        if asked[-1] == "check":
            break
        visitor.post({"ways": ["ring_us"]} if asked[-1] == "contact" else {})
    assert asked == ["contact", "who", "safe", "where", "about", "agree", "check"]
    assert visitor.post().url == "/ask/sent/"


@pytest.mark.parametrize("step", ["nowhere", "", "young", "danger", "check\0", "a" * 5000])
def test_an_unknown_or_hidden_step_leads_back_to_the_current_one(step):
    visitor = Visitor()
    visitor.go(until="where")
    visitor.post({"postcode": "S65"}, hidden={**visitor.hidden(), "a-current_step": step})
    assert visitor.step == "where" and not Referral.objects.exists()


@pytest.mark.parametrize("extra", [{"wizard_goto_step": "check"}, {"wizard_goto_step": "nowhere"}])
def test_formtools_own_jump_is_not_open_to_anybody(extra):
    visitor = Visitor()
    visitor.go(until="where")
    visitor.client.post(NOW, {**visitor.hidden(), **extra})
    assert visitor.step == "where"


def test_a_broken_management_form_is_no_error():
    visitor = Visitor()
    hidden = visitor.hidden()
    for posted in ({}, {"do": "next"}, {"journey": hidden["journey"]}, {"a-current_step": "who"}):
        assert visitor.client.post(NOW, posted).status_code == 303
    assert visitor.client.get(NOW).status_code == 200


def test_skipping_to_send_is_not_possible():
    visitor = Visitor()
    visitor.post(hidden={**visitor.hidden(), "a-current_step": "check", "digest": ""})
    assert not Referral.objects.exists()
    visitor.post()
    assert not Referral.objects.exists() and visitor.step != "check"


def test_the_session_stays_empty():
    visitor = Visitor()
    visitor.go()
    assert not Session.objects.exists()
    assert settings.SESSION_COOKIE_NAME not in visitor.client.cookies


# --- leaving ------------------------------------------------------------------------------
def test_leaving_deletes_the_answers_before_it_answers():
    visitor = Visitor()
    visitor.go(until="contact")
    visitor.client.post("/leave/")
    assert not DraftPart.objects.exists()
    assert Draft.objects.get().state == Draft.State.LEFT and not Draft.objects.get().place
    assert EMPTY in visitor.page()


def test_a_form_that_was_under_way_while_leaving_brings_nothing_back():
    visitor = Visitor()
    visitor.go(until="about")
    page, cookie = visitor.hidden(), visitor.cookie
    visitor.client.post("/leave/")
    for sent_cookie in (cookie, ""):
        visitor.client.cookies[settings.DRAFT_COOKIE_NAME] = sent_cookie
        response = visitor.post({"name": "Sam"}, hidden=page)
        assert settings.DRAFT_COOKIE_NAME not in response.cookies
    assert Draft.objects.count() == 1 and not DraftPart.objects.exists()


def test_a_left_cookie_starts_nothing_but_does_not_turn_anybody_away():
    visitor = Visitor()
    cookie = visitor.cookie
    visitor.client.post("/leave/")
    visitor.client.cookies[settings.DRAFT_COOKIE_NAME] = cookie
    response = visitor.client.post("/ask/start/")
    assert response.url == "/ask/" and Draft.objects.count() == 1
    assert visitor.client.post("/ask/start/").url == NOW and Draft.objects.count() == 2


def test_leaving_after_sending_takes_the_reference_along():
    visitor = Visitor()
    visitor.go()
    cookie = visitor.cookie
    visitor.client.post("/leave/")
    visitor.client.cookies[settings.DRAFT_COOKIE_NAME] = cookie
    assert EMPTY in visitor.client.get("/ask/sent/").content.decode()


def test_a_child_can_delete_everything():
    visitor = Visitor()
    visitor.go(until="young", who={"who": "under_18"})
    visitor.post({"age": "under-16"})
    assert visitor.step == "child" and "0800 1111" in visitor.page()
    assert visitor.post(do="forget").url == "/"
    assert not DraftPart.objects.exists() and Draft.objects.get().state == Draft.State.LEFT


# --- who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["someone", "professional", "own-behaviour"])
def test_what_cannot_be_asked_yet_says_so_and_sends_nothing(who):
    visitor = Visitor()
    visitor.go(until="other", who={"who": who})
    page = visitor.page()
    assert "You cannot do this here yet" in page and 'href="tel:999"' in page
    visitor.post()
    assert visitor.step == "other" and not Referral.objects.exists()
    visitor.post(do="back")
    assert visitor.step == "who"


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


# --- addresses and cookies ---------------------------------------------------------------------
@pytest.mark.parametrize("site", ["none", "same-site", "cross-site"])
def test_coming_from_elsewhere_shows_no_answer(site):
    visitor = Visitor()
    visitor.go(until="about")
    visitor.post({"name": "Marigold"}, do="back")
    page = visitor.client.get(NOW, headers={"Sec-Fetch-Site": site}).content.decode()
    assert "begun already" in page and "S60 1AE" not in page
    assert "S60 1AE" in visitor.client.get(NOW, headers={"Sec-Fetch-Site": "same-origin"}).content.decode()


def test_starting_twice_throws_nothing_away_unasked():
    visitor = Visitor()
    visitor.go(until="about")
    journey = Draft.objects.get().journey
    visitor.client.post("/ask/start/")
    assert "begun already" in visitor.page() and Draft.objects.get().journey == journey
    visitor.post(do="look")
    assert visitor.step == "about"
    visitor.client.post("/ask/start/", {"again": "1"})
    assert visitor.step == "before" and Draft.objects.filter(state="open").get().journey != journey


def test_the_cookie_is_opaque_strict_and_for_this_host_alone():
    visitor = Visitor()
    cookie = visitor.client.cookies[settings.DRAFT_COOKIE_NAME]
    assert settings.DRAFT_COOKIE_NAME.startswith("__Host-") and len(cookie.OutputString().split(";")[0]) <= 64
    assert (
        cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    )
    assert not cookie["max-age"] and not cookie["expires"] and not cookie["domain"]


@pytest.mark.parametrize("value", ["", "x", "é" * 43, "A" * 43, "A" * 4000, "00000000-0000-4000-8000-000000000000"])
def test_a_cookie_of_nobodys_opens_nothing(value):
    client = Client()
    client.cookies[settings.DRAFT_COOKIE_NAME] = value
    assert EMPTY in client.get(NOW).content.decode()
    assert client.post(NOW, {"a-current_step": "who", "who-who": "me"}).status_code == 303
    assert not Draft.objects.exists()


def test_a_post_without_its_token_changes_nothing():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/ask/start/").url.startswith("/wait/")
    assert not Draft.objects.exists()


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
    for words in (
        "Who will know",
        "under 18",
        "55",
        "18000",
        "within 24 hours",
        "30 minutes",
        "How to leave",
    ):
        assert words in page
    assert settings.DRAFT_COOKIE_NAME not in client.cookies and not Draft.objects.exists()
