"""Servers to measure, in processes of their own, and the CPU time that a request costs them."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running_site import Site
from tests.throwaway import free_port, wait_for


@contextmanager
def minimal(kind: str, folder: Path) -> Iterator["Target"]:
    """bench/minimal.py under Waitress."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=4",
         "bench.minimal:application"],
        env={**os.environ, "BENCH_KIND": kind, "BENCH_DIR": str(folder)},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, seconds=90)
        yield Target(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def front_door(folder: Path) -> Iterator["Target"]:
    """The starter site under Waitress, as `make run` serves it."""
    site = Site(folder)
    folder.mkdir(parents=True, exist_ok=True)
    site.load()
    site.start()
    try:
        assert site.process is not None
        yield Target(site.process.pid, site.port)
    finally:
        site.stop()


class Target:
    """One server: asks it for pages, and reads from the kernel what that cost it."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port
        self.connection = http.client.HTTPConnection("localhost", port)

    def get(self, path: str, headers: dict[str, str]) -> int:
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def cpu_seconds(self) -> float:
        """CPU time of all threads, in seconds (scheduler statistics, nanoseconds each)."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def resident_kilobytes(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def cost(self, path: str, headers: dict[str, str], times: int) -> float:
        """CPU seconds of the server for one request to `path`, over `times` requests."""
        before = self.cpu_seconds()
        for _ in range(times):
            status = self.get(path, headers)
            assert status == 200, f"{path}: {status}"
        return (self.cpu_seconds() - before) / times
