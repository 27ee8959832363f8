"""How a postcode or a street is read: in a text of any kind, and in the line of an address.

A postcode is found in any case and spacing, inside links, split by markup, and with letters that only look
like its own (O for 0, а Cyrillic А); a street with its usual short forms (Rd, St.) and as one word.
"""

import html
import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import unquote

# As people write a postcode: its two halves whole and anything but a comma between them, or a gap after each
# letter. Looser, "women 18 and over" would be one (EN1 8AN).
BETWEEN = r"[\s\-‐-―_.+/*·•]"
WRITTEN = re.compile(
    rf"(?<![A-Z0-9])(?:[A-Z]{{1,2}}\d[A-Z\d]?{BETWEEN}{{0,3}}\d[A-Z]{{2}}"
    rf"|[A-Z]{BETWEEN}(?:[A-Z]{BETWEEN})?\d{BETWEEN}(?:[A-Z\d]{BETWEEN})?\d{BETWEEN}[A-Z]{BETWEEN}[A-Z])"
    r"(?![A-Z0-9])",
    re.IGNORECASE,
)
LAYOUTS = ("A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA")  # of a postcode's letters and digits
READ_AS = {
    "A": {**{c: c for c in "ABCDEFGHJKMNOPQRSTUVWXYZ"}, "0": "O", "1": "IL", "I": "IL", "L": "IL"},
    "9": {**{c: c for c in "0123456789"}, "O": "0", "I": "1", "L": "1"},
}
WINDOWS = {
    layout: re.compile("(?=(" + "".join(f"[{''.join(READ_AS[kind])}]" for kind in layout) + "))")
    for layout in LAYOUTS
}
SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι",
    "ABESIJKMHOPCTYXabesijkmhopctyxdqwABEZHIKMNOPTYXoi",
)
TAG = re.compile(r"<[^>]*>")
WORDS = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile("['’‘ʼ´`]")
IN_CAMELS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Za-z]{3})")  # QuillLane, 17Quill
SHORT_FORMS = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive",
    "cl": "close", "ct": "court", "cres": "crescent", "pl": "place", "sq": "square", "gdns": "gardens",
    "ter": "terrace", "terr": "terrace", "gr": "grove", "pk": "park", "hts": "heights", "wy": "way",
}  # fmt: skip
# What else is the same word. "St" may be a saint or a street, so both are read as one.
SAME = {
    "saint": "street", "str": "street", "aven": "avenue",
    "n": "north", "s": "south", "e": "east", "w": "west", "mt": "mount",
    "grn": "green", "bldgs": "buildings", "hse": "house", "cotts": "cottages",
}  # fmt: skip
STREET_ENDS = {*SHORT_FORMS.values(), "hill", "row", "view", "walk", "mews", "green", "rise", "gate", "yard"}
HOUSES = {
    "house", "cottage", "cottages", "building", "buildings", "villa", "villas", "lodge", "farm", "hall",
    "croft", "fold", "parade", "broadway", "mount", "bank", "wharf", "mill", "chambers", "tower", "centre",
    "works",
}  # fmt: skip
ONE_WORD = ("gate", "croft", "wharf", "fold")  # Wellgate
# Alone, or among each other, these say nothing of where a house is.
SAYS_NOTHING = {
    "the", "a", "of", "at", "c", "o", "care", "ground", "first", "second", "third", "top", "upper", "lower",
    "basement", "front", "rear", "back", "left", "right", "floor", "flat", "unit", "room", "suite", "office",
    "offices", "reception", "apartment", "studio", "house", "building", "buildings", "centre", "community",
    "town", "po", "box",
}  # fmt: skip
UNITS = {"flat", "unit", "room", "suite", "apartment", "apt", "studio", "floor"}
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
SHORTEST = 5  # letters of a phrase; shorter ones stand in too many texts


