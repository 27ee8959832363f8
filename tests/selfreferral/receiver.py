"""The reference receiver in a process of its own, and the endpoint that leads to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selfreferral import signatures
from selfreferral.models import Endpoint, Queue
from tests.running_site import ROOT
from tests.throwaway import free_port, wait_for

COMMAND = [sys.executable, str(ROOT / "manage.py"), "reference_receiver"]


@dataclass(frozen=True)
class Running:
    url: str
    folder: Path
    secret: str
    public_key: str
    said: Path

    def clear(self) -> None:
        for file in self.folder.iterdir():
            file.unlink()


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    port, key_file, letters = free_port(), folder / "receiver-keys.txt", folder / "letters"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    words = ["--port", str(port), "--key-file", str(key_file), "--to", str(letters), *options]
    said = folder / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen([*COMMAND, *words], env=environment, stdout=out, stderr=out)
    try:
        wait_for(port)
        secret, private = key_file.read_text().split()
        yield Running(f"http://127.0.0.1:{port}", letters, secret, signatures.public_of(private), said)
    finally:
        process.terminate()
        process.wait(10)


def point(
    slug: str,
    *,
    url: str,
    secret: str,
    public_key: str,
    kind: str = "webhook",
    options: dict[str, str] | None = None,
    closed: dict[str, str] | None = None,
) -> Endpoint:
    """Letters of this queue go there from now on."""
    queue = Queue.objects.get(slug=slug)
    queue.transport = kind
    queue.save()
    endpoint, _new = Endpoint.objects.get_or_create(queue=queue, kind=kind)
    endpoint.url, endpoint.public_key = url, public_key
    endpoint.options = options or {}
    endpoint.close(closed or {})
    endpoint.keep(secret)
    endpoint.save()
    return endpoint
