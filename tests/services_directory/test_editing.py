"""Editors: what they see, what one press does, and what is said beside a field."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from services_directory.editing import actions, states
from services_directory.editing.bulk import VerifyBulkAction
from services_directory.models import Entry, Report, Service, Synonym, UnmetNeed
from tests import factories
from tests.services_directory.editors import address, listing, service_in, staff

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


# --- lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [code for code, _words in states.CHOICES])
def test_a_state_is_shown_and_can_be_listed(client: Client, editor: Any, state: str) -> None:
    made = {code: service_in(code) for code, _words in states.CHOICES}
    page = client.get(listing(Service), {"state": state}).content.decode()
    shown = {code for code, service in made.items() if str(service) in page}
    assert shown == {state}
    assert states.state_of(made[state], timezone.localdate()).code == state


@pytest.mark.parametrize("due", [code for code, _words in states.DUE_CHOICES])
def test_services_are_listed_by_their_next_check(client: Client, editor: Any, due: str) -> None:
    today = timezone.localdate()
    days = {"overdue": today, "soon": today + timedelta(days=30), "later": today + timedelta(days=31)}
    for code in ("overdue", "soon", "later", "none"):
        factories.service(f"Due {code}", next_check_due=days.get(code))
    page = client.get(listing(Service), {"due": due}).content.decode()
    assert [code for code in ("overdue", "soon", "later", "none") if f"Due {code}" in page] == [due]


def test_the_list_can_be_searched_and_narrowed(client: Client, editor: Any) -> None:
    men = factories.service("For men", audiences=["men"], scope="national")
    factories.service("For women", audiences=["women"], scope="local")
    chosen = {"audience": men.audiences.all()[0].pk}
    for query in ({"q": "for men"}, chosen, {"scope": "national"}):
        page = client.get(listing(Service), query).content.decode()
        assert "For men" in page and "For women" not in page, query


def test_a_page_of_the_list_costs_the_same_for_one_and_for_fifty(
    client: Client, editor: Any, django_assert_max_num_queries
) -> None:
    for _ in range(50):
        factories.service()
    client.get(listing(Service))
    with django_assert_max_num_queries(25):
        client.get(listing(Service))


def test_new_reports_stand_first(client: Client, editor: Any) -> None:
    service, now = factories.service(), timezone.now()
    for days, words, done in ((0, "third", True), (3, "second", False), (1, "first", False)):
        Report.objects.create(
            service=service,
            kind="other",
            text=f"the {words} one",
            received_at=now - timedelta(days=days),
            dealt_with_at=now if done else None,
        )
    page = client.get(listing(Report)).content.decode()
    places = [page.index(f"the {words} one") for words in ("first", "second", "third")]
    assert places == sorted(places)


def test_every_list_of_the_directory_opens(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    factories.service()
    Synonym.objects.create(word="hit", means="physical abuse")
    UnmetNeed.count_one(["w3", "h7"], today=TODAY)
    for name in ("service", "report", "organization", "location", "taxonomyterm", "synonym", "unmetneed"):
        assert client.get(f"/cms/snippets/services_directory/{name}/").status_code == 200, name


def test_an_unmet_need_is_listed_in_words(client: Client, editor: Any) -> None:
    men, housing = factories.term("audience", "men"), factories.term("help", "housing")
    UnmetNeed.count_one([f"h{housing.number}", f"w{men.number}"], today=TODAY)
    UnmetNeed.count_one(["w999"], today=TODAY)
    page = client.get(listing(UnmetNeed)).content.decode()
    assert "Men, Housing" in page and "w999" in page


def test_nobody_writes_a_report_or_an_unmet_need_by_hand(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    for name in ("report", "unmetneed"):
        assert client.get(f"/cms/snippets/services_directory/{name}/add/").status_code == 302


# --- one press ----------------------------------------------------------------------------------


def test_verify_writes_who_when_how_and_when_next(client: Client, editor: Any) -> None:
    service = factories.service(assured_date=None)
    client.post(address("service_verify", service.pk), {"source": "Rang the helpline"})
    service.refresh_from_db()
    today = timezone.localdate()
    assert (service.assured_date, service.assured_by) == (today, "Edie Example")
    assert service.assured_source == "Rang the helpline"
    assert service.next_check_due == today + timedelta(days=180)
    entry = ModelLogEntry.objects.get(action=actions.VERIFY)
    assert (entry.user, entry.object_id) == (editor, str(service.pk))
    assert Entry.objects.get(pk=service.pk).card["checked"] == today.isoformat()


def test_the_day_of_the_next_check_can_be_chosen_and_must_be_ahead(client: Client, editor: Any) -> None:
    service = factories.service(assured_date=None)
    for wrong in (timezone.localdate().isoformat(), "2020-01-01"):
        client.post(address("service_verify", service.pk), {"next_check_due": wrong})
        service.refresh_from_db()
        assert service.assured_date is None
    ahead = timezone.localdate() + timedelta(days=30)
    client.post(address("service_verify", service.pk), {"next_check_due": ahead.isoformat()})
    service.refresh_from_db()
    assert service.next_check_due == ahead


def test_verify_leaves_a_draft_a_draft_and_the_draft_keeps_the_check(client: Client, editor: Any) -> None:
    service = factories.service("Public words", assured_date=None)
    draft = Service.objects.get(pk=service.pk)
    draft.name = "Draft words"
    draft.save_revision(user=editor)
    client.post(address("service_verify", service.pk))
    service.refresh_from_db()
    assert (service.name, service.has_unpublished_changes) == ("Public words", True)
    assert Entry.objects.get(pk=service.pk).name == "Public words"
    service.latest_revision.publish(user=editor)
    service.refresh_from_db()
    assert (service.name, service.assured_date) == ("Draft words", timezone.localdate())


def test_hide_works_at_once_and_show_brings_back_the_same_words(client: Client, editor: Any) -> None:
    service = factories.service("Public words")
    draft = Service.objects.get(pk=service.pk)
    draft.name = "Draft words"
    draft.save_revision(user=editor)
    public = f"/s/{service.pk}/"
    assert client.get(public).status_code == 200
    client.post(address("service_hide", service.pk))
    assert Client().get(public).status_code == 404
    assert not Entry.objects.filter(pk=service.pk).exists()
    client.post(address("service_show", service.pk))
    assert "Public words" in Client().get(public).content.decode()
    service.refresh_from_db()
    assert service.has_unpublished_changes, "the draft is still a draft"
    logged = ModelLogEntry.objects.filter(object_id=str(service.pk)).values_list("action", flat=True)
    assert {actions.HIDE, actions.SHOW} <= set(logged)


def test_what_was_never_published_is_not_shown_by_a_press(client: Client, editor: Any) -> None:
    service = factories.service(live=False)
    client.post(address("service_show", service.pk))
    service.refresh_from_db()
    assert not service.live


@pytest.mark.parametrize("press", ["service_verify", "service_hide", "service_show"])
def test_a_press_is_a_post_and_needs_the_right_to_publish(client: Client, press: str) -> None:
    service = factories.service(assured_date=None)
    writer = staff("change_service", "view_service", name="writer")
    assert client.post(address(press, service.pk)).status_code == 303  # to the sign-in page
    client.force_login(writer)
    client.post(address(press, service.pk))
    service.refresh_from_db()
    assert (service.assured_date, service.live) == (None, True)
    assert address(press, service.pk) not in client.get(listing(Service)).content.decode()
    client.force_login(staff("change_service", "publish_service", name="publisher"))
    assert client.get(address(press, service.pk)).status_code == 405
    service.refresh_from_db()
    assert (service.assured_date, service.live) == (None, True)


def test_many_are_verified_at_once(client: Client, editor: Any) -> None:
    chosen, other = (
        [factories.service(assured_date=None) for _ in range(3)],
        factories.service(assured_date=None),
    )
    url = reverse("wagtail_bulk_action", args=["services_directory", "service", VerifyBulkAction.action_type])
    query = "?" + "&".join(f"id={service.pk}" for service in chosen)
    assert "these 3 services" in client.get(url + query).content.decode()
    client.post(url + query, {"source": "Read their own page"})
    dates = Service.objects.filter(assured_source="Read their own page").values_list(
        "assured_date", flat=True
    )
    assert list(dates) == [timezone.localdate()] * 3
    other.refresh_from_db()
    assert other.assured_date is None


def test_a_report_is_dealt_with_by_one_press(client: Client, editor: Any) -> None:
    report = Report.objects.create(service=factories.service(), kind="hours", received_at=timezone.now())
    client.post(address("report_done", report.pk))
    report.refresh_from_db()
    assert report.dealt_with_by == "Edie Example" and report.dealt_with_at is not None


def test_a_press_leads_back_to_our_own_pages_only(client: Client, editor: Any) -> None:
    service = factories.service()
    answer = client.post(address("service_verify", service.pk), {"next": "https://evil.example/"})
    assert answer["Location"].startswith("/cms/")
    answer = client.post(address("service_verify", service.pk), {"next": listing(Service)})
    assert answer["Location"] == listing(Service)


# --- report and dashboard -----------------------------------------------------------------------


def test_the_due_report_lists_what_is_due_and_is_a_file_too(client: Client, editor: Any) -> None:
    for code in ("checked", "overdue", "not_checked", "hidden"):
        service_in(code)
    page = client.get(reverse("due_report")).content.decode()
    assert "Overdue place" in page and "Not checked place" in page
    assert "Checked place" not in page and "Hidden place" not in page
    answer = client.get(reverse("due_report"), {"export": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert {row["Service"]: row["State"] for row in rows} == {
        "Overdue place": "Overdue",
        "Not checked place": "Not checked",
    }


def test_the_first_page_counts_what_waits(client: Client, editor: Any) -> None:
    service = service_in("overdue")
    service_in("checked")
    service_in("not_checked")
    Report.objects.create(service=service, kind="hours", received_at=timezone.now())
    Report.objects.create(
        service=service, kind="hours", received_at=timezone.now(), dealt_with_at=timezone.now()
    )
    for days in (0, 0, 29, 30):
        UnmetNeed.count_one(["w3"], today=timezone.localdate() - timedelta(days=days))
    page = " ".join(client.get("/cms/").content.decode().split())
    for count, words in (
        (1, "not checked yet"),
        (1, "overdue for a check"),
        (1, "new reports from readers"),
        (3, "times in 30 days nothing was found"),
    ):
        assert f"<strong>{count}</strong> {words}" in page, words