def readings(text: str) -> Iterator[str]:
    """The text as it stands, as it is read, and as an address in it is read; without what nobody sees."""
    plain = seen(text)
    yield plain
    if "<" in plain or "&" in plain:
        yield from (seen(unescaped(plain, instead)) for instead in ("", " "))
        yield seen(html.unescape(plain))  # with the links inside its tags
    if "%" in plain or "+" in plain:
        yield seen(unquoted(plain.replace("+", " ")))


def unescaped(text: str, instead: str) -> str:
    """Without its tags, and without its entities, however often they were wrapped."""
    return html.unescape(html.unescape(TAG.sub(instead, text)))


def unquoted(text: str) -> str:
    """`%2520` is a gap that was wrapped twice."""
    for _time in range(3):
        text = unquote(text)
    return text


def seen(text: str) -> str:
    """`text` in plain letters, and without those that have no width."""
    if text.isascii():
        return text
    wide = unicodedata.normalize("NFKC", text)
    return "".join(c for c in wide if unicodedata.category(c) != "Cf").translate(LOOK_ALIKES)


def holds_postcode(text: str) -> bool:
    """Whether any postcode stands in `text`, in a link, split by markup or with gaps, whosever it is."""
    return any(WRITTEN.search(form) for form in readings(text))


def without_postcodes(text: str, instead: str) -> str:
    """`text` with `instead` for every postcode that is written in it as people write one."""
    return WRITTEN.sub(instead, text)


def letters(text: str) -> str:
    return "".join(c for c in seen(text).upper() if c.isascii() and c.isalnum())


def as_postcode(text: str) -> str:
    """`s65 1aa` → S651AA; empty for anything else."""
    code = letters(text)
    return code if SHAPE.fullmatch(code) else ""


def postcodes_in(forms: Iterable[str]) -> set[str]:
    """Everything with the shape of a postcode, whatever stands between its letters."""
    run = letters("".join(forms))
    return {
        code
        for layout, window in WINDOWS.items()
        for found in window.finditer(run)
        for code in spellings(found[1], layout)
    }


def spellings(window: str, layout: str) -> Iterator[str]:
    """`S65IAA` → S651AA. One digit has to be a digit: letters alone are words ("is ill like": S1 1LL)."""
    if any(c.isdigit() for c, kind in zip(window, layout, strict=True) if kind == "9"):
        ways = (READ_AS[kind][c] for c, kind in zip(window, layout, strict=True))
        yield from ("".join(way) for way in itertools.product(*ways))


