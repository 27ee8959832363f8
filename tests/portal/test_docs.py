"""Documents that name a path which is not there mislead whoever is in a hurry."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# `portal/safety.py`, `docs/decisions/`, `tests/run.py::name`, and pictures; not addresses of pages.
NAMED = re.compile(r"`([\w./-]+/[\w.-]*|[\w-]+\.(?:md|toml|py))(?:::(\w+))?`|\]\((?!http)([^)#]+)\)")
NOT_FILES = {"var/"}


def named_paths(document: Path) -> set[tuple[str, str]]:
    found = set()
    for path, inside, link in NAMED.findall(document.read_text()):
        name = path or link
        if name.startswith("/") or name in NOT_FILES:
            continue
        found.add((name, inside))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_is_named_exists(document):
    missing = []
    for name, inside in named_paths(document):
        places = [ROOT / name, document.parent / name]
        there = next((place for place in places if place.exists()), None)
        if there is None or (inside and inside not in there.read_text()):
            missing.append(f"{name}::{inside}" if inside else name)
    assert not missing


def test_the_check_can_fail(tmp_path):
    document = tmp_path / "a.md"
    document.write_text("see `portal/nowhere.py` and `portal/safety.py::no_such_name`")
    assert named_paths(document) == {("portal/nowhere.py", ""), ("portal/safety.py", "no_such_name")}
