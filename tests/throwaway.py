"""Real servers for tests and measurements, on free ports, gone when the block ends."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def pg_bin() -> Path | None:
    """The newest PostgreSQL server's programs (Debian keeps them off the PATH)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "postgresql": lambda: pg_bin() is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "age": lambda: shutil.which("age") is not None,
    "rabbitmq-server": lambda: RABBITMQ.exists(),
}
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, *, seconds: float = 20) -> None:
    """Until something listens on `port`; TimeoutError when nothing does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextmanager
def redis() -> Iterator[str | None]:
    """A Redis that keeps nothing; its address, or None where Redis is not installed."""
    if not PACKAGES["redis-server"]():
        yield None
        return
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=10)


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server that can be stopped in the middle and started again."""

    control: list[str | Path]
    options: str
    folder: Path
    address: str

    def start(self) -> None:
        self._run("-o", self.options, "start", check=True)

    def stop(self, how: str = "immediate") -> None:
        """`fast` ends every connection in order, `immediate` is a crash."""
        self._run("-m", how, "stop")

    def _run(self, *words: str, check: bool = False) -> None:
        subprocess.run([*self.control, *words], check=check, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def cluster(*more: str) -> Iterator[Cluster | None]:
    """A PostgreSQL server with one empty database; None where it is not installed. `more`: its options."""
    programs = pg_bin()
    if programs is None:
        yield None
        return
    # initdb refuses root, so a cluster made by root belongs to Debian's postgres user.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if as_postgres:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    init = [programs / "initdb", "-D", data, "-U", "front", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*as_postgres, *init], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    server = Cluster(
        control=[*as_postgres, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"],
        options=" ".join(
            [f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60", *more]
        ),
        folder=folder,
        address=f"postgresql://front@127.0.0.1:{port}/front",
    )
    server.start()
    try:
        createdb = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "front", "front"]
        subprocess.run(createdb, check=True)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql(*more: str) -> Iterator[str | None]:
    """The address of a PostgreSQL database that lives this long; None where it is not installed."""
    with cluster(*more) as server:
        yield server.address if server else None


class Rabbit:
    """A RabbitMQ server of our own: own name, own files, own ports, and no word to any other Erlang.

    It takes four seconds to come up; `ready()` waits for it. `stop()` is a crash,
    `rest()` is not.
    """

    # Whatever becomes of us, the kernel ends it with us.
    ENDS_WITH_US = ("setpriv", "--pdeathsig", "KILL")

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        distribution, names = free_port(), free_port()
        (folder / "rabbit.conf").write_text(
            f"listeners.tcp.default = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 1MB\n"
        )
        (folder / "plugins").write_text("[].")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),  # the cookie lies there
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"tests-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbit.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "flags"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            "RUNNING_UNDER_SYSTEMD": "1",  # so that the shell becomes the server, and dies when it is killed
        }
        # The list of names that Erlang asks for; left to itself it would start one that stays for ever.
        epmd = [*self.ENDS_WITH_US, "epmd", "-address", "127.0.0.1", "-port", str(names)]
        self.names = subprocess.Popen(epmd, stdout=subprocess.DEVNULL)
        self.start()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        with (self.folder / "said").open("w") as said:
            self.server = subprocess.Popen(
                [*self.ENDS_WITH_US, RABBITMQ],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def ready(self) -> None:
        wait_for(self.port, seconds=60)

    def stop(self) -> None:
        self.server.kill()
        self.server.wait(timeout=10)

    def rest(self) -> None:
        """Goes down in order and comes up again, with everything on the disk that it knows."""
        self.server.terminate()
        self.server.wait(timeout=60)
        self.start()
        self.ready()

    def end(self) -> None:
        self.stop()
        self.names.kill()
        self.names.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def rabbitmq() -> Iterator[Rabbit | None]:
    """A RabbitMQ that is coming up; None where it is not installed."""
    if not PACKAGES["rabbitmq-server"]():
        yield None
        return
    server = Rabbit(Path(tempfile.mkdtemp(prefix="rabbit-")))
    try:
        yield server
    finally:
        server.end()


def unguarded(table: str, trigger: str) -> None:
    """Take a record's guard away until the test's transaction ends, to change the record by hand."""
    from django.db import connection

    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    connection.cursor().execute(f"DROP TRIGGER {trigger}{on}")
