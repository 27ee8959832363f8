"""Each publish, and each fact or shared step that changes, leaves a version that can be compared."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pathways import versions
from pathways.models import Fact, PathwayPage, Version
from services_directory.editing import actions
from tests import factories
from tests.pathways.building import pathway, republish, shared, step

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def notes(page: PathwayPage) -> list[str]:
    return list(page.versions.order_by("number").values_list("note", flat=True))


def test_publishing_leaves_a_version_by_itself(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True) as after:
        page = pathway("One", step("Ring", "a", clock="The same day"))
        pathway("Two", step("Ring", "b"))
    assert len(after) == 1  # however many pages were published together
    connection.run_on_commit.clear()  # as a commit does
    with django_capture_on_commit_callbacks(execute=True):
        republish(page, step("Ring", "a", clock="Now"))
    assert notes(page) == ["First version.", "Changed: Step 1, Ring: By when."]


def test_a_draft_and_the_same_words_again_leave_none() -> None:
    page = pathway("One", step("Ring", "a"))
    versions.catch_up(NOW)
    page.lead = "Only a draft"
    page.save_revision()
    assert versions.catch_up(NOW) == 0
    republish(PathwayPage.objects.get(pk=page.pk))
    assert versions.catch_up(NOW) == 0 and page.versions.count() == 1


def test_a_fact_is_a_change_of_every_page_it_stands_on(django_capture_on_commit_callbacks: Any) -> None:
    on = [pathway(name, step("Refer", threshold="{dash_high} ticks")) for name in ("One", "Two")]
    off = pathway("Three", step("Look"))
    versions.catch_up(NOW)
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        Fact.objects.create(key="dash_high", value="15")
    assert [page.versions.count() for page in (*on, off)] == [2, 2, 1]
    words = on[0].versions.first().words["steps"][0]["rows"]
    assert words["threshold"] == "15 ticks"


def test_a_shared_step_is_a_change_of_both_pages() -> None:
    source, job = pathway("One", step("Ring", "a")), pathway("Job", shared("a", "If a child"))
    versions.catch_up(NOW)
    republish(source, step("Ring at once", "a"))
    assert versions.catch_up(NOW) == 2
    assert notes(job)[1] == "Changed: Step 1, Ring at once: Title."


def test_an_editors_own_note_is_used_once() -> None:
    page = pathway("One", step("Ring", "a"))
    versions.catch_up(NOW)
    page = republish(page, lead="New words", change_note="The lead is clearer.")
    versions.catch_up(NOW)
    republish(page, lead="Newer words")
    versions.catch_up(NOW)
    assert notes(page) == ["First version.", "The lead is clearer.", "Changed: First words."]


def test_every_kind_of_difference_is_found() -> None:
    page = pathway("One", step("A", "a", who="You"), step("B", "b"), step("C", "c"))
    versions.catch_up(NOW)
    republish(page, step("C", "c"), step("A", "a", who="They"), step("D", "d", who="She"), title="Eins")
    versions.catch_up(NOW)
    new, old = page.versions.all()
    found = {one.where: (one.before, one.after) for one in versions.differences(old.words, new.words)}
    assert found == {
        "Title": ("One", "Eins"),
        "Step 2, A: Who does it": ("You", "They"),
        "New step 3: D": ("", "Who does it: She"),
        "Step taken out: B": ("", ""),
        "Order of the steps": ("A; C", "C; A"),
    }


def test_no_number_of_the_directory_is_kept() -> None:
    factories.service("Front desk", code="mash", phones=["01709 000001"])
    pathway("One", step("Ring", contact="mash"), ring="mash")
    versions.catch_up(NOW)
    assert "01709" not in str(Version.objects.get().words) and "Front desk" in str(
        Version.objects.get().words
    )


@pytest.fixture
def changed() -> PathwayPage:
    page = pathway("One", step("Ring", "a", clock="The same day, by phone"))
    versions.catch_up(NOW - timedelta(days=40))
    page = republish(page, step("Ring", "a", clock="The same hour, by phone"))
    versions.catch_up(NOW)
    return page


def test_side_by_side_marks_what_changed(changed: PathwayPage) -> None:
    for number in (1, 2):  # an old one beside the newest; the newest beside the one before
        said = Client().get(f"/professionals/changes/{changed.pk}/{number}/").content.decode()
        assert "The same <del>day,</del> by phone" in said and "The same <ins>hour,</ins> by phone" in said
        assert changed.url in said


def test_changes_stand_under_their_days_the_newest_first(changed: PathwayPage) -> None:
    for path in ("", f"{changed.pk}/"):
        answer = Client().get(f"/professionals/changes/{path}")
        said = answer.content.decode()
        days = [f"{day:%-d %B %Y}" for day in (NOW, NOW - timedelta(days=40))]
        assert said.index(days[0]) < said.index("Changed: Step 1") < said.index(days[1])
        assert not answer.cookies


@pytest.mark.parametrize("number", [0, 3, 999, 10**30])
def test_a_version_that_is_not_known_leads_to_the_current_one(changed: PathwayPage, number: int) -> None:
    answer = Client().get(f"/professionals/changes/{changed.pk}/{number}/")
    said = answer.content.decode()
    assert answer.status_code == 404
    assert changed.url in said and "Leave this site" in said and "tel:" in said


def test_a_page_that_is_not_published_has_no_changes_to_read(changed: PathwayPage) -> None:
    changed.unpublish()
    assert "One" not in Client().get("/professionals/changes/").content.decode()
    for path in (f"{changed.pk}/", f"{changed.pk}/1/", f"{changed.pk}/feed/", f"{10**30}/"):
        assert Client().get(f"/professionals/changes/{path}").status_code == 404


@pytest.mark.parametrize("hidden", [False, True])
def test_a_service_is_named_only_while_the_public_can_see_it(hidden: bool) -> None:
    desk = factories.service("Quiet Front Desk", code="mash")
    factories.service("Other Desk", code="other")
    page = pathway("One", step("Ring", "a", contact="mash"), ring="mash")
    versions.catch_up(NOW)
    republish(page, step("Ring", "a", contact="other"), ring="other")
    versions.catch_up(NOW)
    if hidden:
        actions.hide(desk, user=None, now=NOW)
    said = Client().get(f"/professionals/changes/{page.pk}/1/").content.decode()
    assert ("Quiet Front" in said, versions.A_SERVICE in said) == (not hidden, hidden)
