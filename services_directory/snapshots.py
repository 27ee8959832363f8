"""What every page needs from the database, read once for each generation (models.Generation).

A change counts the generation up, so it shows at once in every process. With the database down the
last snapshot stands in; before there was one, what came with the site: saying something never fails.
"""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import DatabaseError, InterfaceError

from services_directory.models import Generation

T = TypeVar("T")
logger = logging.getLogger("services_directory.snapshots")


class Snapshots(Generic[T]):
    """`read` asks the database; `what` names it in the log. At most two small queries, none when the
    generation is known and kept."""

    def __init__(self, what: str, *, read: Callable[[], T], as_declared: T) -> None:
        self.what, self.read, self.as_declared = what, read, as_declared
        self.kept: dict[int, T] = {}

    def current(self, generation: int | None = None) -> T:
        try:
            number = Generation.current() if generation is None else generation
            kept = self.kept  # another thread may put its own in its place meanwhile
            if number not in kept:
                self.kept = kept = {number: self.read()}
            return kept[number]
        except (DatabaseError, InterfaceError):
            logger.warning("%s could not be read: the last ones stand in", self.what)
            return next(iter(self.kept.values()), self.as_declared)

    def forget(self) -> None:
        """For tests: numbers of generations that were rolled back come again."""
        self.kept = {}
