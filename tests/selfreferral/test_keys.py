"""Keys: made where only their owner reads them, changed and revoked; without usable ones the start stops."""

import shutil
import stat
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from pyrage import x25519

from selfreferral import checks, keys, routing, starter
from selfreferral.models import Queue, Referral, RevokedKey, Routing
from services_directory import sealing, unsealing
from tests.selfreferral.somebody import NOW, send


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def recipients(slug: str) -> list[str]:
    return Queue.objects.get(slug=slug).recipients


@pytest.fixture
def bare(db) -> None:
    starter.load(area="Rotherham")


def make_all(folder: Path) -> Path:
    file = folder / "keys" / "desk.txt"
    for slug in starter.QUEUES:
        run("make", slug, "--to", str(file))
    run("make", "--escrow", "--to", str(folder / "escrow.txt"))
    run("make", "independent", "--escrow", "--to", str(folder / "outside.txt"))
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


@pytest.mark.parametrize("arguments", [["attic"], [], ["attic", "--escrow"]])
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
    with pytest.raises(unsealing.KeyFileProblem):
        unsealing.load(tmp_path / "target")


def test_the_shared_spare_key_never_opens_a_queue_with_one_of_its_own(bare, tmp_path: Path) -> None:
    desk = make_all(tmp_path)
    shared = set(recipients("provider")) & set(recipients("children"))
    assert len(shared) == 1 and not shared & set(recipients("independent"))
    with pytest.raises(CommandError, match="independent: not opened"):
        run("check", "independent", "--private", str(tmp_path / "escrow.txt"))
    assert "them: independent." in run("check", "independent", "--private", str(tmp_path / "outside.txt"))
    assert "opens them" in run("check", "independent", "--private", str(desk))
    assert "keys make independent --escrow" in run("make", "--escrow", "--to", str(tmp_path / "two.txt"))
    assert len(recipients("independent")) == 2 and len(recipients("provider")) == 3


