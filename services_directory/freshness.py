"""Whether a page that was made before is still true, and which changes end it.

Database triggers write down when each table, and each service and page, last changed
(services_directory/guards.py). While a page is made, everything that it reads from the database is
noted: by the name of the table, or, at a door that knows better (`told`), by the row. So a view that
knows nothing of all this is ended by every change of a table that it read, and never too late.

What every page shows (the brand, sentences, facts, lists of pages) is read once and kept in the process
as a `Snapshot`. When something under it changes it is read again and compared: only the parts that
really say something else end the pages that showed them.

Every number below is a generation. What is read may be newer than the generation at which a request
began, never older; so a change that came in between ends a page once too often, never too late.
"""

import logging
import re
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.apps import apps
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.utils.translation import get_language

from services_directory.models.publication import Change, Generation
from services_directory.parts import parts
from services_directory.tags import IMAGES, NEVER_SHOWN, SITES, counted_tables

logger = logging.getLogger("portal.freshness")
EVERYTHING = "*"  # any change ends the page
IN_DOUBT = "?"  # something stood in for what could not be read: not to be kept at all
NAME = re.compile(r"[a-z_][a-z0-9_]*")
BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "COMMIT")  # around statements
MOST_STATEMENTS = 256

_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)
T = TypeVar("T")


def note(*tags: str) -> None:
    """The page that is being made, if one is, shows what these tags name."""
    noted = _noted.get()
    if noted is not None:
        noted.update(tags)


@contextmanager
def noting() -> Iterator[set[str]]:
    """Collects the tags of everything that is read inside."""
    noted: set[str] = set()
    before = _noted.set(noted)
    try:
        with connection.execute_wrapper(_watch):
            yield noted
    finally:
        _noted.reset(before)


@contextmanager
def told(*tags: str) -> Iterator[None]:
    """What is read inside is named by these tags, instead of by its tables."""
    note(*tags)
    before = _noted.set(None)
    try:
        yield
    finally:
        _noted.reset(before)


def _watch(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
    noted = _noted.get()
    if noted is not None:
        noted |= tags_of(sql)
    return execute(sql, params, many, context)


@lru_cache(maxsize=MOST_STATEMENTS)
def tags_of(sql: str) -> frozenset[str]:
    """The counted tables that a statement names; everything, when it names another one or none."""
    if sql.startswith(BRACKETS):
        return frozenset()
    named = set(NAME.findall(sql.lower())) & _all_tables()
    shown = named - NEVER_SHOWN
    return frozenset(shown if named and shown <= set(counted_tables()) else {EVERYTHING})


@lru_cache(maxsize=1)
def _all_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))


def still_true(tags: Iterable[str], made: int, generation: int) -> bool:
    """Whether what showed `tags`, made at `made`, says the same at `generation`. In doubt it does not."""
    if made == generation:
        return True
    if made > generation or EVERYTHING in tags:
        return False
    try:
        _changes.catch_up(generation)
        for snapshot in Snapshot.all:
            snapshot.look(generation)
    except (DatabaseError, InterfaceError):
        return False
    return made >= _changes.since and not any(_changes.at(tag) > made for tag in tags)


def kept(key: Hashable, make: Callable[[], T], request: HttpRequest | None) -> T:
    """What `make` gives, or gave before and is still true: a piece of a page that depends on nothing but
    the language, `key` and what it notes. Either way the page that is being made notes the same.
    Kept only for a page that notes, at a generation that is known, and never for a preview."""
    noted, generation = _noted.get(), getattr(request, "generation", None)
    if noted is None or generation is None or IN_DOUBT in noted or getattr(request, "is_preview", False):
        return make()
    key = (get_language(), key)
    part = parts.get(key)
    if part and still_true(part.tags, part.made, generation):
        if part.made != generation:
            parts.still_true(key, part, generation)
        noted |= part.tags
        return cast(T, part.value)
    inside: set[str] = set()
    before = _noted.set(inside)
    try:
        value = make()
    finally:
        _noted.reset(before)
        noted |= inside
    if IN_DOUBT not in noted:
        parts.put(key, value, frozenset(inside), generation)
    return value


def forget() -> None:
    """Start anew, as a process does. For tests: a rolled back transaction gives generations out again."""
    _changes.forget()


