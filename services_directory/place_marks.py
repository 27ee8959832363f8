"""Confidential postcodes and streets, kept as seals, and whether a text holds one of them.

A postcode is found in any case and spacing, inside links and split by markup; a street with its
usual short forms (Rd, St.). A house number alone says nothing and is left out.
"""

import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from django.conf import settings
from django.db.models import QuerySet

from services_directory.models.location import Location
from services_directory.models.place_mark import PlaceMark

SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
POSTCODE_LENGTHS = (5, 6, 7)
TAG = re.compile(r"<[^>]*>")
WORDS = re.compile(r"[a-z0-9]+")
SHORT_FORMS = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive",
    "cl": "close", "ct": "court", "cres": "crescent", "pl": "place", "sq": "square", "gdns": "gardens",
    "ter": "terrace", "terr": "terrace", "gr": "grove", "pk": "park", "hts": "heights", "wy": "way",
}  # fmt: skip
STREET_ENDS = {*SHORT_FORMS.values(), "hill", "row", "view", "walk", "mews", "green", "rise", "gate", "yard"}


def remember(service, *, postcodes: Iterable[str] = (), streets: Iterable[str] = ()) -> int:
    """Seal these for `service`; how many were new. What is no postcode or street is passed over."""
    found = [(PlaceMark.Kind.POSTCODE, code, len(code)) for text in postcodes if (code := as_postcode(text))]
    for text in streets:
        if words := as_street(text):
            found.append((PlaceMark.Kind.STREET, " ".join(words), len(words)))
    new = 0
    for kind, plain, length in found:
        _mark, made = PlaceMark.objects.get_or_create(
            service=service,
            digest=seal(kind, plain),
            defaults={"kind": kind, "length": length, "key_mark": key_mark()},
        )
        new += made
    return new


def remember_places(service, places: Iterable[Location]) -> None:
    """Seal the addresses of `places` before they are forgotten."""
    for place in places:
        lines = ",".join((place.address_1, place.address_2)).split(",")
        remember(service, postcodes=[place.postal_code], streets=[line for line in lines if is_telling(line)])


def is_telling(line: str) -> bool:
    """Whether a line of an address names a street or a house: a district or a town gives nothing away."""
    words = as_street(line)
    return bool(words) and (words[-1] in STREET_ENDS or line.strip()[:1].isdigit())


def holders(texts: Iterable[str]) -> list[PlaceMark]:
    """The marks of confidential services that stand in `texts`, with their services."""
    marks = list(active())
    if not marks:
        return []
    forms = [form for text in texts for form in readings(text)]
    sought = {mark.digest for mark in marks}
    lengths = {mark.length for mark in marks if mark.kind == PlaceMark.Kind.STREET}
    here = {seal(PlaceMark.Kind.POSTCODE, code) for code in postcodes_in(forms)} & sought
    here |= {seal(PlaceMark.Kind.STREET, words) for words in phrases_in(forms, lengths)} & sought
    return [mark for mark in marks if mark.digest in here]


def active() -> QuerySet[PlaceMark]:
    """Marks of services whose place is confidential or not known."""
    return PlaceMark.objects.exclude(service__location_confidential=False).select_related("service")


def readings(text: str) -> Iterator[str]:
    """The text as it stands, as it is read, and as an address in it is read."""
    plain = unicodedata.normalize("NFKC", text)
    yield plain
    if "<" in plain or "&" in plain:
        yield html.unescape(TAG.sub("", plain))
        yield html.unescape(TAG.sub(" ", plain))
    if "%" in plain or "+" in plain:
        yield unquote(plain.replace("+", " "))


def postcodes_in(forms: Iterable[str]) -> set[str]:
    """Everything with the shape of a postcode, whatever stands between its letters."""
    letters = "".join(
        c for c in unicodedata.normalize("NFKC", "".join(forms)).upper() if c.isascii() and c.isalnum()
    )
    return {
        letters[at : at + length]
        for length in POSTCODE_LENGTHS
        for at in range(len(letters) - length + 1)
        if SHAPE.fullmatch(letters, at, at + length)
    }


def phrases_in(forms: Iterable[str], lengths: Iterable[int]) -> set[str]:
    """Every run of words of these lengths."""
    words = street_words(" ".join(forms))
    return {" ".join(words[at : at + length]) for length in lengths for at in range(len(words) - length + 1)}


def as_postcode(text: str) -> str:
    """`s65 1aa` → S651AA; empty for anything else."""
    code = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    return code if SHAPE.fullmatch(code) else ""


def as_street(text: str) -> list[str]:
    """`17 Invented Rd.` → invented road; empty for what is too short to look for."""
    words = street_words(text)
    while words and any(c.isdigit() for c in words[0]):
        words.pop(0)
    return words if len("".join(words)) >= 5 else []


def street_words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = WORDS.findall(bare.lower().replace("'", "").replace("’", ""))
    return [SHORT_FORMS.get(word, word) for word in words]


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
