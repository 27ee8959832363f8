"""`make test`: everything a change must pass, with real servers that live only this long.

Installs what is missing when it may, starts a throwaway PostgreSQL and RabbitMQ on free ports, makes what
the tests begin with, then runs style, stairs, types, migrations, the tests on SQLite, those that ask a
database on PostgreSQL too, and the journeys in Chromium. The first failure ends it; pytest's own summary
comes last. A handful of tests that fail beside others run once more, alone, and are named if they pass
then: see docs/decisions/tests-run-again.md.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.ready_made import being_made  # noqa: E402 (needs the path above)
from tests.throwaway import PACKAGES, postgresql, rabbitmq  # noqa: E402

BIN = Path(sys.executable).parent
STARTED = time.monotonic()
# The tests wait for processes and clocks as often as they compute: one more than there are cores.
WORKERS = str((os.cpu_count() or 2) + 1)
# Which tests each phase runs. Every test is in exactly one of the first, third and fourth.
ON_SQLITE, ON_POSTGRESQL = "not browser and not timing", "not browser and not timing and not once"
IN_CHROMIUM, ALONE = "browser and not timing", "timing"
# A server that lives this long need not wait for the disk; the one that faults crash is another.
FORGETFUL = "-c fsync=off"
A_HANDFUL = 5
FAILED = ROOT / "var/pytest/v/cache/lastfailed"  # written by pytest: see `cache_dir` in pyproject.toml
# Whatever the machine says: without compiled files every test process compiles all tests again, for 7 s.
os.environ["PYTHONDONTWRITEBYTECODE"] = ""
IN_CI = os.environ.get("CI", "").lower() == "true"


def main() -> None:
    install_packages()
    with rabbitmq() as broker, postgresql(FORGETFUL) as database_url, being_made(database_url) as ready_made:
        check("style", "ruff", "check", ".")
        check("stairs", "lint-imports")
        check("types", "mypy", "portal", "home", "services_directory", "selfreferral", "triage", "pathways")
        check("migrations", "python", "manage.py", "makemigrations", "--check", "--dry-run")
        env = {**ready_made(), "TEST_AMQP_URL": broker.url if broker else ""}
        test("tests on SQLite", ON_SQLITE, "-n", WORKERS, **env)
        if database_url:
            test("tests on PostgreSQL", ON_POSTGRESQL, "-n", "4", **env, DATABASE_URL=database_url)
        test("journeys in Chromium", IN_CHROMIUM, "-n", WORKERS, "--dist", "loadscope", **env)
        test("what is measured in time, alone", ALONE, **env)
    if passed_alone:
        print("Failed beside others and passed alone: look at them.", *passed_alone, sep="\n  ")


passed_alone: list[str] = []


def test(what: str, marked: str, *arguments: str, **env: str) -> None:
    """What failed beside others gets one more turn alone, if it is a handful; its second failure counts."""
    FAILED.unlink(missing_ok=True)
    if not ran(what, "pytest", "tests", "-m", marked, *arguments, **env):
        failed = list(json.loads(FAILED.read_text())) if FAILED.exists() else []
        alone = (f"{what}, {len(failed)} once more alone", "pytest", "tests", "-m", marked, "--last-failed")
        if not 0 < len(failed) <= A_HANDFUL or not ran(*alone, **env):
            sys.exit(f"{what}: failed (pytest tests -m '{marked}' {' '.join(arguments)})")
        passed_alone.extend(failed)


def check(what: str, program: str, *arguments: str, **env: str) -> None:
    if not ran(what, program, *arguments, **env):
        sys.exit(f"{what}: failed ({' '.join([program, *arguments])})")


def ran(what: str, program: str, *arguments: str, **env: str) -> bool:
    print(f"--- {what} (after {time.monotonic() - STARTED:.0f} s)", flush=True)
    command = [str(BIN / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **{k: v for k, v in env.items() if v}})
    return not done.returncode


def install_packages() -> None:
    """Debian's Chromium, PostgreSQL, Redis, RabbitMQ and age, through apt when this user may."""
    missing = [package for package, there in PACKAGES.items() if not there()]
    if not missing:
        return
    print(f"Needed for the tests and not here: {', '.join(missing)}.", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # In run level 1 no package starts a server of its own.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
            env=quiet,
            stdout=subprocess.DEVNULL,
        )
        missing = [package for package, there in PACKAGES.items() if not there()]
    if missing and IN_CI:
        sys.exit(f"They could not be installed: {', '.join(missing)}. Every test must run in CI.")
    if missing:
        print(f"Tests that need them are skipped. To run them: sudo apt-get install {' '.join(missing)}")


if __name__ == "__main__":
    main()