def phrases_in(forms: Iterable[str], lengths: Collection[int]) -> set[str]:
    """Every run of words of these lengths, and what one word ending as a street does can be split into."""
    text = " ".join(forms)
    found: set[str] = set()
    for form in {text, IN_CAMELS.sub(" ", text)}:
        plain = street_words(form)
        for words in {tuple(plain), tuple(folded(plain))}:
            for length in lengths:
                found.update(" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
    joined = {word for word in tokens(text) if word.isalpha() and 8 <= len(word) <= 40}
    return found.union(*(split_apart(word, lengths) for word in joined))


def split_apart(word: str, lengths: Collection[int]) -> set[str]:
    """`quillwarblerln` → quillwarbler lane; each way for two and three words."""
    found = set()
    for end in STREET_TAILS:
        rest = word.removesuffix(end)
        if rest != word and len(rest) > 2:
            cuts: list[tuple[str, ...]] = [(rest,)] if 2 in lengths else []
            cuts += [(rest[:at], rest[at:]) for at in range(1, len(rest)) if 3 in lengths]
            found |= {" ".join(folded(street_words(" ".join((*cut, end))))) for cut in cuts}
    return found


STREET_TAILS = {*SHORT_FORMS, *STREET_ENDS, *HOUSES}


def tokens(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", seen(text)) if not unicodedata.combining(c))
    return WORDS.findall(APOSTROPHES.sub("", bare.lower()))


def street_words(text: str) -> list[str]:
    return [SHORT_FORMS.get(word, word) for word in tokens(text)]


def folded(words: Iterable[str]) -> list[str]:
    """The words as a seal is made of them: whatever is easily written another way in one way only."""
    return [SAME.get(word, word) for word in map(with_letters, words)]


def with_letters(word: str) -> str:
    """`r0ad` → road. A number stays one."""
    return word.replace("0", "o").replace("1", "l") if not word[:1].isdigit() else word


# --- a line of an address ---------------------------------------------------------------------------


def parts_of(line: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|\n\r]", line) if part.strip()]


def phrases_of(part: str) -> list[str]:
    """What can be looked for of one part: `Rose House 17 Quill Rd` → rose house, quill road. A number cuts,
    and so does a flat's. Empty for what says nothing (`Flat 2`, `Ground floor`)."""
    runs: list[list[str]] = [[]]
    words = tokens(IN_CAMELS.sub(" ", part))
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if is_number(word) or (word in UNITS and (is_number(after) or len(after) < 2 or word == "floor")):
            runs.append([])
        else:
            runs[-1].append(SHORT_FORMS.get(word, word))
    kept = [to_the_street(folded(run)) for run in runs]
    return [" ".join(run) for run in kept if says_something(run)]


def is_number(word: str) -> bool:
    return any(c.isdigit() for c in word) and not ORDINAL.fullmatch(word)


def to_the_street(run: list[str]) -> list[str]:
    """`quill lane rotherham`, `quill road east` → as far as the street: a text need not go on."""
    ends = [at for at, word in enumerate(run) if at and word in STREET_ENDS]
    return run[: ends[-1] + 1] if ends and run[-1] not in STREET_ENDS | HOUSES else run


def says_something(run: list[str]) -> bool:
    if len("".join(run)) < SHORTEST or all(word in SAYS_NOTHING or ORDINAL.fullmatch(word) for word in run):
        return False
    return len(run) > 1 or run[0] not in STREET_ENDS


def is_street(part: str) -> bool:
    """Whether a part names a street or a house by its number or by its last word."""
    last = folded(street_words(part))[-1:] or [""]
    phrases = phrases_of(part)
    ends = {phrase.split()[-1] for phrase in phrases} | set(last)
    return bool(phrases) and (
        any(is_number(word) for word in tokens(part))
        or bool(ends & (STREET_ENDS | HOUSES))
        or last[0].endswith(ONE_WORD)
    )


def typed_phrases(line: str, towns: Collection[str]) -> tuple[list[str], int]:
    """What of a line that somebody typed is sealed, and how many parts after it are not: a district, a town.

    Everything as far as the last part that names a street; without any the first that says something.
    """
    parts = parts_of(line)
    last = max((at for at, part in enumerate(parts) if is_street(part)), default=None)
    if last is None:
        last = next((at for at, part in enumerate(parts) if phrases_of(part)), len(parts))
    return without_towns(parts[: last + 1], towns), len(parts[last + 1 :])


def without_towns(parts: Iterable[str], towns: Collection[str]) -> list[str]:
    """The phrases of `parts` without a town's own name, which may stand behind a street's."""
    names = {" ".join(folded(street_words(town))) for town in towns} - {""}
    found = [phrase for part in parts for phrase in phrases_of(part) if phrase not in names]
    behind = {name for name in names for phrase in found if phrase.endswith(f" {name}")}
    for name in behind:
        found = [phrase.removesuffix(f" {name}") for phrase in found]
    return list(dict.fromkeys(found))


def has_number_between(line: str) -> bool:
    """`Quill Road 17 Rotherham`: nobody can tell whether a street or a town stands behind the number."""
    for part in parts_of(line):
        lasts = itertools.pairwise(phrase.split()[-1] for phrase in phrases_of(part))
        if any(one in STREET_ENDS and after not in STREET_ENDS | HOUSES for one, after in lasts):
            return True
    return False
