"""What goes wrong with forms elsewhere, and must not here: tabs, clicks, expiry, leaving, strangers.

tests/selfreferral/test_stock_formtools.py shows the same acts failing on formtools' own storage.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from selfreferral.models import Draft, DraftPart, Referral
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import EMPTY, NOW, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def late(**past: float) -> None:
    """The draft was touched last so long ago."""
    Draft.objects.update(seen_at=timezone.now() - timedelta(**past))


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


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_is_lost_is_not_called_unsent_and_the_same_button_sends_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
):
    visitor = Visitor()
    visitor.client.raise_request_exception = False
    visitor.go(until="check")
    page = visitor.hidden()
    commit = connection.commit

    def commit_and_hear_nothing() -> None:
        commit()
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as lost:
        lost.setattr(connection, "commit", commit_and_hear_nothing)
        answered = visitor.post(hidden=page)
    shown = visitor.client.get(answered.url)
    assert shown.status_code == 503 and "it will not arrive twice" in shown.content.decode()
    assert "was not sent" not in shown.content.decode() and Referral.objects.count() == 1
    assert visitor.post(hidden=page).url == "/ask/sent/"
    assert Referral.objects.get().reference in visitor.client.get("/ask/sent/").content.decode()


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
    assert "Something changed in another window" in visitor.page()
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


@pytest.mark.parametrize(
    "value", ["", "x", "é" * 43, "A" * 43, "A" * 4000, "00000000-0000-4000-8000-000000000000"]
)
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
