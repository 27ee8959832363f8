"""The full-text index: it follows the entries by trigger and is installed after every migrate.

Django's models do not know it, so migrations stay clean. What the two .sql files say is compared
with what stands in the database; what is missing or different is made anew and filled from the
entries. (SQLite drops a table's triggers whenever a migration rebuilds the table.)

SQLite: an FTS5 table over the entries' text, and a trigram table over the search words.
PostgreSQL: a stored `tsvector` column with a GIN index, and a trigram GIN index. A migration
that alters a text column of the entry must drop that column first; it is made again afterwards.
"""

import hashlib
import re
import sqlite3
import unicodedata
from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ENTRY, WORDS = "services_directory_entry", "services_directory_searchword"
PAGES = "services_directory_writtenpage"
# Sorting by scope must not read through every candidate's whole card.
SCOPE_INDEX = (
    "CREATE INDEX IF NOT EXISTS directory_entry_scope ON services_directory_entry (service_id, scope_order)"
)
CREATED = re.compile(r"CREATE (?:VIRTUAL TABLE|TRIGGER) (\w+)")
SQLITE_FILL = {
    "directory_index": ["INSERT INTO directory_index(directory_index) VALUES ('rebuild')"],
    "page_index": ["INSERT INTO page_index(page_index) VALUES ('rebuild')"],
    "directory_words": [
        "INSERT INTO directory_words(directory_words) VALUES ('delete-all')",
        "INSERT INTO directory_words(rowid, word) "
        "SELECT id, '  ' || word || ' ' FROM services_directory_searchword",
    ],
}
SQLITE_SECURE_DELETE = {
    "page_index": "INSERT INTO page_index(page_index, rank) VALUES ('secure-delete', 1)",
    "directory_index": "INSERT INTO directory_index(directory_index, rank) VALUES ('secure-delete', 1)",
    "directory_words": "INSERT INTO directory_words(directory_words, rank) VALUES ('secure-delete', 1)",
}
SECURE_DELETE_SINCE = (3, 42, 0)


def statements(database: str) -> list[str]:
    """The statements of search_index_<database>.sql."""
    text = Path(__file__).with_name(f"search_index_{database}.sql").read_text()
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [statement.strip() for statement in re.split(r"\n\s*\n", code) if statement.strip()]


def install(using: str = "default", **_signal) -> None:
    """Put the index in place, as it is written here; leave alone what already is."""
    connection = connections[using]
    if not {ENTRY, WORDS, PAGES} <= set(connection.introspection.table_names()):
        return
    {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](connection)


def forget_deleted(using: str = "default") -> None:
    """Rewrite the SQLite index without the words of what was changed or deleted.

    FTS5 before 3.42 only marks deleted words; they stay in its pages until these are merged.
    The cost grows with the directory, so it is for what must be forgotten: a place that has
    become confidential. PostgreSQL forgets when it vacuums.
    """
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute("INSERT INTO directory_index(directory_index) VALUES ('optimize')")


def _sqlite(connection: BaseDatabaseWrapper) -> None:
    wanted = {CREATED.match(statement)[1]: statement for statement in statements("sqlite")}  # type: ignore[index]
    with connection.cursor() as cursor:
        cursor.execute(SCOPE_INDEX)
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        standing = dict(cursor.fetchall())
        for table, fill in SQLITE_FILL.items():
            mine = {name: sql for name, sql in wanted.items() if name.startswith(table)}
            if all(standing.get(name) == sql for name, sql in mine.items()):
                continue
            for name in mine:
                cursor.execute(f"DROP {'TABLE' if name == table else 'TRIGGER'} IF EXISTS {name}")
            for statement in [*mine.values(), *fill]:
                cursor.execute(statement)
            if sqlite3.sqlite_version_info >= SECURE_DELETE_SINCE:
                cursor.execute(SQLITE_SECURE_DELETE[table])


def _postgresql(connection: BaseDatabaseWrapper) -> None:
    marked, plain = (part.replace("'", "''") for part in plain_letters())
    wanted = [s.replace("MARKED", marked).replace("PLAIN", plain) for s in statements("postgresql")]
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT col_description(attrelid, attnum) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attname = 'search' AND NOT attisdropped",
            [ENTRY],
        )
        if cursor.fetchone() != (digest,):
            for statement in wanted:
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON COLUMN services_directory_entry.search IS '{digest}'")


def plain_letters() -> tuple[str, str]:
    """Letters with marks and punctuation, and what stands for each, for PostgreSQL's translate()."""
    marked = [
        (letter, base)
        for letter in map(chr, range(0xC0, 0x250))
        if (base := unicodedata.normalize("NFKD", letter)[0]) != letter and base.isascii()
    ]
    punctuation = "-‐–—/.,:;@_+&’‘“”'\"()[]!?#*|<>=\\"
    return (
        "".join(letter for letter, _ in marked) + punctuation,
        "".join(base for _, base in marked) + " " * len(punctuation),
    )
