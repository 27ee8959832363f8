"""Help for editors: how hard the words are, better ones, dead links, pages to look at again."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from home import reading, review, roles, starter
from home.models import ContentPage, Wording
from services_directory import place_marks
from services_directory.models import PlaceMark
from tests import factories
from tests.home import words
from tests.services_directory.editors import staff

pytestmark = pytest.mark.django_db
EASY = "You can ring us. We will listen to you. You choose what to say. It is free. We are here all day. "
HARD = (
    "Multidisciplinary safeguarding professionals collaboratively facilitate comprehensive individualised "
    "intervention arrangements, notwithstanding jurisdictional considerations affecting accountability "
    "and the proportionate administration of statutory responsibilities throughout neighbouring authorities. "
)


@pytest.fixture
def root(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


def linking(*links: str) -> ContentPage:
    return words.page(body=[("paragraph", {"heading": "", "text": f"<p>{' '.join(links)}</p>"})])


def test_a_number_that_was_typed_is_hinted_at(root: Any, client: Client) -> None:
    page = words.page(lead="Ring us: (01709) 382121.")
    shown = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "A telephone number that was typed: “01709) 382121”" in shown
    assert not reading.hints(words.page(lead="Ring 999."), wordings=[]).number


# --- words ------------------------------------------------------------------------------------


def test_plain_words_are_young_and_hard_ones_old() -> None:
    easy, hard = reading.reading_age(EASY * 2), reading.reading_age(HARD * 2)
    assert easy is not None and hard is not None
    assert easy <= 8 and hard >= 18
    assert reading.reading_age("Too few words.") is None


def test_the_starters_pages_keep_to_our_own_rule() -> None:
    factories.term("audience", "women")
    record = json.loads(starter.PAGES.read_text())
    ages = {}

    def walk(one: dict[str, Any]) -> None:
        text = " ".join([one["title"] + ".", one["lead"]])
        text += " ".join(
            v for _name, value in one.get("body", []) for v in value.values() if isinstance(v, str)
        )
        ages[one["slug"]] = reading.reading_age(reading.TAG.sub("\n", text)) or 5
        for child in one.get("children", []):
            walk(child)

    walk(record)
    assert {slug: age for slug, age in ages.items() if age > reading.WANTED_AGE + 1} == {}


def test_the_list_of_words_is_loaded_once_and_says_abuse_for_violence(root: Any, client: Client) -> None:
    starter.load_wording()
    page = words.page(lead="Violent people, domestic VIOLENCE and victims.")
    found = {row.word: row.better for row in reading.hints(page, wordings=Wording.objects.all()).words}
    assert found == {"violence": "abuse", "victim": "you, or a person who is being hurt"}
    text = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "“violence”: abuse." in text and "Too few words yet" in text
    Wording.objects.filter(word="violence").delete()
    starter.load_wording()
    assert not Wording.objects.filter(word="violence").exists(), "what editors took out stays out"


def test_a_word_is_kept_as_it_is_compared(root: Any, client: Client) -> None:
    address = reverse(Wording.snippet_viewset.get_url_name("add"))
    client.post(
        address, {"word": "  Hard  To Reach", "better": "people we have not reached", "kind": "better"}
    )
    assert Wording.objects.get().word == "hard to reach"
    assert (
        "people we have not reached"
        in client.get(reverse(Wording.snippet_viewset.get_url_name("list"))).content.decode()
    )


# --- links ------------------------------------------------------------------------------------


def test_a_link_to_a_page_that_nobody_can_see_is_told() -> None:
    page = linking("x")
    home = page.get_parent()
    live = home.add_child(instance=ContentPage(title="Live", slug="a1"))
    hidden = home.add_child(instance=ContentPage(title="Hidden one", slug="a2", live=False))
    tags = [f'<a linktype="page" id="{pk}">l</a>' for pk in (live.pk, hidden.pk, 99999)]
    own = [
        f'<a href="{path}">l</a>'
        for path in ("/find/", "/a1/", "/a2/", "/gone/", "/find/?w=3", "/gone/#part")
    ]
    page.body = [("paragraph", {"heading": "", "text": f"<p>{' '.join(tags + own)}</p>"})]
    assert reading.dead_links(page) == ["Hidden one", "a page that is gone (number 99999)", "/a2/", "/gone/"]
    page.body = [("paragraph", {"heading": "", "text": '<p><a href="https://example.org/x">l</a></p>'})]
    assert not reading.dead_links(page)


# --- pages to look at again -------------------------------------------------------------------


def test_a_page_that_is_published_has_a_day_on_which_somebody_looks_again() -> None:
    page = words.page()
    assert page.review_due == timezone.localdate() + timedelta(days=settings.PAGE_REVIEW_DAYS)
    page.review_due = timezone.localdate()
    page.save()
    assert page.review_due == timezone.localdate(), "an editor's own day is kept"


def test_what_is_due_is_listed_exported_and_looked_at_with_one_press(root: Any, client: Client) -> None:
    today = timezone.localdate()
    page = words.page(title="=Due", review_due=today - timedelta(days=3))
    page.get_parent().add_child(
        instance=ContentPage(title="Later", slug="b", review_due=today + timedelta(days=31))
    )
    draft = ContentPage.objects.get(pk=page.pk)
    draft.lead = "A draft."
    revision = draft.save_revision()
    text = client.get(reverse("pages_due")).content.decode()
    assert "=Due" in text and "Later" not in text
    assert "<strong>1</strong> to look at again now" in client.get("/cms/").content.decode()
    rows = list(
        csv.DictReader(io.StringIO(client.get("/cms/reports/pages-due/?export=csv").content.decode()))
    )
    assert rows[0]["Page"] == "'=Due" and len(rows) == 1
    client.post(reverse("page_looked_at", args=[page.pk]))
    assert not review.due_pages(today)
    assert PageLogEntry.objects.filter(action=review.REVIEWED, user=root).count() == 1
    revision.refresh_from_db()
    revision.publish()
    page.refresh_from_db()
    assert page.lead == "A draft." and page.review_due == today + timedelta(days=settings.PAGE_REVIEW_DAYS)


def test_who_does_not_work_on_pages_neither_sees_nor_presses(client: Client) -> None:
    page = words.page(review_due=timezone.localdate())
    client.force_login(staff("change_service", name="dana"))
    assert client.get(reverse("pages_due")).status_code == 302
    client.post(reverse("page_looked_at", args=[page.pk]))
    page.refresh_from_db()
    assert page.review_due == timezone.localdate()
    assert client.get(reverse("page_looked_at", args=[page.pk])).status_code == 405


@pytest.mark.parametrize(
    ("role", "may"),
    [(roles.AUTHORS, False), (roles.APPROVERS, True), (roles.LEADS, True), (roles.ADMINISTRATORS, True)],
)
def test_an_author_does_not_say_that_words_are_right(client: Client, role: str, may: bool) -> None:
    page = words.page(review_due=timezone.localdate())
    roles.load()
    user = staff(name="a")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert ("Looked at today: Words" in client.get(reverse("pages_due")).content.decode()) is may
    client.post(reverse("page_looked_at", args=[page.pk]))
    assert (not review.due_pages(timezone.localdate())) is may


# --- history, comments, the log --------------------------------------------------------------


def test_history_comments_and_the_whole_log_as_csv(root: Any, client: Client) -> None:
    page = words.page()
    page.save_revision(user=root, log_action=True).publish(user=root)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'data-side-panel="comments"' in edit and 'data-side-panel="checks"' in edit
    assert "Published" in client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    answer = client.get(reverse("wagtailadmin_reports:site_history"), {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert any("Words" in row for row in rows[1:]) and len(rows) > 1


# --- what must never be published -------------------------------------------------------------


def test_a_directory_editor_seals_a_place_and_nobody_reads_it_back(root: Any, client: Client) -> None:
    service = factories.service("House", location_confidential=True)
    address = reverse("secret_place", args=[service.pk])
    client.post(address, {"postcode": "zq9 7qx", "street": "17 Quillwarbler Ln"})
    text = client.get(address).content.decode()
    assert "postcodes 1, streets 1," in text and "ZQ9" not in text and "uillwarbler" not in text
    assert place_marks.holders(["ZQ97QX"]) and place_marks.holders(["Quillwarbler Lane"])
    edit = client.get(
        reverse(service.snippet_viewset.get_url_name("edit"), args=[service.pk])
    ).content.decode()
    assert address in edit
    for wrong, said in (
        ({"postcode": "ZQ9"}, "whole postcode"),
        ({"street": "12"}, "whole street"),
        ({"postcode": " "}, "or both"),
    ):
        assert said in client.post(address, wrong).content.decode()
    client.post(address, {"forget": "1"})
    assert not PlaceMark.objects.exists()


def test_only_who_may_publish_services_seals(client: Client) -> None:
    service = factories.service(location_confidential=True)
    client.force_login(staff("change_service", name="writer"))
    client.post(reverse("secret_place", args=[service.pk]), {"postcode": "ZQ9 7QX"})
    assert not PlaceMark.objects.exists()


# --- two editors, and a lost connection -------------------------------------------------------


def latest(page: ContentPage) -> str:
    return str(ContentPage.objects.get(pk=page.pk).get_latest_revision().content["lead"])


def test_a_draft_keeps_itself_and_never_over_somebody_elses(root: Any, client: Client) -> None:
    page = words.page()
    page.save_revision()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = client.get(address).content.decode()
    assert "w-autosave" in text and "w-session" in text
    given = {"title": "Words", "slug": "words", "lead": "Kept by itself.", "body-count": 0}
    given |= {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    saved = client.post(address, given, headers={"Accept": "application/json"}).json()
    assert saved["success"] and latest(page) == "Kept by itself."
    late = {**given, "lead": "From an older window.", "loaded_revision_id": 1}
    refused = client.post(address, late, headers={"Accept": "application/json"}).json()
    assert refused["error_code"] == "invalid_revision"
    assert latest(page) == "Kept by itself."


def test_two_editors_on_one_page_hear_of_each_other(root: Any, client: Client) -> None:
    page = words.page()
    other = Client()
    second = get_user_model().objects.create_superuser(username="second", first_name="Sam", password=None)
    other.force_login(second)

    def ping(who: Client) -> str:
        html = who.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        found = re.search(r"/cms/editing-sessions/ping/[^\"]+", html)
        assert found
        return str(who.post(found[0]).json())

    ping(other)
    assert "Sam" in ping(client)
