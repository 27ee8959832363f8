"""Each way in which an address is typed is sealed, and each way in which it is written is found."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from home import roles
from services_directory import place_marks, place_readings
from services_directory.models import Location, PlaceMark, ServiceAtLocation
from tests import factories
from tests.services_directory.editors import in_role

SAID = "17 Quillwarbler Lane"


def found(sealed: set[tuple[str, str, int]], text: str) -> bool:
    plain = {(kind, words) for kind, words, _length in sealed}
    return bool(
        plain & place_marks.said_in(list(place_readings.readings(text)), place_marks.lengths_of(sealed))
    )


@pytest.mark.parametrize(
    ("typed", "phrases", "left_out"),
    [
        ("17 Quillwarbler Lane", ["quillwarbler lane"], 0),
        ("Flat 2, 17 Quillwarbler Lane", ["quillwarbler lane"], 0),
        ("Flat 2 17 Quillwarbler Ln", ["quillwarbler lane"], 0),
        ("Flat B, 17-19a Quillwarbler Lane", ["quillwarbler lane"], 0),
        ("Rose House, 17 Quillwarbler Lane, Maltby, Rotherham", ["rose house", "quillwarbler lane"], 2),
        ("The Old Vicarage 17 Quillwarbler Lane", ["the old vicarage", "quillwarbler lane"], 0),
        ("17 Quillwarbler Lane Rotherham", ["quillwarbler lane"], 0),
        ("Quillwarbler Road East", ["quillwarbler road"], 0),
        ("2nd Floor, Wellgate, Rotherham", ["wellgate"], 1),
        ("12 Wellgate Rotherham", ["wellgate"], 0),
        ("17Quillwarbler Lane", ["quillwarbler lane"], 0),
        ("1st Avenue", ["1st avenue"], 0),
        ("The Row", ["the row"], 0),
        ("Flat 2", [], 0),
        ("Ground floor", [], 0),
        ("Rotherham", [], 0),
    ],
)
def test_of_a_line_everything_is_sealed_but_numbers_and_the_town(
    typed: str, phrases: list[str], left_out: int
) -> None:
    assert place_readings.typed_phrases(typed, {"Rotherham"}) == (phrases, left_out)


@pytest.mark.parametrize(
    ("sealed", "said"),
    [
        ("St John's Road", "Saint Johns Rd"), ("Saint Ann's Road", "St. Anns Rd"),
        ("St Ann's Street", "Saint Ann’s St"),
        ("Quillwarbler Lane", "#QuillwarblerLane"), ("Quillwarbler Lane", "quillwarblerlane.example.org"),
        ("Old Quill Lane", "oldquillln"), ("North Quill Road", "N Quill Rd"),
        ("Mount Quill Road", "Mt Quill Rd"),
        ("Quill Street", "Quill Str."), ("Quill Avenue", "Quill Aven"), ("Quill Road", "Quіll R0ad"),
        ("Quill Croft", "Quill<br>Croft"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_street_is_found_in_each_way_of_writing_it(sealed: str, said: str) -> None:
    typed = place_marks.typed([], [f"4 {sealed}"])
    assert found(typed, f"Come to {said} today")
    assert not found(typed, "Ring the team. People of St Mary's Church meet in the north of Quill town.")


@pytest.mark.parametrize(
    "said",
    ["S65 IAA", "S65 lAA", "S65 1АА", "Ѕ65 1AA", "S65%25201AA", "S65&amp;nbsp;1AA", "S65<br/>1AA",
     "S65 (1AA)", "𝐒𝟔𝟓 𝟏𝐀𝐀", "https://maps.example.org/?q=S65%2B1AA"],
)  # fmt: skip
@pytest.mark.django_db
def test_a_postcode_is_found_in_letters_that_only_look_like_it(said: str) -> None:
    assert found(place_marks.typed(["S65 1AA"], []), f"Come to {said} today")


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["is ill like", "S65 1AB", "some silly sailor all alone", "Open so long"])
def test_plain_words_are_no_postcode_of_look_alikes(said: str) -> None:
    assert not found(place_marks.typed(["S1 1LL", "SO1 0OA", "S65 1AA"], []), said)


@pytest.mark.django_db
def test_what_was_sealed_as_it_was_spelled_before_is_still_found() -> None:
    service = factories.service("House", location_confidential=True)
    for plain in ("saint johns road", "street anns road", "quill str"):
        PlaceMark.objects.create(
            service=service,
            record=service.pk,
            kind="street",
            length=len(plain.split()),
            digest=place_marks.seal("street", plain),
            key_mark=place_marks.key_mark(),
        )
    for said in ("Saint Johns Rd", "St Ann's Road", "Quill Str"):
        assert place_marks.holders([said]), said


# --- turning, and the editor's screen -----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    ["Flat 2 17 Quillwarbler Lane", "Quillwarbler Croft", "Quillwarbler Parade", "Quillwarblergate",
     "Quillwarbler Road East", "Quillwarbler Cottages", "Unit 4 Quillwarbler Park"],
)  # fmt: skip
def test_a_place_that_turns_confidential_seals_every_line_but_the_town(line: str) -> None:
    place = Location.objects.create(
        name="House", disclosure="public", address_1=line, address_2="Rotherham", city="Rotherham"
    )
    service = factories.service("Open house", location_confidential=False)
    service.service_at_locations = [ServiceAtLocation(location=place)]
    service.save()
    service.refresh_from_db()
    service.location_confidential = True
    service.save()
    assert place_marks.holders([f"Come to {line.removeprefix('Flat 2 ')}."])
    assert not place_marks.holders(["Help in Rotherham"])


@pytest.fixture
def root(client: Client) -> Any:
    user = get_user_model().objects.create_superuser(username="root", password=None)
    client.force_login(user)
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Rose House, 17 Quillwarbler Lane", "It is looked for by 2 phrases."),
        ("17 Quillwarbler Lane, Rotherham", "The last part of the line was taken for a town"),
    ],
)
def test_the_screen_says_how_much_was_sealed_and_not_what(
    client: Client, root: Any, typed: str, words: str
) -> None:
    service = factories.service("House", location_confidential=True)
    answer = client.post(reverse("secret_place", args=[service.pk]), {"street": typed}, follow=True)
    assert words in answer.content.decode() and "Quillwarbler" not in answer.content.decode()
    assert place_marks.holders([SAID]) and not place_marks.holders(["Rotherham"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "why"),
    [("Flat 2", "Nothing here can be looked for"), ("Quill Road 17 Maltby", "A number stands in the middle")],
)
def test_what_cannot_be_sealed_is_refused_and_never_said_to_be_sealed(
    client: Client, root: Any, typed: str, why: str
) -> None:
    service = factories.service("House", location_confidential=True)
    answer = client.post(reverse("secret_place", args=[service.pk]), {"street": typed})
    text = answer.content.decode()
    assert why in text and "Sealed. Nothing" not in text and not PlaceMark.objects.exists()


# --- the map, and records that go -----------------------------------------------------------------------

MAP = "https://maps.app.goo.gl/Qu1llW4rbler"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "tells"),
    [
        (f'<a href="{MAP}?g_st=ic">map</a>', True), ("maps.app.goo.gl/Qu1llW4rbler.", True),
        ("53.430123, -1.350456", True), ("!3d53.4301!4d-1.3504", True), ("(-1.350,53.430)", True),
        ("lat=53.43012&amp;longitude=-1.3505", True), ("53.4302, -1.3506", False),
        ("53.999123, -1.350456", False),
        ("https://maps.app.goo.gl/Other", False), ("see maps.app.goo.gl", False),
    ],
)  # fmt: skip
def test_a_place_that_turns_confidential_seals_its_map(said: str, tells: bool) -> None:
    place = Location.objects.create(
        name="House", disclosure="public", latitude="53.430123", longitude="-1.350456", map_url=MAP
    )
    service = factories.service("Open house", location_confidential=False)
    service.service_at_locations = [ServiceAtLocation(location=place)]
    service.save()
    service.refresh_from_db()
    service.location_confidential = True
    service.save()
    assert bool(place_marks.holders([f"Come: {said}"])) is tells


@pytest.mark.django_db
@pytest.mark.parametrize("by_queryset", [False, True])
def test_seals_outlive_the_record_and_can_be_forgotten_by_who_may(
    client: Client, root: Any, by_queryset: bool
) -> None:
    service = factories.service("House", location_confidential=True)
    place_marks.remember(service, streets=[SAID])
    record = service.pk
    (type(service).objects.filter(pk=record) if by_queryset else service).delete()
    assert place_marks.holders([SAID]), "the house still stands"
    address = reverse("left_seals")
    assert f"Record {record}: 1 sealed." in client.get(address).content.decode()
    assert address in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(in_role(roles.AUTHORS))
    client.post(address, {"forget": record})
    assert PlaceMark.objects.exists()
    client.force_login(root)
    client.post(address, {"forget": record})
    assert not PlaceMark.objects.exists()


@pytest.mark.django_db
def test_a_place_that_might_be_shown_stops_nothing_after_its_record() -> None:
    service = factories.service("House", location_confidential=True)
    place_marks.remember(service, streets=[SAID])
    type(service).objects.update(location_confidential=False)
    type(service).objects.all().delete()
    assert not PlaceMark.objects.exists()
