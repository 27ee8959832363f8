"""Confidential postcodes and streets, kept as seals, and whether a text holds one of them.

How they are read stands in place_readings.py. A house number alone says nothing and is left out.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from services_directory.map_points import as_link, links_in, of_point, points_in
from services_directory.models.getting_in_touch import ServiceArea
from services_directory.models.location import Location
from services_directory.models.place_mark import PlaceMark
from services_directory.place_readings import (
    WRITTEN,
    as_postcode,
    parts_of,
    phrases_in,
    postcodes_in,
    readings,
    typed_phrases,
    without_towns,
)

Found = tuple[str, str, int]  # kind, what is sealed, its length (PlaceMark)


def remember(service, *, postcodes: Iterable[str] = (), streets: Iterable[str] = ()) -> int:
    """Seal these for `service`, and look at what is published; how many were new. What is no postcode or
    street is passed over."""
    new = _keep(service, typed(postcodes, streets))
    if new:
        look_again()
    return new


def look_again() -> None:
    """Tell whoever keeps published words that something is secret now (settings.PLACE_SEALED)."""
    for dotted in settings.PLACE_SEALED:
        import_string(dotted)()


def _keep(service, found: Iterable[Found]) -> int:
    new = 0
    for kind, plain, length in found:
        _mark, made = PlaceMark.objects.get_or_create(
            service=service,
            digest=seal(kind, plain),
            defaults={"record": service.pk, "kind": kind, "length": length, "key_mark": key_mark()},
        )
        new += made
    return new


def typed(postcodes: Iterable[str], streets: Iterable[str]) -> set[Found]:
    """What is sealed of what somebody types."""
    streets, known = list(streets), towns()
    phrases = [phrase for line in streets for phrase in typed_phrases(line, known)[0]]
    return sealable([*postcodes, *written_in(streets)], phrases)


def addresses_of(places: Iterable[Location]) -> set[Found]:
    """What is sealed of `places`: every line of their addresses but the town, and the map."""
    found: set[Found] = set()
    known = towns()
    for place in places:
        lines = [place.address_1, place.address_2]
        parts = [part for line in lines for part in parts_of(line)]
        phrases = without_towns(parts, {*known, place.city})
        found |= sealable([place.postal_code, *written_in(lines)], phrases)
        if link := as_link(place.map_url):
            found.add((str(PlaceMark.Kind.LINK), link, 0))
        if place.latitude is not None and place.longitude is not None:
            points = of_point(Decimal(place.latitude), Decimal(place.longitude))
            found |= {(str(PlaceMark.Kind.POINT), point, 0) for point in points}
    return found


def sealable(postcodes: Iterable[str], phrases: Iterable[str]) -> set[Found]:
    codes = {code for text in postcodes if (code := as_postcode(text))}
    return {(str(PlaceMark.Kind.POSTCODE), code, len(code)) for code in codes} | {
        (str(PlaceMark.Kind.STREET), phrase, len(phrase.split())) for phrase in phrases
    }


def written_in(lines: Iterable[str]) -> list[str]:
    """Postcodes that stand in the line of a street."""
    return [code for line in lines for code in WRITTEN.findall(line)]


def towns() -> set[str]:
    """The towns and areas that the directory names everywhere: sealing one would stop half of all pages."""
    return {
        *Location.objects.values_list("city", flat=True),
        *ServiceArea.objects.values_list("name", flat=True),
    }


def remember_places(service, places: Iterable[Location]) -> None:
    """Seal the addresses of `places` before they are forgotten. Whoever calls this looks again when the
    service is confidential in the database, too: until then its marks stop nothing."""
    _keep(service, addresses_of(places))


def names_one_of(places: Iterable[Location]) -> Callable[[str], bool]:
    """What says whether a text says the postcode or street of one of `places`, before anything is sealed."""
    found = addresses_of(places)
    sought, lengths = {(kind, plain) for kind, plain, _length in found}, lengths_of(found)
    return lambda text: bool(sought & said_in(list(readings(text)), lengths))


def lengths_of(found: Iterable[Found]) -> set[int]:
    return {length for kind, _plain, length in found if kind == PlaceMark.Kind.STREET}


def said_in(forms: Collection[str], lengths: Collection[int]) -> set[tuple[str, str]]:
    """Everything in a text's readings that could be sealed, as (kind, plain)."""
    said = {
        PlaceMark.Kind.POSTCODE: postcodes_in(forms),
        PlaceMark.Kind.STREET: phrases_in(forms, lengths),
        PlaceMark.Kind.LINK: links_in(forms),
        PlaceMark.Kind.POINT: points_in(forms),
    }
    return {(str(kind), plain) for kind, found in said.items() for plain in found}


def holders(texts: Iterable[str], marks: Collection[PlaceMark] | None = None) -> list[PlaceMark]:
    """The marks (all, or these) of confidential services that stand in `texts`, with their services."""
    marks = list(active()) if marks is None else marks
    if not marks:
        return []
    forms = [form for text in texts for form in readings(text)]
    sought = {mark.digest for mark in marks}
    lengths = lengths_of((mark.kind, "", mark.length) for mark in marks)
    here = {seal(kind, plain) for kind, plain in said_in(forms, lengths)} & sought
    return [mark for mark in marks if mark.digest in here]


def active() -> QuerySet[PlaceMark]:
    """Marks of services whose place is confidential or not known, and of those that were deleted so."""
    return PlaceMark.objects.exclude(service__location_confidential=False).select_related("service")


def seal(kind: str, plain: str) -> str:
    return hmac.new(_key(_secret()), f"{kind}:{plain}".encode(), hashlib.sha256).hexdigest()


def key_mark() -> str:
    """A few letters that tell one key from another and nothing about it."""
    return hmac.new(_key(_secret()), b"which key", hashlib.sha256).hexdigest()[:8]


def under_another_key() -> int:
    """How many marks can no longer be compared: their places must be entered again."""
    return PlaceMark.objects.exclude(key_mark=key_mark()).count()


def _secret() -> str:
    return settings.PLACE_MARK_KEY or settings.SECRET_KEY


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"place marks: {secret}".encode()).digest()
