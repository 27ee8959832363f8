"""Every kind of change ends exactly the kept pages that show it: never one too few, and rarely one too many.

tests/home/changes_walk.py makes each change in a process of its own over a copy of the starter site, and
compares what the cache serves with pages made anew, byte for byte.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.running_site import Site

LISTS = {"/find/", "/find/?w=3", "/find/?p=2", "/find/?h=1", "/professionals/services/"}
LISTS |= {f"/for/{number}/" for number in range(1, 11)}
# What is ended without need, and why: docs/decisions/purging.md.
TOO_MANY = {
    "a_service_hidden": LISTS,
    "a_service_back": LISTS,
    "a_new_service": LISTS,
    "a_term_renamed": LISTS | {"/professionals/changes/21/1/"},
    "a_page_moved": {"/privacy/"},
    "a_page_deleted": {"/privacy/"},
}
NOTHING_SHOWN = {"a_service_saved_as_it_was", "a_draft_saved", "a_new_page"}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("walked")
    shutil.copytree(loaded_folder, folder, dirs_exist_ok=True)
    return json.loads(Site(folder).run("-m", "tests.home.changes_walk"))


def changes_of(walked: dict[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in walked.items() if name not in ("kept", "otherwise")}


def test_a_page_made_of_kept_parts_is_the_same_to_the_byte(walked: dict[str, Any]) -> None:
    assert walked["otherwise"] == []


def test_no_page_is_ever_served_otherwise_than_it_would_be_made(walked: dict[str, Any]) -> None:
    changes = changes_of(walked)
    assert len(walked["kept"]) > 30
    assert {name: found["stale"] for name, found in changes.items() if found["stale"]} == {}
    assert {name for name, found in changes.items() if not found["differ"]} == NOTHING_SHOWN | {
        "a_place_turned_confidential",  # of which no page shows anything; all are let go all the same
        "a_page_deleted",
    }


def test_exactly_the_pages_that_differ_are_made_anew(walked: dict[str, Any]) -> None:
    changes = changes_of(walked)
    turned = changes.pop("a_place_turned_confidential")
    assert "/" in turned["purged"], "nothing that might hold a place stays"
    for name, found in changes.items():
        needless = set(found["purged"]) - set(found["differ"])
        assert needless <= TOO_MANY.get(name, set()), name
        assert set(found["differ"]) <= set(found["purged"]), name
