"""The built files in static/ are what the sources in assets/ make, and small enough."""

import re
import subprocess
from pathlib import Path

import brotli
import pytest

from tests.front_end import ASSETS, ROOT, node, node_packages

STATIC = ROOT / "static"
WRITTEN = (".html", ".py", ".js")
BUILT = ["css/site.css", "js/site.js", "css/work.css", "css/desk.css", "js/desk.js"]
MOST = (7000, 4000, 7000)  # bytes after Brotli, for the first three; a first visit is 16,000


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, built again elsewhere."""
    node_packages()
    path, environment = node()
    folder = tmp_path_factory.mktemp("static")
    subprocess.run([path, "build.js", str(folder)], cwd=ASSETS, env=environment, check=True)
    return folder


@pytest.mark.parametrize("name", BUILT)
def test_committed_file_is_not_stale(fresh: Path, name: str) -> None:
    assert (fresh / name).read_bytes() == (STATIC / name).read_bytes(), "run `make assets` and commit static/"


@pytest.mark.parametrize(("name", "most"), list(zip(BUILT, MOST, strict=False)))
def test_built_file_is_small(name: str, most: int) -> None:
    assert len(brotli.compress((STATIC / name).read_bytes())) <= most


def test_stylesheet_asks_nobody_for_anything() -> None:
    """No font, no picture, no import: a visitor's browser asks this site for two files."""
    css = (STATIC / "css/site.css").read_text()
    assert not re.search(r"url\(|@import|@font-face|GDS Transport", css)


def test_no_rule_is_for_a_class_that_nobody_writes() -> None:
    """GOV.UK Frontend brings rules for what we never use; assets/fit_govuk.js takes them out."""
    rooms = ("templates", "assets/js", "home", "pathways", "portal", "selfreferral", "services_directory")
    files = (path for room in rooms for path in (ROOT / room).rglob("*") if path.suffix in WRITTEN)
    written = {word for path in files for word in re.findall(r"-?[a-z_][\w-]*", path.read_text())}
    css = (STATIC / "css/site.css").read_text()
    assert set(re.findall(r"\.(-?[a-z_][\w-]*)", css)) <= written


def test_lock_file_names_no_registry() -> None:
    assert "resolved" not in (ASSETS / "package-lock.json").read_text()
