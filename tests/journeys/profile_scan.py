"""Looks for words in every file of a browser's profile, in whatever coat they wear."""

import base64
import binascii
import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import brotli

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
MOST_PIECES = 400  # compressed or encoded pieces looked into, for one file
GZIP, ZLIB = b"\x1f\x8b\x08", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def spellings(word: str) -> set[bytes]:
    """The word as programs write it: UTF-8, UTF-16, percent, JSON, upper and lower case."""
    written = {word, word.lower(), word.upper(), quote(word), quote_plus(word)}
    escaped = {"".join(f"\\u{ord(letter):04x}" for letter in word)}
    return {text.encode(code) for text in written | escaped for code in ("utf-8", "utf-16-le", "utf-16-be")}


def hits(profile: Path, word: str) -> list[str]:
    """Files that hold the word, as it is, compressed, or in base64, two coats deep."""
    wanted = spellings(word)
    found = []
    for path in sorted(profile.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if any(holds(layer, wanted) for layer in layers(data, depth=2)):
                found.append(str(path.relative_to(profile)))
    return found


def holds(data: bytes, wanted: set[bytes]) -> bool:
    return any(spelling in data for spelling in wanted)


def layers(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes themselves, and whatever can be unpacked out of them."""
    yield data
    if depth == 0:
        return
    for piece in unpacked(data):
        yield from layers(piece, depth - 1)


def unpacked(data: bytes) -> Iterator[bytes]:
    for start in starts_of(data):
        yield from attempt(lambda start=start: zlib.decompressobj(47).decompress(data[start:], 4_000_000))
    for whole in (brotli.decompress, gzip.decompress, bz2.decompress, lzma.decompress):
        if len(data) < 500_000:
            yield from attempt(lambda whole=whole: whole(data))
    for number, match in enumerate(BASE64.finditer(data)):
        if number >= MOST_PIECES:
            break
        text = match.group().replace(b"-", b"+").replace(b"_", b"/")
        # A run of base64 may begin in mid-word: every phase is tried.
        for phase in range(4):
            body = text[phase:].rstrip(b"=")
            yield from attempt(lambda body=body: base64.b64decode(body[: len(body) // 4 * 4]))


def starts_of(data: bytes) -> Iterator[int]:
    count = 0
    for magic in (GZIP, *ZLIB):
        at = data.find(magic)
        while at >= 0 and count < MOST_PIECES:
            yield at
            count += 1
            at = data.find(magic, at + 1)


def attempt(unpack: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        result = unpack()
    except (zlib.error, brotli.error, OSError, EOFError, ValueError, lzma.LZMAError, binascii.Error):
        return
    if result:
        yield result
