"""A confidential place cannot be kept, linked or opened, and leaves nothing behind when it turns."""

import base64
import gzip
import json
import threading
import zlib
from pathlib import Path

import brotli
import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from services_directory import cards
from services_directory.models import Entry, Location, SearchWord, Service, ServiceAtLocation
from services_directory.parts import parts
from tests import factories
from tests.running_site import Site
from tests.services_directory import scanning, turning
from tests.services_directory.turning import ADDRESS, POSTCODE, STREET

pytestmark = pytest.mark.django_db

ADDRESS_VALUES = {
    "address_1": "'1 High Street'",
    "address_2": "'Top floor'",
    "city": "'Rotherham'",
    "postal_code": "'ZQ9 7QX'",
    "map_url": "'https://maps.example.org/'",
    "latitude": "53.4",
    "longitude": "-1.3",
}


def raw(statement: str, *values: object) -> None:
    """As anybody with the database's password would write it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def public_place(**fields: object) -> Location:
    return Location.objects.create(
        **{"name": "Front office", "disclosure": "public", "address_1": "1 High Street", **fields}
    )


def hidden_place() -> Location:
    return Location.objects.create(name="House")


def link(service: Service, place: Location) -> None:
    raw(
        "INSERT INTO services_directory_serviceatlocation (service_id, location_id) VALUES (%s, %s)",
        service.pk,
        place.pk,
    )


# --- the database refuses -----------------------------------------------------------------------


@pytest.mark.parametrize("column", ADDRESS_VALUES)
@pytest.mark.parametrize("kind", ["disclosure = 'confidential'", "location_type = 'virtual'"])
def test_no_address_on_a_place_that_is_not_public(column: str, kind: str) -> None:
    place = public_place(address_1="")
    raw(f"UPDATE services_directory_location SET {column} = {ADDRESS_VALUES[column]} WHERE id = %s", place.pk)
    with pytest.raises(IntegrityError):
        raw(f"UPDATE services_directory_location SET {kind} WHERE id = %s", place.pk)
    with pytest.raises(IntegrityError):
        raw(
            f"UPDATE services_directory_location SET {kind}, {column} = {ADDRESS_VALUES[column]} "
            "WHERE id = %s",
            place.pk,
        )


@pytest.mark.parametrize("confidential", [True, None])
def test_a_confidential_service_is_not_linked_to_a_public_place(confidential: bool | None) -> None:
    service = factories.service(location_confidential=confidential)
    with pytest.raises(IntegrityError):
        link(service, public_place())
    link(service, hidden_place())
    with pytest.raises(IntegrityError):
        raw("UPDATE services_directory_serviceatlocation SET location_id = %s", public_place().pk)


def test_an_open_service_is_linked_to_a_public_place() -> None:
    link(factories.service(location_confidential=False), public_place())


@pytest.mark.parametrize("value", [True, None])
def test_a_linked_service_does_not_turn_confidential_behind_our_back(value: bool | None) -> None:
    service = factories.service(location_confidential=False)
    link(service, public_place())
    with pytest.raises(IntegrityError):
        raw(
            "UPDATE services_directory_service SET location_confidential = %s WHERE id = %s",
            value,
            service.pk,
        )


@pytest.mark.parametrize("confidential", [True, None])
def test_a_place_that_a_confidential_service_uses_is_not_opened(confidential: bool | None) -> None:
    service = factories.service(location_confidential=confidential)
    place, online = hidden_place(), public_place(location_type="virtual", address_1="")
    link(service, place)
    link(service, online)
    with pytest.raises(IntegrityError):
        raw("UPDATE services_directory_location SET disclosure = 'public' WHERE id = %s", place.pk)
    with pytest.raises(IntegrityError):
        raw("UPDATE services_directory_location SET location_type = 'physical' WHERE id = %s", online.pk)


@pytest.mark.django_db(transaction=True)
def test_two_halves_at_once_wait_for_each_other() -> None:
    """PostgreSQL: one session links while another turns the service; one of them must be refused."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one session write at a time")
    service, place = factories.service(location_confidential=False), public_place()
    refused = []

    def turn() -> None:
        try:
            raw(
                "UPDATE services_directory_service SET location_confidential = true WHERE id = %s", service.pk
            )
        except IntegrityError:
            refused.append("turn")
        finally:
            connection.close()

    other = threading.Thread(target=turn)
    with transaction.atomic():
        ServiceAtLocation.objects.create(service=service, location=place)
        other.start()
        other.join(1)
        assert other.is_alive(), "the other session did not wait"
    other.join(20)
    assert refused == ["turn"]


# --- the words of a confidential service --------------------------------------------------------


@pytest.mark.parametrize("field", ["name", "alternate_name", "description", "what_happens", "webchat_hours"])
@pytest.mark.parametrize("written", ["ZQ9 7QX", "zq97qx", "S60 2AE"])
def test_no_postcode_in_the_words_of_a_confidential_service(field: str, written: str) -> None:
    service = factories.service(location_confidential=None)
    setattr(service, field, f"Come to {written}.")
    with pytest.raises(ValidationError) as refused:
        service.full_clean(exclude=["latest_revision"])
    assert field in refused.value.message_dict
    service.location_confidential = False
    service.full_clean(exclude=["latest_revision"])


def test_the_public_copy_shows_a_place_only_when_both_sides_say_so() -> None:
    service = factories.service(location_confidential=False)
    service.service_at_locations = [ServiceAtLocation(location=public_place())]
    service.save()
    assert Entry.objects.get(pk=service.pk).card["place"] == ["1 High Street"]
    service.location_confidential = None  # in memory only: nothing was saved, and still nothing is shown
    assert cards.compose(service)["place"] is None


