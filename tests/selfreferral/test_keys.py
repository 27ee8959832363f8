"""Keys: made where only their owner reads them; without usable ones the start stops."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from selfreferral import checks, opening, sealing, starter
from selfreferral.models import Queue


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("keys", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def bare(db) -> None:
    starter.load(area="Rotherham")


def make_all(folder: Path) -> Path:
    file = folder / "keys" / "desk.txt"
    for slug in starter.QUEUES:
        run("make", slug, "--to", str(file))
    run("make", "--escrow", "--to", str(folder / "escrow.txt"))
    return file


def test_made_keys_open_what_is_sealed(bare, tmp_path: Path) -> None:
    file = make_all(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "opens them" in run("check", "--private", str(file))
    assert "opens them" in run("check", "--private", str(tmp_path / "escrow.txt"))
    for queue in Queue.objects.all():
        assert len(queue.recipients) == 2 and not sealing.problem(queue.recipients)
    checks.stop_unless_ready()


def test_a_private_key_is_shown_once_when_no_file_is_named(bare) -> None:
    shown = run("make", "provider")
    assert shown.count("AGE-SECRET-KEY-1") == 1
    assert "AGE-SECRET-KEY-1" not in str(Queue.objects.values_list()) + run("list")


def test_a_written_private_key_is_not_shown(bare, tmp_path: Path) -> None:
    assert "AGE-SECRET-KEY" not in run("make", "provider", "--to", str(tmp_path / "key.txt"))


def test_a_file_that_others_can_read_takes_no_key_and_changes_nothing(bare, tmp_path: Path) -> None:
    file = tmp_path / "open.txt"
    file.write_text("")
    file.chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        run("make", "provider", "--to", str(file))
    assert file.read_text() == "" and Queue.objects.get(slug="provider").recipients == []


@pytest.mark.parametrize("arguments", [["attic"], [], ["provider", "--escrow"]])
def test_one_queue_or_escrow_is_named(bare, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run("make", *arguments)


def test_check_says_which_queue_cannot_be_opened(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    run("make", "provider", "--to", str(tmp_path / "other.txt"))
    with pytest.raises(CommandError, match="high-risk: not opened"):
        run("check", "--private", str(tmp_path / "other.txt"))


WRONG = {
    "a queue without keys": ({"recipients": []}, "keys make provider"),
    "only one key": ({"recipients": ["age1one"]}, "Two different keys"),
    "a queue that is off": ({"active": False}, "no such active queue"),
    "a misspelt transport": ({"transport": "inbocks"}, "Choose from: inbox"),
}


@pytest.mark.parametrize(("change", "mend"), WRONG.values(), ids=WRONG)
def test_the_start_stops_and_names_the_mend(bare, tmp_path: Path, change: dict, mend: str) -> None:
    make_all(tmp_path)
    Queue.objects.filter(slug="provider").update(**change)
    with pytest.raises(ImproperlyConfigured, match=mend) as caught:
        checks.stop_unless_ready()
    assert "provider" in str(caught.value) and "high-risk" not in str(caught.value)
    with pytest.raises(CommandError):
        run("check")


def test_a_database_that_is_down_does_not_stop_the_start(monkeypatch) -> None:
    def down() -> list[str]:
        raise DatabaseError("down")

    monkeypatch.setattr(checks, "queue_problems", down)
    checks.stop_unless_ready()


@pytest.mark.parametrize(
    "path", ["triage.transport.Inbocks", "nowhere.At.All", "selfreferral.checks.transports", ""]
)
def test_a_misspelt_transport_stops_the_start(settings, path: str) -> None:
    settings.REFERRAL_TRANSPORTS = {"inbox": path}
    assert [problem.id for problem in checks.transports(None)] == ["selfreferral.E001"]


def test_the_transports_of_the_settings_are_right() -> None:
    assert checks.transports(None) == []


def test_a_key_file_is_no_link_to_somewhere_else(bare, tmp_path: Path) -> None:
    (tmp_path / "target").touch(mode=0o600)
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(CommandError):
        run("make", "provider", "--to", str(tmp_path / "link"))
    with pytest.raises(opening.KeyFileProblem):
        opening.load(tmp_path / "target")
