from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.world import World, postgresql_copy, sqlite_copy


@pytest.fixture
def world(django_db_setup: None, django_db_blocker, tmp_path: Path) -> Iterator[World]:
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            yield sqlite_copy(tmp_path / "world.sqlite3")
        else:
            with postgresql_copy() as world:
                yield world
