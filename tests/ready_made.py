"""Made once for every test process: the migrated database and the starter site, loaded.

`make test` makes both while it looks at style and types, and says where in TEST_READY_MADE. Without
that, each test process migrates and loads for itself.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running_site import ROOT, Site

HERE = Path(ready) if (ready := os.environ.get("TEST_READY_MADE")) else None
MIGRATED, LOADED = "migrated.sqlite3", "loaded"


def make(folder: Path) -> None:
    """For SQLite, from the same migrations that a test process would run."""
    (folder / LOADED).mkdir()
    site = Site(folder / LOADED)
    site.migrate()
    shutil.copy(folder / LOADED / "site.sqlite3", folder / MIGRATED)
    site.fill()


@contextmanager
def being_made(database_url: str | None) -> Iterator[Callable[[], dict[str, str]]]:
    """Begins in processes of its own; what is given waits for them, and is the tests' environment."""
    folder = Path(tempfile.mkdtemp(prefix="ready-"))
    at_work = [subprocess.Popen([sys.executable, "-m", "tests.ready_made", str(folder)], cwd=ROOT)]
    if database_url:
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        at_work.append(subprocess.Popen(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url}))

    def environment() -> dict[str, str]:
        if any(process.wait() for process in at_work):
            sys.exit("The database or the site that tests begin with could not be made.")
        return {"TEST_READY_MADE": str(folder)}

    try:
        yield environment
    finally:
        for process in at_work:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copied_database() -> Iterator[None]:
    """Where Django will look for the tests' database stands a copy of the migrated one."""
    from django.db import connection  # here: pictures and measurements use tests/conftest.py without Django

    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        with sqlite3.connect(name, uri=True) as copy, sqlite3.connect(HERE / MIGRATED) as migrated:
            migrated.backup(copy)
            yield  # what is in memory lives as long as somebody has it open
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
        yield


if __name__ == "__main__":
    make(Path(sys.argv[1]))
