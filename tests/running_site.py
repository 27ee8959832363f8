"""A real server and a real decoy, each on a free port of this machine."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UNFINISHED = {"TEST_SITE_UNFINISHED": "1"}  # a site that is being made may be lost: nobody waits for the disk


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Site:
    """Our site under Waitress, in a process of its own. `url` is its address without a slash."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    options: list[str] = field(default_factory=list)  # of Waitress
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def run(self, *arguments: str, **more: str) -> str:
        """What a command of ours says. `more`: of its environment."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.settings(), **more},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def settings(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.site_settings",
            "TEST_SITE_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'site.sqlite3'}",
            "PORTAL_HOSTS": "localhost",
            **self.environment,
        }

    def load(self) -> None:
        """What the first `make run` does: migrate, collect the static files, load the starter site."""
        self.migrate()
        self.fill()

    def migrate(self) -> None:
        self.run("manage.py", "migrate", "--verbosity=0", **UNFINISHED)

    def fill(self) -> None:
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity=0")
        self.run("manage.py", "demo", **UNFINISHED)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "waitress",
                    f"--listen=localhost:{self.port}",
                    "--ident=",
                    *self.options,
                    "portal.wsgi:application",
                ],
                cwd=ROOT,
                env=self.settings(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise AssertionError(f"The site did not start: {self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def routes(self) -> dict[str, list[str]]:
        """Every public route, by kind: `pages` answer 200, `errors` say no."""
        return json.loads(self.run("-m", "tests.public_routes"))


class Decoy:
    """Somebody else's site: on another host name than ours, and as slow or dead as a test wants.

    `headers` holds what each visit told it, `times` when it came.
    """

    PAGE = b"<!doctype html><title>Weather</title><h1>Weather</h1>"

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.hang = 0.0
        self.released = threading.Event()
        decoy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/favicon.ico":
                    self.send_error(404)
                    return
                decoy.times.append(time.time())
                decoy.headers.append({name.lower(): value for name, value in self.headers.items()})
                if decoy.hang:
                    decoy.released.wait(decoy.hang)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(decoy.PAGE)))
                self.end_headers()
                self.wfile.write(decoy.PAGE)

            def log_message(self, *arguments: Any) -> None:
                pass

            def handle(self) -> None:
                # A browser that turns away mid-answer is no fault of the test.
                with contextlib.suppress(ConnectionError):
                    super().handle()

        self.handler = Handler
        self.port = free_port()
        self.server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/weather"

    def up(self) -> None:
        if self.server is None:
            self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
            self.server.daemon_threads = True
            threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def reset(self) -> None:
        """Up, quick, and nothing remembered."""
        self.released.set()
        self.hang = 0.0
        self.released.clear()
        self.headers.clear()
        self.times.clear()
        self.up()
