"""What a page showed is noted without its view doing anything, and a change is told by what it changed."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from home import brand
from home.models import ContentPage, SiteSettings
from services_directory import freshness, tags
from services_directory.freshness import EVERYTHING, Snapshot, noting, still_true
from services_directory.models import Change, Entry, Generation, Synonym
from tests.factories import service
from tests.home import words

pytestmark = pytest.mark.django_db


def said_since(number: int) -> set[str]:
    return set(Change.objects.filter(number__gt=number).values_list("tag", flat=True))


def test_a_view_that_knows_nothing_of_it_is_told_by_the_tables_it_read() -> None:
    with noting() as noted:
        list(Synonym.objects.all())
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from services_directory_entry")
    assert noted == {"services_directory_synonym", "services_directory_entry"}


def test_whoever_reads_what_nobody_counts_is_ended_by_everything() -> None:
    for read in (get_user_model().objects.exists, lambda: connection.cursor().execute("SELECT 1")):
        with noting() as noted:
            read()
        assert noted == {EVERYTHING}
    made = Generation.current()
    assert still_true(noted, made, made) and not still_true(noted, made, made + 1)


def test_a_change_of_a_service_is_told_by_which_one_and_a_list_only_by_what_makes_it_another() -> None:
    one, other = service("One"), service("Another")
    entry = Entry._meta.db_table
    before = Generation.current()
    one.save()
    assert entry not in said_since(before), "the public copy is as it was"
    one.description = "Other words."
    one.save()
    said = said_since(before)
    assert {tags.service_tag(one.pk), entry} <= said
    assert not {tags.service_tag(other.pk), tags.LISTING} & said
    for change in (lambda: service("A third"), one.delete):
        before = Generation.current()
        change()
        assert tags.LISTING in said_since(before)


def test_writing_a_draft_of_a_page_tells_nothing_and_publishing_it_which_page() -> None:
    page = words.page(title="Words", slug="words")
    other = page.get_parent().add_child(instance=ContentPage(title="Others", slug="others"))
    before = Generation.current()
    page.lead = "Not yet."
    revision = page.save_revision()
    ContentPage.objects.filter(pk=page.pk).update(locked=True)
    assert said_since(before) == set()
    revision.publish()
    said = said_since(before)
    assert tags.page_tag(page.pk) in said and tags.page_tag(other.pk) not in said


def test_names_do_not_grow_without_end() -> None:
    service("One")
    Entry.objects.filter(pk__gt=0).update(card={})
    Change.objects.create(tag="service:0", number=1)
    assert tags.service_tag(7) == tags.service_tag(7 + tags.MOST)
    assert all(len(told.tag) < 80 for table in tags.counted_tables() for told in tags.names_of(table))


def test_a_snapshot_ends_only_pages_that_showed_the_part_that_changed() -> None:
    SiteSettings.load()
    snapshot = Snapshot("test", lambda: SiteSettings.objects.values().get(), dict)
    try:
        at = Generation.current()
        snapshot.look(at)
        SiteSettings.objects.update(runner="Somebody else")
        now = Generation.current()
        assert not still_true({"test.runner"}, at, now)
        assert still_true({"test.name"}, at, now)
        Synonym.objects.create(word="hit", means="physical abuse")
        assert still_true({"test.runner"}, now, Generation.current())
    finally:
        Snapshot.all.remove(snapshot)


def test_a_value_that_changed_while_it_was_read_ends_pages_that_showed_the_one_before() -> None:
    SiteSettings.load()
    values = iter(["old", "new", "new"])

    def read() -> str:
        value = next(values)
        list(SiteSettings.objects.all())
        SiteSettings.objects.update(runner=f"{value}, after somebody else published while we asked")
        return value

    snapshot = Snapshot("test", read)
    try:
        snapshot.look(Generation.current())
        SiteSettings.objects.update(runner="other")
        at = Generation.current()
        snapshot.look(at)
        assert not still_true({"test"}, at, Generation.current())
    finally:
        Snapshot.all.remove(snapshot)


def test_a_database_from_before_makes_everything_anew() -> None:
    at = Generation.current()
    freshness._changes.catch_up(at)
    Synonym.objects.create(word="hit", means="physical abuse")
    assert still_true({"other"}, at, Generation.current())
    Generation.objects.update(number=at - 1)
    assert not still_true({"other"}, at, at - 1)
    assert not still_true({"other"}, at - 2, at - 1), "nothing is known of what was before"


def test_pages_that_are_made_at_once_note_their_own_only() -> None:
    found = {}

    def make(name: str) -> None:
        with noting() as noted:
            freshness.note(name)
            barrier.wait(5)
            found[name] = set(noted)

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=make, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"a": {"a"}, "b": {"b"}}


@pytest.mark.parametrize("fault", [InterfaceError, OperationalError])
def test_without_a_database_the_last_brand_stands_in_and_before_there_was_one_the_starters_number(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise fault("down")

    last = brand.current()
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)
    assert brand.current() is last
    freshness.forget()
    assert brand.current().national.display == "0808 2000 247"
