"""Looks for planted words in everything that outlives a request: database, files, logs, caches."""

import contextlib
import gzip
import io
import logging
import pickle
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.cache import caches
from django.db import connection

from tests.services_directory.scanning import as_bytes, forms, tables

# How a word may be wrapped when it is kept; the scanner proves that it finds each.
WRAPPINGS = {
    "plain": lambda word: word.encode(),
    "base64": lambda word: b64encode(f"in the middle {word} of it".encode()),
    "zlib": lambda word: zlib.compress(f"x{word}x".encode()),
    "gzip": lambda word: gzip.compress(word.encode()),
    "zlib in base64": lambda word: b64encode(zlib.compress(word.encode())),
    "percent": lambda word: quote(f"é {word}", safe="").encode(),
    "JSON escapes": lambda word: "".join(f"\\u{ord(letter):04x}" for letter in word).encode(),
    "UTF-16": lambda word: word.encode("utf-16"),
}
# Whole files hold pages of many rows, so that what is compressed shows in the rows, not here.
IN_WHOLE_FILES = ["plain", "base64", "percent", "UTF-16"]


def found(value: Any, words: Mapping[str, str], *, depth: int = 4) -> set[str]:
    """The names of the words that stand in `value`, however it is wrapped. `words`: name to word."""
    left = {name: word.lower().encode() for name, word in words.items()}
    hits: set[str] = set()
    for form in forms(as_bytes(value), depth):
        lower = form.lower()
        hits |= {name for name, word in left.items() if name not in hits and word in lower}
    return hits


def in_tables(words: Mapping[str, str]) -> set[str]:
    """table.column: name, for every value of every table."""
    hits = set()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None and not isinstance(value, int | float | bool):
                        hits |= {f"{table}.{column}: {name}" for name in found(value, words)}
    return hits


def in_files(folder: Path, words: Mapping[str, str]) -> set[str]:
    """file: name, for the raw bytes of every file, with free pages and what waits to be written."""
    return {
        f"{file.name}: {name}"
        for file in folder.rglob("*")
        if file.is_file()
        for name in found(file.read_bytes(), words, depth=1)
    }


def in_caches(words: Mapping[str, str]) -> set[str]:
    kept = {alias: getattr(caches[alias], "_cache", {}) for alias in caches}
    return {
        f"cache {alias}: {name}"
        for alias, entries in kept.items()
        for entry in entries.items()
        for name in found(pickle.dumps(entry), words) | found(entry[1], words)
    }


@contextlib.contextmanager
def logs_of(file: Path) -> Iterator[None]:
    """Our own log lines, as an operator would keep them, in a file, with everything turned on."""
    stream = io.StringIO()
    names = [None, "django", "portal", "django.request", "django.db.backends"]
    handlers = [h for name in names for h in logging.getLogger(name).handlers if hasattr(h, "setStream")]
    ours = [h for h in handlers if h.filters]
    before = [(h, h.setStream(stream)) for h in ours]
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for handler, old in before:
            handler.setStream(old)
        file.write_text(stream.getvalue())
