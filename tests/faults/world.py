"""A database of its own, and processes that can be cut off at a named point.

A process is a fork of the tests' own, with a fresh connection to that database; a cut is
`kill -9` (or SIGSTOP) by itself, in the middle of a named function, so that no handler,
`finally` or commit of ours gets a chance. What a process says comes through a pipe and
counts as "shown to the person" from then on.
"""

import contextlib
import copy
import json
import os
import pkgutil
import random
import signal
import sqlite3
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import dj_database_url
from django.db import connection, connections

from tests.throwaway import Cluster, cluster, pg_bin

# name: (function, before or after its work). The first three cut what takes a letter, the next two
# whatever the form writes, then the one that ends the draft; the others cut the worker.
CUTS = {
    "before sealing": ("services_directory.sealing.seal", "before"),
    "before the commit": ("selfreferral.events.begin", "after"),
    "after the commit": ("tests.faults.acts.tell", "before"),
    "answers not written": ("selfreferral.drafts.Opened.save", "before"),
    "answers written, not committed": ("selfreferral.drafts.Opened.save", "after"),
    "draft ended, not committed": ("selfreferral.drafts.Opened.finish", "after"),
    "committed, not answered": ("selfreferral.wizard.Wizard.dispatch", "after"),
    "leased": ("selfreferral.delivery._hand_over", "before"),
    "half handed over": ("triage.events.write", "after"),
    "sent, not recorded": ("selfreferral.delivery.received", "before"),
    "recorded, not committed": ("selfreferral.delivery.waiting_for", "before"),
}
# Beside a broker: a copy lies there and nobody knows; a receipt is kept and the broker does not know.
BROKER_CUTS = {
    "published, not written down": ("selfreferral.transports.line.Line.publish", "after"),
    "heard, not acknowledged": ("selfreferral.transports.replies.take", "after"),
}
LONGEST_ACT = 90  # seconds
FORM_CUTS = list(CUTS)[:3]
SEND_CUTS = [*FORM_CUTS, "draft ended, not committed", "committed, not answered"]
STEP_CUTS = ["answers not written", "answers written, not committed", "committed, not answered"]
WORKER_CUTS = list(CUTS)[7:]


@dataclass
class Process:
    """A fork that is under way. `said()` waits for its end."""

    pid: int
    pipe: int

    def said(self) -> list[Any]:
        """Every whole line it wrote; a crash that was not planned is an error here."""
        with os.fdopen(self.pipe, "rb") as pipe:
            lines = pipe.read().split(b"\n")
        _, status = os.waitpid(self.pid, 0)
        said = [json.loads(line) for line in lines[:-1]]
        self.killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert self.killed or status == 0, (status, said)
        return said

    def until_stopped(self) -> None:
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def next_line(self) -> Any:
        """The next thing it says, while it runs."""
        line = b""
        while not line.endswith(b"\n"):
            read = os.read(self.pipe, 1)
            assert read, "it ended without a word"
            line += read
        return json.loads(line)

    def kill(self) -> list[Any]:
        """`kill -9` from outside, wherever it is; what it had said."""
        os.kill(self.pid, signal.SIGKILL)
        return self.said()


@dataclass
class World:
    """One copy of the tests' empty database."""

    database: dict[str, Any]

    def start(self, act: Callable[..., Iterator[Any]], *arguments: Any, **options: Any) -> Process:
        """Run `act` in a process of its own. Options: cut, nth, how (a signal), patches, timeout."""
        read, write = os.pipe()
        pid = os.fork()
        if pid:
            os.close(write)
            return Process(pid, read)
        os.close(read)
        self._in_the_fork(write, act, arguments, options)
        raise AssertionError("unreachable")

    def do(self, act: Callable[..., Iterator[Any]], *arguments: Any, **options: Any) -> list[Any]:
        return self.start(act, *arguments, **options).said()

    def _in_the_fork(self, pipe: int, act: Any, arguments: Any, options: dict[str, Any]) -> None:
        code = 1
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_ACT)  # one that never ends is a failure, not a hanging test run
        try:
            database = copy.deepcopy(self.database)
            if "timeout" in options and "sqlite" in database["ENGINE"]:
                database["OPTIONS"]["timeout"] = options["timeout"]
            elif "timeout" in options:
                wait = int(options["timeout"] * 1000)
                database.setdefault("OPTIONS", {})["options"] = f"-c lock_timeout={wait}"
            of_the_tests = connections["default"]  # kept, so that nothing here closes it
            connections["default"] = type(of_the_tests)(database, "default")
            with contextlib.ExitStack() as stack:
                for path, value in options.get("patches", {}).items():
                    stack.enter_context(mock.patch(path, value))
                if options.get("cut"):
                    stack.enter_context(cut(options["cut"], options.get("nth", 1), options.get("how")))
                for line in act(*arguments):
                    os.write(pipe, json.dumps(line).encode() + b"\n")
            code = 0
        except BaseException:
            os.write(pipe, json.dumps(["crash", traceback.format_exc()]).encode() + b"\n")
        finally:
            os._exit(code)


@contextlib.contextmanager
def cut(name: str, nth: int, how: int | None) -> Iterator[None]:
    """Ends (or stops) this very process in the nth call of a named function."""
    path, when = {**CUTS, **BROKER_CUTS}[name]
    real = pkgutil.resolve_name(path)
    calls = iter(range(1, 10**9))

    def cutting(*arguments: Any, **options: Any) -> Any:
        now = next(calls) == nth
        if now and when == "before":
            os.kill(os.getpid(), how or signal.SIGKILL)
        result = real(*arguments, **options)
        if now and when == "after":
            os.kill(os.getpid(), how or signal.SIGKILL)
        return result

    with mock.patch(path, cutting):
        yield


def sqlite_copy(file: Path) -> World:
    """The tests' database in memory, as a file."""
    connection.ensure_connection()
    target = sqlite3.connect(file)
    connection.connection.backup(target)
    target.close()
    return World({**connection.settings_dict, "NAME": str(file)})


@contextlib.contextmanager
def postgresql_copy() -> Iterator[World]:
    """The tests' database as the template of another one."""
    source = connection.settings_dict["NAME"]
    name = f"{source}_{os.getpid()}_{random.randrange(10**6)}"
    connection.close()  # a template may have no guests
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield World({**connection.settings_dict, "NAME": name})
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def restartable_postgresql() -> Iterator[tuple[World, Cluster]]:
    """The tests' database on a server of its own, which a test may stop and start."""
    with cluster() as server:
        assert server is not None
        settings = dj_database_url.parse(server.address)
        ours = connection.settings_dict
        program = str(pg_bin() / "pg_dump")  # type: ignore[operator]
        source = dj_database_url.parse(os.environ["DATABASE_URL"])
        dump = [program, "-h", source["HOST"], "-p", str(source["PORT"]), "-U", source["USER"], "-O", "-x"]
        text = subprocess.run([*dump, ours["NAME"]], check=True, capture_output=True).stdout
        load = [program.replace("pg_dump", "psql"), "-q", "-v", "ON_ERROR_STOP=1", server.address]
        subprocess.run(load, input=text, check=True, stdout=subprocess.DEVNULL)
        here = {name: settings[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
        yield World({**ours, **here}), server


def wait_until(done: Callable[[], bool], *, seconds: float = 15) -> float:
    """How long it took; an AssertionError when it never happened."""
    started = time.monotonic()
    while not done():
        assert time.monotonic() - started < seconds, "it never happened"
        time.sleep(0.05)
    return time.monotonic() - started
