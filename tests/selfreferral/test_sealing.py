"""Letters are closed for two keys, tell nothing by their length, and open with the standard tool."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from services_directory import sealing, unsealing

TEAM, ESCROW, STRANGER = (x25519.Identity.generate() for _ in range(3))
BOTH = [str(TEAM.to_public()), str(ESCROW.to_public())]
OVERHEAD = 1024  # header, two recipients, a stanza of noise


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=3000))
def test_what_is_sealed_opens_for_each_of_the_two(text: str) -> None:
    letter = f"[{text!r}]".encode(errors="replace")
    sealed = sealing.seal(letter, BOTH)
    assert unsealing.open(sealed, [TEAM]) == letter == unsealing.open(sealed, [ESCROW])


def test_nobody_else_opens_it() -> None:
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open(sealing.seal(b"{}", BOTH), [STRANGER])


@pytest.mark.parametrize("place", [0, 70, 300, -1])
def test_a_damaged_letter_does_not_open(place: int) -> None:
    sealed = bytearray(sealing.seal(b"{}", BOTH))
    sealed[place] ^= 1
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open(bytes(sealed), [TEAM])


@pytest.mark.parametrize(
    "recipients",
    [[], BOTH[:1], [BOTH[0], BOTH[0]], [BOTH[0], f" {BOTH[0]} "], [BOTH[0], "age1nonsense"], [BOTH[0], ""]],
)
def test_fewer_than_two_usable_keys_seal_nothing(recipients: list[str]) -> None:
    with pytest.raises(sealing.NoUsableKey) as caught:
        sealing.seal(b"{}", recipients)
    assert sealing.problem(recipients) == str(caught.value) != ""
    assert sealing.problem(BOTH) == ""


@pytest.mark.parametrize("length", [0, 1, 2047, 2048])
def test_short_letters_are_as_long_as_each_other(length: int) -> None:
    assert len(sealing.pad(b"x" * length)) == 2048


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=100_000))
def test_a_sealed_letter_has_one_of_a_few_lengths(length: int) -> None:
    padded = len(sealing.pad(b"x" * length))
    assert padded >= length
    assert padded in sealing.BUCKETS or padded % sealing.BUCKETS[-1] == 0
    assert padded <= len(sealing.seal(b"x" * length, BOTH)) <= padded + OVERHEAD


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.txt"
    file.write_text(f"# a note\n{TEAM}\n")
    file.chmod(0o640)
    with pytest.raises(unsealing.KeyFileProblem, match="chmod 600"):
        unsealing.load(file)
    file.chmod(0o600)
    assert unsealing.open(sealing.seal(b"{}", BOTH), unsealing.load(file)) == b"{}"


@pytest.mark.parametrize("content", ["", "# only a note\n", "AGE-SECRET-KEY-1WRONG\n"])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "desk.txt"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(unsealing.KeyFileProblem) as caught:
        unsealing.load(file)
    assert "WRONG" not in str(caught.value)


def test_the_standard_tool_opens_it(tmp_path: Path) -> None:
    tool = shutil.which("age")
    if tool is None:
        pytest.skip("The age tool is not installed: apt-get install age")
    (tmp_path / "desk.txt").write_text(f"{TEAM}\n")
    sealed = sealing.seal('{"name": "Őz"}'.encode(), BOTH)
    command = [tool, "--decrypt", "--identity", str(tmp_path / "desk.txt")]
    opened = subprocess.run(command, input=sealed, capture_output=True, check=True).stdout
    assert opened.decode().strip() == '{"name": "Őz"}'