class Changes:
    """When what last changed, as far as this process has read it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.known = 0  # read up to here
        self.since = 0  # nothing is known of changes before
        self.last: dict[str, int] = {}
        self.first: dict[str, int] = {}  # when a snapshot was read first
        parts.clear()
        for snapshot in Snapshot.all:
            snapshot.kept = None

    def catch_up(self, generation: int) -> None:
        """One small query at each new generation."""
        if generation == self.known:
            return
        if generation < self.known and Generation.current() < self.known:
            self.forget()  # a database from before: a backup was restored
            caches["pages"].clear()
        if not self.known:
            with self.lock:
                self.known = self.since = max(self.known, generation)
        elif generation > self.known:
            rows = list(Change.objects.filter(number__gt=self.known).values_list("tag", "number"))
            self.mark(rows)
            with self.lock:
                self.known = max(self.known, generation)
            if {IMAGES, SITES} & {tag for tag, _number in rows}:
                caches[
                    "default"
                ].clear()  # Wagtail keeps renditions and addresses there, each process its own

    def at(self, tag: str) -> int:
        """The last change; of a snapshot's part not before it was read here at all."""
        return max(self.last.get(tag, 0), self.first.get(tag.partition(".")[0], 0))

    def mark(self, rows: Iterable[tuple[str, int]]) -> None:
        with self.lock:
            for tag, number in rows:
                self.last[tag] = max(number, self.last.get(tag, 0))


class Kept(NamedTuple):
    """A snapshot's value, true at `number`; `tags` name what it was read from."""

    number: int
    value: Any
    parts: Mapping[str, Any]
    tags: frozenset[str]


class Snapshot(Generic[T]):
    """Something small that many pages show, read when what it comes from has changed: plain data, which
    is compared by value. (A model's row is equal to itself whatever it says.) One that is made from
    another takes the whole of it.

    `parts` names what of the value a page can show by itself: a page that `shows` one part is
    ended only when this part is another one; a page that takes it `at` once, by any difference.
    """

    all: list["Snapshot[Any]"] = []

    def __init__(
        self,
        name: str,
        read: Callable[[], T],
        parts: Callable[[T], Mapping[str, Any]] | None = None,
        *,
        stand_in: Callable[[], T] | None = None,
    ) -> None:
        self.name = name
        self.read = read
        self.parts = parts or (lambda value: {})
        self.stand_in = stand_in
        self.kept: Kept | None = None
        Snapshot.all.append(self)

    def at(self, generation: int | None = None) -> T:
        """The whole value. No query when `generation` is known, and little has happened since."""
        note(self.name)
        return self.look(generation)

    def shows(self, part: str) -> None:
        """The page that is being made shows this part, present or not."""
        note(f"{self.name}.{part}")

    def current(self, generation: int | None = None) -> T:
        """The same as `look`, and with the database down what was read last, before there was anything
        the `stand_in`. Never raises, and no page that was made so is kept."""
        try:
            return self.look(generation)
        except (DatabaseError, InterfaceError):
            if self.stand_in is None:
                raise
            logger.warning("no database: the last %s stand in", self.name)
            note(IN_DOUBT)
            return self.kept.value if self.kept else self.stand_in()

    def look(self, generation: int | None = None) -> T:
        """The value for a door that says itself which parts it shows."""
        number = Generation.current() if generation is None else generation
        with told():
            _changes.catch_up(number)
            kept = self.kept
            if kept and number > kept.number and not self._is_old(kept, number):
                self.kept = kept = kept._replace(number=number)
            if kept and kept.number >= number:
                return kept.value
            return self._read(number)

    def _is_old(self, kept: Kept, number: int) -> bool:
        if EVERYTHING in kept.tags:
            return True
        for snapshot in Snapshot.all:
            if snapshot.name in kept.tags:  # this one was made from it
                snapshot.look(number)
        return any(_changes.last.get(tag, 0) > kept.number for tag in kept.tags)

    def _read(self, number: int) -> T:
        with noting() as tags:
            value = self.read()
        # What was read may already be of a later generation; its pages must not outlive the next look.
        upto = max(number, Generation.current())
        parts = dict(self.parts(value))
        with _changes.lock:
            before = self.kept
            if before and before.number > number:
                return value  # another thread was quicker, and is newer
            self.kept = Kept(number, value, parts, frozenset(tags))
            if before is None:
                _changes.first[self.name] = upto
        if before is not None and before.value != value:
            differ = {key for key in {*parts, *before.parts} if parts.get(key) != before.parts.get(key)}
            _changes.mark([(self.name, upto), *((f"{self.name}.{key}", upto) for key in differ)])
        return value


class Shown:
    """A snapshot's value for a template or a view: every attribute that is read is noted as a part."""

    def __init__(self, snapshot: Snapshot[Any], value: Any) -> None:
        self._snapshot, self._value = snapshot, value

    def __getattr__(self, name: str) -> Any:
        self._snapshot.shows(name)
        return getattr(self._value, name)

    __getitem__ = __getattr__  # which templates try first


_changes = Changes()
