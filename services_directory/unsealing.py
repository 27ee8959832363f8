"""Opens letters, with private keys. Reached by triage.reading, the keys command, the reference receiver
and the partnership's reading (home.feedback.reading) only.

A process that serves the public calls nothing in here and is never given a private key:
tests/promises/ looks at its settings, its environment and its memory.
"""

import stat
from collections.abc import Sequence
from pathlib import Path

from pyrage import DecryptError, IdentityError, decrypt, x25519


class CannotOpen(Exception):
    """The letter is damaged, or sealed for other keys; the message holds no word of it."""


class KeyFileProblem(Exception):
    """The private keys cannot be used; the message names the file and the mend."""


def open(sealed: bytes, identities: Sequence[x25519.Identity]) -> bytes:
    """The letter without its filling. Raises CannotOpen."""
    try:
        return decrypt(bytes(sealed), identities).rstrip(b" ")
    except DecryptError:
        raise CannotOpen("This key does not open the letter, or the letter is damaged.") from None


def load(path: str | Path) -> list[x25519.Identity]:
    """Every private key in an age key file: one a line, lines with # are notes. Raises KeyFileProblem."""
    file = Path(path)
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise KeyFileProblem(f"{file} can be read by others. Run: chmod 600 {file}")
        lines = [line.strip() for line in file.read_text().splitlines()]
    except OSError as error:
        raise KeyFileProblem(f"{file} cannot be read ({type(error).__name__}).") from None
    try:
        identities = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError:
        raise KeyFileProblem(f"{file} holds a line that is no private age key.") from None
    if not identities:
        raise KeyFileProblem(f"{file} holds no private key.")
    return identities
