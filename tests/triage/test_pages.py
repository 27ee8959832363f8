"""The list and the case as a worker reads them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from selfreferral.models import Queue
from tests.triage.conftest import SENT, come_in, later
from triage import decisions, listing, reading
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db


def shown(page: str) -> list[str]:
    return re.findall(r'href="/desk/([A-Z0-9-]+)/"', page)


def test_what_nobody_opened_stands_first_and_the_most_urgent_of_it(
    send, worker: Any, at_desk: Client
) -> None:
    opened = send(urgency="urgent", reference="OPENED-1")
    reading.read(opened, user=worker, now=later())
    for reference, urgency, hours in (
        ("ROUT-OLD", "routine", -40),
        ("SOON-1", "soon", 0),
        ("URG-NEW", "urgent", 1),
        ("URG-OLD", "urgent", -1),
    ):
        send(urgency=urgency, reference=reference, sent=SENT + timedelta(hours=hours))
    order = ["URG-OLD", "URG-NEW", "SOON-1", "ROUT-OLD", "OPENED-1"]
    assert shown(at_desk.get("/desk/").content.decode()) == order


def test_the_list_says_everything_in_words_and_nothing_of_a_letter(send, at_desk: Client) -> None:
    Queue.objects.create(slug="provider", name="Plain provider")
    send(urgency="urgent", sent=timezone.now() - timedelta(hours=3), age_band="16-17")
    page = at_desk.get("/desk/").content.decode()
    for words in (
        "Urgent",
        "16 or 17",
        "Plain provider",
        "Not opened yet",
        "Nobody yet",
        "late",
        "1 not opened",
    ):
        assert words in page, words
    for secret in ("Marigold", "07700", "voicemail", "not safe right now"):
        assert secret not in page
    assert not CaseEvent.objects.filter(what="opening").exists()


def test_the_safe_contact_box_stands_before_every_word_of_the_letter(send, at_desk: Client) -> None:
    case = send()
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    box = page.index('class="desk-safe"')
    assert page.index("No, never leave one") > box
    for word in ("not safe right now", "Marigold", "About you", "I am taking this on"):
        assert page.index(word) > page.index("07700 900461"), word


GROUPS = [
    {"title": "To reach the caller", "items": [{"question": "How?", "answer": "ring at noon"}]},
    {"title": "To reach the person", "items": []},
]


def test_what_to_know_first_stands_with_the_rules_and_before_the_rest(send, at_desk: Client) -> None:
    case = send(version=2, leads_only=False, kind="A professional", notes=["First <b>.", "Second."])
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    order = ['class="desk-safe"', "First &lt;b&gt;.", "Second.", "their rules", "Why it is urgent"]
    order += ["A professional", 'class="desk-part"', "Marigold", "What was done"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.index("Second.") < page.index("</section>")


def test_whose_rules_they_are_stands_above_them(send, at_desk: Client) -> None:
    case = send(version=2, leads_only=False, safe_contact=GROUPS)
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    caller, rule, them, none = (
        page.index(words)
        for words in (
            "<h3>To reach the caller",
            "ring at noon",
            "<h3>To reach the person",
            "gave no rule. Take",
        )
    )
    assert caller < rule < them < none


def test_a_letter_without_notes_has_no_empty_list(send, at_desk: Client) -> None:
    page = at_desk.get(f"/desk/{send(version=2, leads_only=False).reference}/").content.decode()
    assert "desk-notes" not in page and "Who asks" not in page


def test_no_rule_is_no_permission(send, at_desk: Client) -> None:
    case = send(safe_contact=[])
    assert "no way of contact is safe" in at_desk.get(f"/desk/{case.reference}/").content.decode()


def test_what_a_person_wrote_is_text_and_never_markup(send, at_desk: Client) -> None:
    nasty = '<script>alert(1)</script> {{ 7|add:"1" }} "quoted" \u202e back'
    case = send(answers=[{"step": "x", "title": nasty, "items": [{"question": nasty, "answer": nasty}]}])
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "<script>alert" not in page and page.count("&lt;script&gt;alert(1)") == 3
    assert "{{ 7|add:" in page


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_a_browser_that_guesses_ahead_opens_nothing(send, at_desk: Client, header: str) -> None:
    case = send()
    assert at_desk.get(f"/desk/{case.reference}/", headers={header: "prefetch;prerender"}).status_code == 425
    at_desk.head(f"/desk/{case.reference}/")
    case.refresh_from_db()
    assert case.state == "received" and not CaseEvent.objects.filter(what="opening").exists()


def test_a_page_of_the_desk_is_kept_nowhere(send, at_desk: Client) -> None:
    case = send()
    for address in ("/desk/", f"/desk/{case.reference}/", "/desk/ZZZ-999/", "/desk/sign-in/"):
        answer = at_desk.get(address)
        assert answer["Cache-Control"] == "no-store" and "CDN-Cache-Control" not in answer
    assert "Marigold" not in Client().get(f"/desk/{case.reference}/").content.decode()


def test_titles_say_nothing(send, at_desk: Client) -> None:
    case = send()
    titles = [
        re.search("<title>(.*) - ", at_desk.get(address).content.decode())[1]
        for address in ("/desk/", f"/desk/{case.reference}/", "/desk/ZZZ-999/")
    ]
    assert titles == ["(1) Requests", f"Request {case.reference}", "Not found"]


def test_the_list_costs_the_same_with_many_cases(send, worker, django_assert_max_num_queries) -> None:
    client = come_in(worker)
    for _ in range(12):
        decisions.decide(decisions.BY_SLUG["claim"], send(), user=worker, answers={}, now=later())
    for _ in range(2):  # the first makes the site's own settings
        client.get("/desk/")
    with django_assert_max_num_queries(16):
        assert len(shown(client.get("/desk/").content.decode())) == 12


def test_a_long_list_has_pages(worker, at_desk: Client) -> None:
    Case.objects.bulk_create(
        Case(
            reference=f"B-{number}",
            queue="provider",
            urgency="routine",
            sealed=b"x",
            digest="x",
            sent_at=SENT,
            received_at=SENT,
            due_at=SENT,
        )
        for number in range(61)
    )
    first, second, beyond = (at_desk.get(f"/desk/?page={n}").content.decode() for n in ("1", "2", "x'"))
    assert len(shown(first)) == 50 and len(shown(second)) == 11 and shown(beyond) == shown(first)
    assert not set(shown(first)) & set(shown(second))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-1, ""), (0, "0 min late"), (59, "59 min late"), (61, "1 h late"), (60 * 50, "2 days late")],
)
def test_how_late(minutes: int, words: str) -> None:
    assert listing.late_words(Case(state="received", due_at=SENT), later(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "today 09:30"), (-12, "yesterday 21:30"), (24, "tomorrow 09:30"), (72, "Mon 23 Nov 09:30")],
)
def test_a_time_as_people_say_it(hours: int, words: str) -> None:
    assert listing.moment(later(hours=hours), SENT) == words


def test_an_age_that_we_do_not_know_is_never_guessed() -> None:
    assert [listing.age_words(band) for band in ("", "unsaid", "70-99")] == [
        "Not given",
        "Not said",
        "70 to 99",
    ]