# --- the scanner proves itself ------------------------------------------------------------------

WRAPPINGS = {
    "plain": lambda text: text,
    "no space": lambda text: text.replace(" ", "").lower(),
    "bytes": lambda text: text.encode(),
    "json escapes": lambda text: json.dumps({"a": "".join(f"\\u{ord(c):04x}" for c in text)}).replace(
        "\\\\", "\\"
    ),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "brotli": lambda text: brotli.compress(text.encode() * 3),
    "base64 of zlib": lambda text: b"x:" + base64.b64encode(zlib.compress(text.encode())) + b":y",
    "url-safe base64": lambda text: base64.urlsafe_b64encode(b"\xff\xfe" + text.encode()).rstrip(b"="),
    "percent": lambda text: text.replace(" ", "%20"),
    "utf-16": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_scanner_finds_what_was_planted(wrapping: str) -> None:
    assert scanning.holds(WRAPPINGS[wrapping](f"at {POSTCODE} here"), POSTCODE)
    assert not scanning.holds(WRAPPINGS[wrapping]("at AB1 2CD here"), POSTCODE)


EXPECTED_PLACES = {
    "services_directory_location.postal_code",
    "services_directory_location.map_url",
    "services_directory_location.name",
    "services_directory_service.description",
    "services_directory_service.alternate_name",
    "services_directory_service.source_record",
    "services_directory_entry.card",
    "services_directory_report.text",
    "wagtailcore_revision.content",
    "wagtailcore_modellogentry.data",
    "wagtailcore_modellogentry.label",
}


def test_the_scanner_finds_the_place_in_every_record_before_it_turns() -> None:
    turning.plant()
    assert set(scanning.found_in_database(POSTCODE)) >= EXPECTED_PLACES
    assert {"zq9", "7qx"} <= scanning.indexed_terms()


# --- turning ------------------------------------------------------------------------------------


def test_nothing_in_the_database_remembers_the_place() -> None:
    service = turning.plant()
    turning.turn(service)
    assert scanning.found_in_database(POSTCODE) == []
    assert scanning.found_in_database(ADDRESS) == []
    assert scanning.found_in_database(STREET) == []
    assert not {"zq9", "7qx", STREET.lower()} & scanning.indexed_terms()
    place = Location.objects.get()
    assert (place.disclosure, place.latitude) == ("confidential", None)
    assert service.revisions.count() == 1, "the history's dates and authors stay"
    assert not SearchWord.objects.filter(word=STREET.lower()).exists()


def test_the_service_itself_stays_to_be_found() -> None:
    service = turning.plant()
    turning.turn(service)
    entry = Entry.objects.get(pk=service.pk)
    assert entry.name == "Open house" and "Ring first" in entry.body
    assert SearchWord.objects.filter(word="ring").exists()


def test_a_place_that_an_open_service_still_uses_keeps_its_address() -> None:
    service = turning.plant()
    other = factories.service("Advice desk", location_confidential=False)
    other.service_at_locations = [ServiceAtLocation(location=Location.objects.get())]
    other.save()
    turning.turn(service)
    assert Location.objects.get().postal_code == POSTCODE
    assert not service.service_at_locations.exists()
    assert Entry.objects.get(pk=other.pk).card["place"]


def test_an_unknown_place_is_forgotten_like_a_confidential_one() -> None:
    service = turning.plant()
    service.refresh_from_db()
    service.location_confidential = None
    service.alternate_name, service.description = "", "Ring first."
    service.save()
    assert scanning.found_in_database(POSTCODE) == []


def test_a_draft_that_says_confidential_forgets_nothing_yet() -> None:
    """Drafts save themselves while somebody types: a slip must not cost a place its address."""
    service = turning.plant()
    service.location_confidential = True
    service.service_at_locations = []
    service.alternate_name, service.description = "", "Ring first."
    service.save_revision()
    assert Location.objects.get().postal_code == POSTCODE
    assert Service.objects.get().location_confidential is False


def test_publishing_that_draft_forgets_everything() -> None:
    service = turning.plant()
    service.location_confidential = True
    service.alternate_name, service.description = "", "Ring first."
    service.save_revision().publish()
    assert Service.objects.get().location_confidential is True
    assert scanning.found_in_database(POSTCODE) == []


def test_kept_pages_go(client: Client, django_capture_on_commit_callbacks) -> None:
    service = turning.plant()
    page = client.get(f"/s/{service.pk}/")
    assert POSTCODE in page.content.decode()
    kept = caches["pages"]._cache
    assert any(scanning.holds(value, POSTCODE) for value in kept.values())
    assert scanning.holds(str(parts.kept), POSTCODE)
    with django_capture_on_commit_callbacks(execute=True):
        turning.turn(service)
    assert not kept and not parts.kept
    assert POSTCODE not in client.get(f"/s/{service.pk}/").content.decode()
    assert not any(scanning.holds(value, POSTCODE) for value in kept.values())


def test_the_bytes_of_the_database_files_forget_it(tmp_path: Path) -> None:
    """SQLite: freed pages and the write-ahead log included."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL forgets when it vacuums")
    site = Site(tmp_path)
    site.run("manage.py", "migrate", "--verbosity=0")
    site.run("-m", "tests.services_directory.turning", "plant")
    assert POSTCODE.encode() in everything_in(tmp_path)
    site.run("-m", "tests.services_directory.turning", "turn")
    left = everything_in(tmp_path).lower()
    for mark in (POSTCODE, POSTCODE.replace(" ", ""), STREET):
        assert mark.lower().encode() not in left, f"{mark} is still in the files"


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("site.sqlite3*")))
