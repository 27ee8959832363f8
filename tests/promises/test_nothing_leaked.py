"""What a person types stands in no table, file, log, cache, mail or temporary file of ours in clear."""

from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection

from tests.faults import acts
from tests.faults.conftest import db, warm, world  # noqa: F401  fixtures
from tests.faults.world import World
from tests.promises import journey, leaks

MARK = "zqvx"


@pytest.fixture
def keys(world: World) -> list[str]:  # noqa: F811
    (identities,) = world.do(acts.furnish)
    return identities


@pytest.mark.django_db
def test_the_scanner_finds_a_word_in_every_cache() -> None:
    for alias in caches:
        if alias == "limits":
            continue  # keeps numbers, behind the fallback
        caches[alias].set("planted", {"page": f"x {MARK} x"})
        assert f"cache {alias}: word" in leaks.in_caches({"word": MARK})
        caches[alias].delete("planted")
    assert not leaks.in_caches({"word": MARK})


@pytest.mark.parametrize("wrapping", leaks.IN_WHOLE_FILES)
def test_the_scanner_finds_a_word_in_the_middle_of_a_file(tmp_path: Path, wrapping: str) -> None:
    noise = bytes(range(256)) * 40
    (tmp_path / "kept").write_bytes(noise + b"\0 " + leaks.WRAPPINGS[wrapping](MARK) + b" \0" + noise)
    assert leaks.in_files(tmp_path, {"word": MARK, "other": "notthere"}) == {"kept: word"}


def test_the_scanner_finds_a_word_in_a_table(world: World, tmp_path: Path) -> None:  # noqa: F811
    (said,) = world.do(journey.plant, MARK)
    assert said == {"missed": [], "hits": ["planted.kept: word"]}
    if connection.vendor == "sqlite":
        assert any(hit.startswith("world.sqlite3") for hit in leaks.in_files(tmp_path, {"word": MARK}))


def test_nothing_that_was_typed_is_kept_in_clear(world: World, keys, tmp_path: Path) -> None:  # noqa: F811
    caches["pages"].clear()  # the empty checker names every choice, and another test may have asked for it
    before = world.do(journey.visit, MARK, str(tmp_path))
    assert world.do(acts.deliver) == [len(journey.WHO)]
    after = world.do(journey.scan, MARK)
    assert before == after == [{"hits": [], "sessions": 0, "mails": 0}]
    assert len(journey.planted(MARK)) > 20
    assert leaks.in_files(tmp_path, journey.planted(MARK) | journey.chosen(MARK)) == set()
    assert (tmp_path / "log.txt").exists()


def test_what_is_opened_is_what_was_typed(world: World, keys, tmp_path: Path) -> None:  # noqa: F811
    world.do(journey.visit, MARK, str(tmp_path))
    world.do(acts.deliver)
    (letters,) = world.do(acts.letters, keys)
    assert len(letters) == len(journey.WHO)  # those who left, or have not sent, are in no queue
    pages = [page for letter in letters for page in letter["safe_contact"] + letter["answers"]]
    said = {item["answer"] for page in pages for item in page["items"]}
    assert set(journey.planted(MARK).values()) - said == set()
    assert {letter["queue"] for letter in letters} == {"high-risk", "own-behaviour"}
    assert all(letter["why_urgent"] for letter in letters if letter["queue"] == "high-risk")
