"""The process that serves the public holds no private key: settings, environment, files, memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.running_site import ROOT, Site

# Runs with the journeys, which have a real server anyway.
pytestmark = pytest.mark.browser


def memory_holds(pid: int, words: list[bytes]) -> set[bytes]:
    """Which of `words` stand in what the process can write to: heap, stacks, data."""
    hits = set()
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if not rights.startswith("rw") or "[v" in line:
                continue
            start, end = (int(number, 16) for number in span.split("-"))
            try:
                memory.seek(start)
                held = memory.read(end - start)
            except (OSError, ValueError):
                continue
            hits |= {word for word in words if word in held}
    return hits


def private_keys(site: Site) -> list[bytes]:
    lines = [line for file in (site.folder / "keys").glob("*.txt") for line in file.read_text().splitlines()]
    found = [line.encode() for line in lines if line.startswith("AGE-SECRET-KEY-1")]
    # six queues, the spare key of five and that of the independent team, and what people tell us
    assert len(found) == 9
    return found


def test_its_settings_name_no_key_file(site: Site) -> None:
    shown = site.run("-c", SHOW)
    assert "KEY_FILE=none" in shown
    assert settings.TRIAGE_KEY_FILE == "none"


SHOW = """
import portal.wsgi
from django.conf import settings
print("KEY_FILE=" + settings.TRIAGE_KEY_FILE)
"""


def test_even_when_it_is_told_of_one(site: Site) -> None:
    """An operator's .env is read by every process, so the door decides, not the environment."""
    told = Site(site.folder, {**site.environment, "TRIAGE_KEY_FILE": str(site.folder / "keys" / "desk.txt")})
    assert "KEY_FILE=none" in told.run("-c", SHOW)
    desk = Site(site.folder, {**told.environment, "PORTAL_DOORS": "triage"})
    assert "KEY_FILE=/" in desk.run(
        "-c", "from django.conf import settings;print('KEY_FILE='+settings.TRIAGE_KEY_FILE)"
    )


def test_its_environment_and_open_files_hold_none(site: Site) -> None:
    assert site.process
    process = Path(f"/proc/{site.process.pid}")
    environment = (process / "environ").read_bytes()
    assert b"AGE-SECRET-KEY" not in environment and b"TRIAGE_KEY_FILE" not in environment
    assert b"DJANGO_SETTINGS_MODULE" in environment  # it was really read
    files = [os.readlink(link) for link in (process / "fd").iterdir() if link.exists()]
    assert not [file for file in files if "/keys/" in file]
    assert "/keys/" not in (process / "maps").read_text()


def test_its_memory_holds_none(site: Site) -> None:
    assert site.process
    assert memory_holds(site.process.pid, private_keys(site)) == set()
    secret = settings.SECRET_KEY.encode()
    assert memory_holds(site.process.pid, [secret]) == {secret}  # it was really read


def test_the_look_into_memory_can_find_one(site: Site) -> None:
    """A process that loads the desk's key is found out."""
    code = (
        "import sys; from services_directory import unsealing;"
        "held = unsealing.load(sys.argv[1]), open(sys.argv[1]).read();"
        "print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(site.folder / "keys" / "desk.txt")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=site.settings(), **pipes) as holder:
        assert holder.stdout and holder.stdout.readline() == b"ready\n"
        assert len(memory_holds(holder.pid, private_keys(site))) == 6
        assert holder.stdin
        holder.stdin.close()