def test_a_shared_key_at_the_independent_team_is_named(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    keys.add(recipients("provider")[-1], slugs=["independent"], first=False)
    with pytest.raises(ImproperlyConfigured, match="independent: it must have keys of its own"):
        checks.stop_unless_ready()


def test_one_queue_gets_a_spare_key_alone(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    before = recipients("children")
    run("make", "provider", "--escrow", "--to", str(tmp_path / "more.txt"))
    assert len(recipients("provider")) == 3 and recipients("children") == before
    assert "opens them" in run("check", "provider", "--private", str(tmp_path / "more.txt"))


def test_a_rotated_key_opens_old_letters_and_no_new_ones(bare, tmp_path: Path) -> None:
    desk = make_all(tmp_path)
    old, escrow = recipients("provider")
    before = send()
    new_file = tmp_path / "new.txt"
    said = run("rotate", "provider", "--to", str(new_file))
    new, still = recipients("provider")
    assert still == escrow and new != old and old in said and new in said
    assert "1 letters of this queue are not closed" in said and "AGE-SECRET-KEY" not in said
    after = send()
    old_keys, new_keys = unsealing.load(desk), unsealing.load(new_file)
    assert unsealing.open(bytes(before.sealed), old_keys) and unsealing.open(bytes(after.sealed), new_keys)
    for sealed, identities in [(after.sealed, old_keys), (before.sealed, new_keys)]:
        with pytest.raises(unsealing.CannotOpen):
            unsealing.open(bytes(sealed), identities)
    both = [*unsealing.load(tmp_path / "escrow.txt")]
    assert unsealing.open(bytes(before.sealed), both) and unsealing.open(bytes(after.sealed), both)


def test_the_standard_tool_opens_a_letter_sealed_after_a_rotation(bare, tmp_path: Path) -> None:
    tool = shutil.which("age")
    if tool is None:
        pytest.skip("The age tool is not installed: apt-get install age")
    make_all(tmp_path)
    run("rotate", "provider", "--to", str(tmp_path / "new.txt"))
    referral = send()
    for file in ("new.txt", "escrow.txt"):
        command = [tool, "--decrypt", "--identity", str(tmp_path / file)]
        opened = subprocess.run(command, input=bytes(referral.sealed), capture_output=True, check=True)
        assert referral.reference in opened.stdout.decode()


def test_what_is_closed_needs_the_old_key_no_more(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    send()
    Referral.objects.update(state=Referral.State.CLOSED)
    assert "0 letters" in run("rotate", "provider", "--to", str(tmp_path / "new.txt"))


@pytest.mark.parametrize("slug", ["attic", "provider", "high-risk"])
def test_only_a_teams_own_key_is_rotated(bare, tmp_path: Path, slug: str) -> None:
    """provider has none yet; of high-risk only the shared spare keys are left."""
    make_all(tmp_path)
    run("make", "--escrow", "--to", str(tmp_path / "escrow.txt"))
    Queue.objects.filter(slug="provider").update(recipients=[])
    Queue.objects.filter(slug="high-risk").update(recipients=recipients("high-risk")[1:])
    file = tmp_path / "new.txt"
    with pytest.raises(CommandError, match="There is no queue attic|keys make"):
        run("rotate", slug, "--to", str(file))
    assert not file.exists()


def test_a_revoked_key_leaves_every_queue_and_never_comes_back(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    shared = recipients("provider")[-1]
    run("make", "--escrow", "--to", str(tmp_path / "second.txt"))
    send()
    said = run("revoke", shared)
    assert "children" in said and "independent" not in said
    assert "1 letters of these queues are not closed" in said and "does not show" in said
    assert not any(shared in queue.recipients for queue in Queue.objects.all())
    assert RevokedKey.objects.get().public == shared and f": {shared}" in run("list")
    with pytest.raises(keys.Refused, match="never used again"):
        keys.add(shared, slugs=["provider"], first=False)
    with pytest.raises(keys.Refused, match="never used again"):
        keys.rotate("provider", shared)
    run("revoke", shared)  # twice does no harm
    checks.stop_unless_ready()


@pytest.mark.parametrize("which", [0, 1], ids=["the team's", "the spare one"])
def test_a_queue_is_not_left_without_keys_unless_it_is_said(bare, tmp_path: Path, which: int) -> None:
    make_all(tmp_path)
    public = recipients("provider")[which]
    before = list(Queue.objects.values_list("slug", "recipients"))
    with pytest.raises(CommandError, match="provider.*First: keys rotate"):
        run("revoke", public)
    assert list(Queue.objects.values_list("slug", "recipients")) == before
    assert not RevokedKey.objects.exists()
    said = run("revoke", public, "--now")
    assert "provider takes NO referral now. Run at once: manage.py keys make provider" in said
    with pytest.raises(CommandError, match="keys make provider"):
        run("check")
    with pytest.raises(Exception, match="Two different keys"):
        send()
    assert not Referral.objects.exists()


def test_a_teams_own_key_goes_last_even_when_enough_are_left(bare, tmp_path: Path) -> None:
    """Two spare keys are two keys, but none that the desk has."""
    make_all(tmp_path)
    run("make", "--escrow", "--to", str(tmp_path / "second.txt"))
    team = recipients("provider")[0]
    with pytest.raises(CommandError, match="team's own key would go"):
        run("revoke", team)
    assert "has no key of its team now" in run("revoke", team, "--now")


def test_after_a_rotation_the_old_key_is_revoked_without_harm(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    old = recipients("provider")[0]
    run("rotate", "provider", "--to", str(tmp_path / "new.txt"))
    assert "no queue" in run("revoke", old)
    assert RevokedKey.objects.get().public == old
    assert send().reference


def test_a_key_that_a_backup_brings_back_is_not_sealed_for(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    old, *_others = before = recipients("provider")
    run("rotate", "provider", "--to", str(tmp_path / "new.txt"))
    run("revoke", old)
    Queue.objects.filter(slug="provider").update(recipients=[*recipients("provider"), old])
    referral = send()
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open(bytes(referral.sealed), unsealing.load(tmp_path / "keys" / "desk.txt"))
    with pytest.raises(CommandError, match="provider: has a revoked key. Run: manage.py keys revoke age1"):
        run("check")
    Queue.objects.filter(slug="provider").update(recipients=before)
    with pytest.raises(Exception, match="Two different keys"):
        send()


@pytest.mark.parametrize(
    "wrong",
    ["age1nonsense", "", "provider", str(x25519.Identity.generate())],
    ids=["nonsense", "empty", "slug", "private"],
)
def test_only_a_public_key_is_revoked_and_a_private_one_is_not_repeated(bare, wrong: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("revoke", wrong)
    assert "no public key" in str(caught.value) and not (wrong and wrong in str(caught.value))
    assert not RevokedKey.objects.exists()


def test_a_queue_that_only_a_managers_rules_name_is_looked_for(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    Queue.objects.filter(slug="children").update(active=False)
    rules = [rule for rule in routing.RULES if rule["queue"] != "children"]
    Routing.objects.create(rules=rules, urgent=list(routing.URGENT_WHEN))
    assert checks.queue_problems() == []
    assert any("under 16" in wrong for wrong in checks.rule_problems())
    Routing.objects.update(rules=[*rules[:-1], {**rules[-1], "queue": "elsewhere"}])
    assert any("elsewhere: the routing rules send people there" in one for one in checks.queue_problems())


def test_a_wrong_rule_is_logged_at_the_start_and_stops_nothing(bare, tmp_path: Path, caplog) -> None:
    make_all(tmp_path)
    Routing.objects.create(rules=list(routing.RULES[1:]), urgent=list(routing.URGENT_WHEN))
    checks.stop_unless_ready()
    assert any("routing rules have problems" in record.getMessage() for record in caplog.records)
    Routing.objects.update(rules=list(routing.RULES))
    assert not [wrong for wrong in checks.rule_problems() if "abuser" in wrong]


def test_rotating_and_revoking_are_of_the_moment(bare, tmp_path: Path) -> None:
    make_all(tmp_path)
    public = recipients("provider")[0]
    keys.revoke(public, now=NOW, leave_too_few=True)
    assert RevokedKey.objects.get().revoked_at == NOW
