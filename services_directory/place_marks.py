"""Confidential postcodes and streets, kept as seals, and whether a text holds one of them.

A postcode is found in any case and spacing, inside links and split by markup; a street with its
usual short forms (Rd, St.). A house number alone says nothing and is left out.
"""

import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from services_directory.models.location import Location
from services_directory.models.place_mark import PlaceMark

# As people write a postcode: its two halves whole and anything but a comma between them, or a gap after each
# letter. Looser, "women 18 and over" would be one (EN1 8AN).
BETWEEN = r"[\s\-‐-―_.+/*·•]"
WRITTEN = re.compile(
    rf"(?<![A-Z0-9])(?:[A-Z]{{1,2}}\d[A-Z\d]?{BETWEEN}{{0,3}}\d[A-Z]{{2}}"
    rf"|[A-Z]{BETWEEN}(?:[A-Z]{BETWEEN})?\d{BETWEEN}(?:[A-Z\d]{BETWEEN})?\d{BETWEEN}[A-Z]{BETWEEN}[A-Z])"
    r"(?![A-Z0-9])",
    re.IGNORECASE,
)
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


Found = tuple[str, str, int]  # kind, what is sealed, its length (PlaceMark)


def remember(service, *, postcodes: Iterable[str] = (), streets: Iterable[str] = ()) -> int:
    """Seal these for `service`, and look at what is published; how many were new. What is no postcode or
    street is passed over."""
    new = _keep(service, postcodes, streets)
    if new:
        look_again()
    return new


def look_again() -> None:
    """Tell whoever keeps published words that something is secret now (settings.PLACE_SEALED)."""
    for dotted in settings.PLACE_SEALED:
        import_string(dotted)()


def _keep(service, postcodes: Iterable[str], streets: Iterable[str]) -> int:
    new = 0
    for kind, plain, length in sealable(postcodes, streets):
        _mark, made = PlaceMark.objects.get_or_create(
            service=service,
            digest=seal(kind, plain),
            defaults={"kind": kind, "length": length, "key_mark": key_mark()},
        )
        new += made
    return new


def sealable(postcodes: Iterable[str], streets: Iterable[str]) -> list[Found]:
    found: list[Found] = [
        (PlaceMark.Kind.POSTCODE, code, len(code)) for text in postcodes if (code := as_postcode(text))
    ]
    for text in streets:
        if words := as_street(text):
            found.append((PlaceMark.Kind.STREET, " ".join(words), len(words)))
    return found


def addresses_of(places: Iterable[Location]) -> tuple[list[str], list[str]]:
    """The postcodes of `places`, and the lines of their addresses that name a street or a house."""
    places = list(places)
    lines = [line for place in places for line in f"{place.address_1},{place.address_2}".split(",")]
    return [place.postal_code for place in places], [line for line in lines if is_telling(line)]


def remember_places(service, places: Iterable[Location]) -> None:
    """Seal the addresses of `places` before they are forgotten. Whoever calls this looks again when the
    service is confidential in the database, too: until then its marks stop nothing."""
    _keep(service, *addresses_of(places))


def names_a_place(text: str, places: Iterable[Location]) -> bool:
    """Whether `text` says the postcode or street of one of `places`, before anything is sealed."""
    forms = list(readings(text))
    found = sealable(*addresses_of(places))
    codes = {plain for kind, plain, _length in found if kind == PlaceMark.Kind.POSTCODE}
    streets = {plain: length for kind, plain, length in found if kind == PlaceMark.Kind.STREET}
    return bool(codes & postcodes_in(forms) or streets.keys() & phrases_in(forms, set(streets.values())))


def is_telling(line: str) -> bool:
    """Whether a line of an address names a street or a house: a district or a town gives nothing away."""
    words = as_street(line)
    return bool(words) and (words[-1] in STREET_ENDS or line.strip()[:1].isdigit())


def holds_postcode(text: str) -> bool:
    """Whether any postcode stands in `text`, in a link, split by markup or with gaps, whosever it is."""
    return any(WRITTEN.search(form) for form in readings(text))


def without_postcodes(text: str, instead: str) -> str:
    """`text` with `instead` for every postcode that is written in it as people write one."""
    return WRITTEN.sub(instead, text)


def holders(texts: Iterable[str], marks: Collection[PlaceMark] | None = None) -> list[PlaceMark]:
    """The marks (all, or these) of confidential services that stand in `texts`, with their services."""
    marks = list(active()) if marks is None else marks
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
    """The text as it stands, as it is read, and as an address in it is read; without what nobody sees."""
    plain = seen(text)
    yield plain
    if "<" in plain or "&" in plain:
        yield seen(html.unescape(TAG.sub("", plain)))
        yield seen(html.unescape(TAG.sub(" ", plain)))
    if "%" in plain or "+" in plain:
        yield seen(unquote(plain.replace("+", " ")))


def seen(text: str) -> str:
    """`text` in plain letters, and without those that have no width."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


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
