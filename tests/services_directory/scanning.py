"""Looks for a planted word in everything a database holds, however it is wrapped."""

import base64
import contextlib
import gzip
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterator
from typing import Any

import brotli
from django.db import connection

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
DEPTH = 4


def holds(value: Any, mark: str) -> bool:
    """Whether `mark` stands in `value`: with or without its spaces, in any wrapping."""
    wanted = {mark.lower().encode(), mark.lower().replace(" ", "").encode()}
    return any(word in form.lower() for form in forms(as_bytes(value)) for word in wanted)


def as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode(errors="replace")


def forms(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """`data`, and everything that stands inside it once it is unwrapped."""
    yield data
    if depth == 0 or not data:
        return
    for inner in unwrapped(data):
        if inner and inner != data:
            yield from forms(inner, depth - 1)


def unwrapped(data: bytes) -> Iterator[bytes]:
    for inflate in (zlib.decompress, gzip.decompress, brotli.decompress):
        with contextlib.suppress(zlib.error, OSError, EOFError, brotli.error):
            yield inflate(data)
    if b"\0" in data:
        yield data.replace(b"\0", b"")  # UTF-16 of plain letters
    if b"%" in data:
        yield urllib.parse.unquote_to_bytes(data)
    if b"\\u" in data:
        yield re.sub(rb"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)).encode(errors="replace"), data)
    for found in BASE64.findall(data):
        padded = found.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        try:
            yield base64.b64decode(padded + b"=" * (-len(padded) % 4), validate=True)
        except ValueError:
            continue


def tables() -> list[str]:
    """Every table, the index's own among them, whether Django knows it or not."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return sorted(name for (name,) in cursor.fetchall())


def found_in_database(mark: str) -> list[str]:
    """table.column of every value that holds `mark`."""
    places = set()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                places |= {
                    f"{table}.{name}" for name, value in zip(names, row, strict=True) if holds(value, mark)
                }
    return sorted(places)


def indexed_terms() -> set[str]:
    """Every word that the full-text index knows, used or only marked as deleted and not yet merged."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, directory_index, row)"
            )
            cursor.execute("SELECT term FROM temp.terms")
        else:
            cursor.execute("SELECT word FROM ts_stat('SELECT search FROM services_directory_entry')")
        return {term for (term,) in cursor.fetchall()}
