"""Time that is left: said, extended by a press, over at the end; nothing typed gets lost by any of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from selfreferral.models import Draft, Referral
from services_directory.opening import clock
from tests.selfreferral.visitor import EMPTY, WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def ago(**past: float) -> None:
    Draft.objects.update(started_at=timezone.now() - timedelta(**past))


def untouched(**past: float) -> None:
    Draft.objects.update(seen_at=timezone.now() - timedelta(**past))


def seconds(page: str) -> tuple[int, int]:
    found = re.search(r'data-idle="(-?\d+)" data-whole="(-?\d+)"', page)
    assert found, "every step says how long it lives"
    return int(found[1]), int(found[2])


def test_every_step_says_how_long_it_lives_and_offers_more_time():
    visitor = Visitor()
    for step in WAY:
        assert visitor.step == step
        idle, whole = seconds(visitor.page())
        assert 1790 <= idle <= 1800 and 7100 <= whole <= 7200
        assert 'name="do" value="stay">I need more time</button>' in visitor.page()
        visitor.post(WAY[step])


def test_reading_does_not_move_the_end():
    visitor = Visitor()
    untouched(minutes=20)
    for _ in range(3):
        assert 590 <= seconds(visitor.page())[0] <= 600


def test_a_press_starts_the_time_anew_and_stays_on_the_step():
    visitor = Visitor()
    visitor.go(until="about")
    untouched(minutes=29)
    visitor.post({"name": "Half a na"}, do="stay")
    page = visitor.page()
    assert seconds(page)[0] >= 1790 and visitor.step == "about"
    assert 'value="Half a na"' in page and "You have more time now" in page


def test_what_is_not_valid_yet_is_kept_without_a_word_about_it():
    visitor = Visitor()
    visitor.go(until="contact")
    visitor.post({"ways": ["phone"], "phone_cover": "the dentist"}, do="stay")
    page = visitor.page()
    assert "the dentist" in page and "govuk-error" not in page
    visitor.post({"ways": ["phone"], "phone_cover": "the dentist"})
    assert "govuk-error" in visitor.page() and visitor.step == "contact"


def test_the_page_that_stood_open_while_time_was_asked_for_still_counts():
    """The script posts and leaves the page as it is; the answer that follows comes from that page."""
    visitor = Visitor()
    visitor.go(until="about")
    page = visitor.hidden()
    visitor.post({"name": "Sam"}, do="stay", hidden=page)
    visitor.post({"name": "Samira"}, hidden=page)
    assert visitor.step == "contact"
    visitor.post(do="back")
    assert 'value="Samira"' in visitor.page() and "another window" not in visitor.page()


def test_words_taken_out_before_the_press_do_not_come_back():
    visitor = Visitor()
    visitor.go(until="contact")
    visitor.post(do="back")
    visitor.post({"name": ""}, do="stay")
    assert 'value="Sam"' not in visitor.page()


def test_a_step_that_was_held_and_emptied_again_can_still_be_answered():
    """Its row is there and holds nothing."""
    visitor = Visitor()
    visitor.go(until="about")
    visitor.post({"name": "Sam"}, do="stay")
    visitor.post({"name": ""}, do="stay")
    visitor.post({"name": "Robin"})
    assert visitor.step == "contact"


def test_a_stale_window_that_asks_for_time_overwrites_nothing():
    visitor = Visitor()
    visitor.go(until="about")
    old_tab = visitor.hidden()
    visitor.post({"name": "Sam"})
    visitor.post({"name": "Robin"}, do="stay", hidden=old_tab)
    page = visitor.page()
    assert "another window" in page and 'value="Robin"' in page
    visitor.post({"name": "Robin"}, do="stay")
    assert "another window" in visitor.page(), "asking for time does not settle which one counts"
    visitor.post(do="keep")
    assert 'value="Sam"' in visitor.page()


def test_asking_for_time_on_the_last_page_sends_nothing():
    visitor = Visitor()
    visitor.go(until="check")
    visitor.post(do="stay")
    assert visitor.step == "check" and not Referral.objects.exists()
    assert visitor.post().url == "/ask/sent/"


def test_words_that_were_only_held_are_never_passed_over_by_send():
    visitor = Visitor()
    visitor.go(until="check")
    check = visitor.hidden()
    visitor.post(do="change:contact")
    visitor.post({"ways": ["phone"], "phone_number": ""}, do="stay")
    visitor.post(hidden=check)
    assert visitor.step == "contact" and not Referral.objects.exists()


@pytest.mark.parametrize(("minutes", "said"), [(99, False), (101, True)])
def test_the_clock_time_of_the_end_is_said_when_it_comes_near(minutes, said):
    visitor = Visitor()
    ago(minutes=minutes)
    end = timezone.localtime(Draft.objects.get().started_at + timedelta(hours=2))
    words = f"This form closes at {clock(end.hour * 60 + end.minute)}."
    assert (words in visitor.page()) is said


def test_the_longest_life_is_not_made_longer():
    visitor = Visitor()
    visitor.go(until="about")
    page = visitor.hidden()
    ago(minutes=119, seconds=50)
    visitor.post({"name": "Sam"}, do="stay", hidden=page)
    assert seconds(visitor.page())[1] <= 10
    ago(minutes=121)
    assert EMPTY in visitor.page()
    visitor.post({"name": "Sam"}, do="stay", hidden=page)
    assert 'value="Sam"' in visitor.page() and "away for a while" in visitor.page()


# --- what a step costs -------------------------------------------------------------------
def queries(act) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def test_showing_a_step_asks_the_database_little():
    visitor = Visitor()
    visitor.go(until="contact")
    visitor.page()
    asked = queries(visitor.page)
    print("\n".join(sql[:150] for sql in asked))
    assert len(asked) <= 3 and len(set(asked)) == len(asked)


def test_taking_a_step_asks_the_database_little():
    visitor = Visitor()
    visitor.go(until="about")
    hidden = visitor.hidden()
    first = queries(lambda: visitor.post({"name": "Sam"}, hidden=hidden))
    print("\n".join(sql[:150] for sql in first))
    visitor.post(do="back")
    hidden = visitor.hidden()
    again = queries(lambda: visitor.post({"name": "Robin"}, hidden=hidden))
    # SAVEPOINT and RELEASE of the test, of the count, and of the first count of its kind on a day.
    assert len(first) <= 13 and len(again) <= 7, (first, again)
