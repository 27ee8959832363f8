"""Closes letters. Knows public keys only: what is sealed here cannot be opened here.

The format is age (https://age-encryption.org/v1), so that the standard `age` tool opens a
letter in an emergency (docs/runbook.md). Reached by the outbox, the desk's handing on, the
keys command, the checks and what people tell us (home.feedback); import-linter keeps everybody
else out. It stands on the lowest floor because two rooms that never meet seal.
"""

from collections.abc import Iterable, Sequence

from pyrage import EncryptError, RecipientError, encrypt, x25519

KIB = 1024
# A letter is filled up to one of these, so that its length does not tell how much somebody wrote.
BUCKETS = (2 * KIB, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB)
FEWEST_RECIPIENTS = 2
TOO_FEW = "Two different keys are needed: the team's own and the escrow key."


class NoUsableKey(Exception):
    """Nothing may be accepted for these recipients; the message says why, without a value."""


def seal(letter: bytes, recipients: Iterable[str], *, fewest: int = FEWEST_RECIPIENTS) -> bytes:
    """`letter`, padded and encrypted for every recipient. Raises NoUsableKey.

    `letter` must be a format that ignores trailing spaces, as JSON does: the filling stays
    when the standard tool opens it, and does no harm.
    """
    keys = parse(recipients, fewest=fewest)
    try:
        return encrypt(pad(letter), keys)
    except EncryptError as error:
        raise NoUsableKey("The letter could not be sealed for these keys.") from error


def parse(recipients: Iterable[str], *, fewest: int = FEWEST_RECIPIENTS) -> list[x25519.Recipient]:
    """Public keys, `fewest` different ones at least. Raises NoUsableKey."""
    words = list(dict.fromkeys(word.strip() for word in recipients))
    if len(words) < fewest:
        raise NoUsableKey(TOO_FEW if fewest == FEWEST_RECIPIENTS else "There is no key to seal for.")
    try:
        return [x25519.Recipient.from_str(word) for word in words]
    except RecipientError:
        raise NoUsableKey("One of the keys is no age public key (age1…).") from None


def problem(recipients: Sequence[str]) -> str:
    """Why nothing can be sealed for `recipients`; empty when a letter really was sealed."""
    try:
        seal(b"{}", recipients)
    except NoUsableKey as error:
        return str(error)
    return ""


def pad(letter: bytes) -> bytes:
    """Filled with spaces up to the next bucket; past the last one, to its next multiple."""
    size = next((bucket for bucket in BUCKETS if len(letter) <= bucket), None)
    largest = BUCKETS[-1]
    return letter.ljust(size or -(-len(letter) // largest) * largest)
