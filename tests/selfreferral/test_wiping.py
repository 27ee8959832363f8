"""The bytes of answers that were left are in no file of SQLite's, soon after."""

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from selfreferral import draft_cipher, wiping
from selfreferral.models import Draft, DraftPart

OPTIONS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
    "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker) -> Iterator[Path]:
    """A database on disk with the two tables of drafts, set as production sets it."""
    path = tmp_path / "site.sqlite3"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": OPTIONS}
    settings = {**connections["default"].settings_dict, "ENGINE": "django.db.backends.sqlite3"}
    wrapper = DatabaseWrapper({**settings, "NAME": str(path), "OPTIONS": options, "AUTOCOMMIT": True}, "file")
    monkeypatch.setattr(connections._connections, "file", wrapper, raising=False)
    monkeypatch.setitem(connections.databases, "file", wrapper.settings_dict)
    monkeypatch.setattr(wiping, "connection", wrapper)
    with django_db_blocker.unblock():
        with wrapper.schema_editor() as editor:
            editor.create_model(Draft)
            editor.create_model(DraftPart)
        yield path
        wrapper.close()


def files(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()) if "shm" not in one.name)


def typed() -> tuple[Draft, list[bytes]]:
    """A draft in the file, and the sealed bytes of its parts: one short, one over many pages."""
    now = timezone.now()
    draft = Draft(cookie_hash="0" * 64, started_at=now, seen_at=now)
    draft.save(using="file")
    cipher = draft_cipher.Cipher(draft_cipher.new_secret(), draft.journey)
    sealed = [cipher.seal({"kept": words}, "about") for words in ("Sam", "x" * 15_000)]
    for number, part in enumerate(sealed):
        DraftPart.objects.using("file").create(draft=draft, step=str(number), sealed=part)
    return draft, sealed


def leave(draft: Draft) -> None:
    DraftPart.objects.using("file").filter(draft=draft).delete()


def pieces(sealed: list[bytes]) -> list[bytes]:
    """A long value lies on several pages: pieces short enough to be whole on one."""
    return [part[at : at + 64] for part in sealed for at in range(0, len(part), 512)]


def left_over(path: Path, sealed: list[bytes]) -> int:
    held = files(path)
    return sum(piece in held for piece in pieces(sealed))


def test_after_leaving_and_one_round_no_byte_is_left_in_the_files(file):
    draft, sealed = typed()
    assert left_over(file, sealed) >= len(pieces(sealed)) * 0.8, "the scanner finds what is there"
    leave(draft)
    assert left_over(file, sealed) > 0, "deleting alone leaves it in the log"
    assert wiping.cut_log(now=timezone.now())
    assert left_over(file, sealed) == 0
    assert (file.parent / "site.sqlite3-wal").stat().st_size == 0


def test_answers_that_had_reached_the_main_file_are_wiped_there_too(file):
    draft, sealed = typed()
    assert wiping.cut_log()
    assert left_over(file, sealed) > 0
    leave(draft)
    assert wiping.cut_log()
    assert left_over(file, sealed) == 0


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Somebody whose transaction still sees the answers."""
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM selfreferral_draftpart").fetchone() == (2,)
    try:
        yield
    finally:
        reader.execute("COMMIT")
        reader.close()


def test_a_reader_that_holds_on_is_waited_for_shortly_and_the_next_round_wipes(file):
    draft, sealed = typed()
    with reading(file):
        leave(draft)
        begin = timezone.now()
        assert not wiping.cut_log()
        assert (timezone.now() - begin).total_seconds() < 2
        assert left_over(file, sealed) > 0
        other = sqlite3.connect(file, timeout=0.2)
        other.execute("UPDATE selfreferral_draft SET state = 'left'")  # nobody who writes is held up
        other.commit()
        other.close()
    assert wiping.cut_log()
    assert left_over(file, sealed) == 0


def test_a_writer_that_holds_on_is_no_error_and_keeps_its_patience(file):
    draft, sealed = typed()
    leave(draft)
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE selfreferral_draft SET state = 'left'")
    assert not wiping.cut_log()
    writer.execute("COMMIT")
    writer.close()
    assert wiping.cut_log() and left_over(file, sealed) == 0
    with connections["file"].cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (10_000,), "as it was set"


def test_a_database_that_fails_is_not_raised(file, monkeypatch):
    class Broken:
        vendor, in_atomic_block = "sqlite", False

        def cursor(self):
            raise OperationalError("disk I/O error")

    monkeypatch.setattr(wiping, "connection", Broken())
    assert not wiping.cut_log(now=timezone.now())


@pytest.mark.django_db
def test_in_a_transaction_and_on_postgresql_it_does_nothing():
    assert not wiping.cut_log(now=timezone.now())


def test_the_worker_goes_its_round_after_everything_that_deletes(settings):
    assert settings.REFERRAL_ROUNDS[-1] == "selfreferral.wiping.cut_log"
    assert "selfreferral.drafts.purge" in settings.REFERRAL_ROUNDS


def churn(path: Path) -> set[bytes]:
    """Rows that come, grow and go, as over years; the marks of those that went."""
    order, living, gone = random.Random(1), {}, set()
    rows = sqlite3.connect(path, isolation_level=None)
    rows.executescript(
        "PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;"
        "CREATE TABLE churn (id integer PRIMARY KEY, ref varchar, words varchar, mark varchar);"
        "CREATE INDEX i ON churn (ref, mark); CREATE INDEX j ON churn (mark)"
    )
    for number, key in enumerate(order.sample(range(10**6), 6000)):
        living[key] = f"BY{key:07d}Q"
        row = [key, f"R{order.randrange(10**6)}", "o" * order.randrange(10, 900), living[key]]
        rows.execute("INSERT INTO churn VALUES (?, ?, ?, ?)", row)
        if number > 200 and number % 2 == 0:
            went = order.choice(list(living))
            gone.add(living.pop(went).encode())
            rows.execute("DELETE FROM churn WHERE id = ?", [went])
        if number % 5 == 0:
            words = "x" * order.randrange(1, 150)
            rows.execute("UPDATE churn SET words = ? WHERE id = ?", [words, order.choice(list(living))])
    rows.close()
    return gone


def test_copies_that_stay_behind_when_pages_are_filled_anew_go_with_a_wipe(file):
    """What secure_delete does not see: without the VACUUM some of those marks are still in the file."""
    gone = churn(file)
    assert wiping.cut_log()
    assert gone & set(re.findall(rb"BY\d{7}Q", files(file))), "nothing stayed behind: this proves nothing"
    assert wiping.wipe()
    assert not gone & set(re.findall(rb"BY\d{7}Q", files(file)))


def test_a_large_file_waits_for_a_quiet_hour(file, monkeypatch, caplog):
    monkeypatch.setattr(wiping, "LARGEST", 0)
    with CaptureQueriesContext(connections["file"]) as asked:
        assert wiping.wipe()
        assert "--vacuum" in caplog.text and not [q for q in asked.captured_queries if "VACUUM" in q["sql"]]
        assert wiping.wipe(whatever_size=True)
    assert [q for q in asked.captured_queries if "VACUUM" in q["sql"]]
