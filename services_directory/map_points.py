"""Points on a map as a text says them: links to maps, pairs of coordinates, plus codes, three words."""

import itertools
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

HOSTS = re.compile(
    r"(?:maps\.app\.goo\.gl|goo\.gl/maps|maps?\.google\.|google\.[a-z.]{2,6}/maps|openstreetmap\.org|osm\.org"
    r"|bing\.com/maps|maps\.apple\.com|what3words\.com|w3w\.co|streetmap\.co\.uk|waze\.com|citymapper\.com"
    r"|wego\.here\.com|share\.here\.com|plus\.codes|gridreferencefinder\.com|os\.uk/maps"
    r"|explore\.osmaps\.com)",
    re.IGNORECASE,
)
# Open Location Code: no vowels, so that no word is one; with a digit, so that no initials are.
PLUS_CODE = re.compile(
    r"(?<![\w+])(?=[A-Z]*\d)[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?!\w)", re.I
)
THREE_WORDS = re.compile(r"(?<![:/\w])///\s?[^\W\d_]+(?:\.[^\W\d_]+){2}")
NUMBER = re.compile(r"(?<![\d.])\d{1,3}\.\d{3,}(?![\d.]*\.\d)")
GAP = 24  # letters between the two numbers of one pair, as in "&amp;longitude="
TOKEN = re.compile(r"""[^\s"'<>()]+""")
LEVELS = (4, 3)  # decimals: ten metres, a hundred
GREAT_BRITAIN = (Decimal("49.8"), Decimal("60.9")), (Decimal("-8.7"), Decimal("1.8"))


def says_a_point(text: str) -> bool:
    """Whether `text` leads anybody to a spot in Great Britain, whosever it is."""
    return any(kind.search(text) for kind in (HOSTS, PLUS_CODE, THREE_WORDS)) or any(
        is_here(*way) for pair in pairs_in(text) for way in (pair, pair[::-1])
    )


def is_here(latitude: Decimal, longitude: Decimal) -> bool:
    (south, north), (west, east) = GREAT_BRITAIN
    return south <= latitude <= north and (west <= longitude <= east or longitude <= -west)


def pairs_in(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Numbers with three decimals or more that stand together. Without a sign: west is written as W, too."""
    for one, other in itertools.pairwise(NUMBER.finditer(text)):
        if other.start() - one.end() <= GAP:
            yield Decimal(one[0]), Decimal(other[0])


def of_point(latitude: Decimal, longitude: Decimal) -> set[str]:
    """A point as it is sealed: cut off at 3 and at 4 decimals."""
    return {f"{cut(abs(latitude), level)} {cut(abs(longitude), level)}" for level in LEVELS}


def points_in(forms: Iterable[str]) -> set[str]:
    """Each pair in a text as a sealed point would stand: what was rounded up is one less."""
    found = set()
    for first, second in itertools.chain.from_iterable(pairs_in(form) for form in forms):
        level = min(max(LEVELS), decimals(first), decimals(second))
        step = Decimal(1).scaleb(-level)
        for one, other in ((first, second), (second, first)):
            ways = itertools.product(*({cut(n, level), cut(n, level) - step} for n in (one, other)))
            found |= {f"{latitude} {longitude}" for latitude, longitude in ways}
    return found


def decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def cut(number: Decimal, level: int) -> Decimal:
    step = Decimal(1).scaleb(-level)
    return number // step * step


def as_link(address: str) -> str:
    """An address as it is sealed; empty when it leads to a whole site and so nowhere."""
    bare = re.sub(r"^\w+://(?:www\.)?", "", address.strip(), flags=re.I).rstrip("/.,;!").casefold()
    return bare if re.search(r"[/?].", bare) else ""


def links_in(forms: Iterable[str]) -> set[str]:
    """Each link in a text, and each without what may hang on it (?, #)."""
    whole = {found for form in forms for found in TOKEN.findall(form) if "/" in found or "?" in found}
    parts = {part for link in whole for part in (link, link.split("#")[0], re.split("[?#]", link)[0])}
    return {link for part in parts if (link := as_link(part))}
