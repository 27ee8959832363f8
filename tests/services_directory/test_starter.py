"""The 63 services arrive without loss, and nothing is shown that the data does not hold."""

import json
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from services_directory import starter, vocabulary
from services_directory.models import Entry, Phone, Schedule, Service
from services_directory.search import stand_ins
from services_directory.selection import Selection

pytestmark = pytest.mark.django_db  # so that it runs before tests that empty the database

RECORDS = starter.read("services.json")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "services.json"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The starter directory, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        starter.load()
        yield
        transaction.set_rollback(True)


def test_the_fixture_is_the_shared_directory():
    if not SHARED.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the shared data folder is missing")
        pytest.skip("the shared data folder does not stand beside this checkout")
    assert json.loads(SHARED.read_text()) == RECORDS


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_every_record_arrives_whole(loaded, record):
    service = Service.objects.with_public_parts().get(code=record["id"])
    assert service.source_record == record
    assert service.assured_date is None, "nobody has checked it yet"
    assert {t.slug for t in service.audiences.all()} == set(record["audiences"])
    assert {t.slug for t in service.help_types.all()} == set(record["help_types"])
    assert {t.slug for t in service.referrers.all()} == set(record["who_can_refer"])
    assert service.location_confidential == record["location_confidential"]
    voices = [p for p in service.phones.all() if p.kind == Phone.Kind.VOICE]
    for phone, given in zip(voices, record["phones"], strict=False):
        assert (phone.number, phone.e164 or None) == (given["display"], given["e164"])
        assert (phone.free, phone.shows_on_bill) == (given["free"], given["shows_on_itemised_bill"])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_no_hour_number_or_language_that_the_record_does_not_hold(loaded, record):
    card = Entry.objects.get(service__code=record["id"]).card
    said = json.dumps(record)
    for line in [*card["phones"], *card["texts"]]:
        assert line["display"] in said
    for language in card["languages"]:
        assert language in record["languages"]
    known = {d for d in starter.DAYS if (record["opening_hours"] or {}).get(d)}
    assert set(card["week"]) == {starter.DAYS[day] for day in known}
    assert card["place"] is None
    shown = json.dumps(card)
    for secret in (record["check_before_launch"], record["location_note"], "memory only", "(2021)"):
        assert not secret or secret not in shown


def test_what_stands_in_for_men_is_for_men_before_it_is_for_anyone(loaded):
    words = vocabulary.vocabulary()
    chosen = Selection.from_querydict(QueryDict("w=3&h=12&l=3"), words)
    cards = stand_ins("", chosen, now=timezone.now()).cards
    for_men = ["men" in card["audience_slugs"] for card in cards]
    assert for_men[0] and for_men == sorted(for_men, reverse=True)


@pytest.mark.parametrize(
    ("hours", "row"),
    [
        (None, None),
        ("closed", Schedule(byday="MO")),
        ("00:00-24:00", ("00:00", "00:00")),
        ("09:30-20:00", ("09:30", "20:00")),
    ],
)
def test_hours_of_a_day(hours, row):
    found = starter.schedule_from("MO", hours)
    if row is None:
        assert found is None
    elif isinstance(row, Schedule):
        assert found.opens_at is None and found.closes_at is None
    else:
        assert (f"{found.opens_at:%H:%M}", f"{found.closes_at:%H:%M}") == row


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        (None, []),
        ("Multilingual staff", []),
        ("Advice line in many languages", []),
        ("English, Welsh and others", ["English", "Welsh"]),
        ("English; Welsh line 0808 164 0123", ["English", "Welsh"]),
        ("Kurdish, Arabic, Turkish, Farsi, Dari, Pashto, English",
         ["Kurdish", "Arabic", "Turkish", "Farsi", "Dari", "Pashto", "English"]),
    ],
)  # fmt: skip
def test_only_named_languages_count(words, languages):
    assert starter.languages_from(words) == languages


def test_loading_again_keeps_what_an_editor_changed(loaded):
    service = Service.objects.get(code="galop")
    service.description = "Changed by an editor."
    service.save()
    assert starter.load() == 0
    assert Service.objects.get(code="galop").description == "Changed by an editor."
    assert Entry.objects.get(service=service).card["description"] == "Changed by an editor."
