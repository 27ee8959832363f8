"""Where a process keeps pieces of pages between requests: so many, and each for so long.

What may be kept, and whether it is still true, is for services_directory/freshness.py.
"""

import threading
import time
from collections.abc import Hashable
from itertools import islice
from typing import Any, NamedTuple

MOST = 1000
LONGEST = 3600  # seconds, as whole pages: what was taken back for good is nowhere after an hour


class Part(NamedTuple):
    """A piece as it was made at generation `made`; `tags` name what it shows."""

    value: Any
    tags: frozenset[str]
    made: int
    until: float


class Parts:
    """The oldest go when there are too many."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, Part] = {}
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> Part | None:
        part = self.kept.get(key)
        return part if part and part.until > time.monotonic() else None

    def put(self, key: Hashable, value: Any, tags: frozenset[str], made: int) -> None:
        with self.lock:
            if len(self.kept) >= MOST:
                for old in list(islice(self.kept, MOST // 2)):
                    del self.kept[old]
            self.kept[key] = Part(value, tags, made, time.monotonic() + LONGEST)

    def still_true(self, key: Hashable, part: Part, generation: int) -> None:
        """It was looked through at `generation`: the next look is quick."""
        with self.lock:
            self.kept[key] = part._replace(made=generation)

    def clear(self) -> None:
        self.kept = {}


parts = Parts()
