"""Closes words for the partnership's keys (age). What is sealed here cannot be opened here."""

import json
from collections.abc import Mapping

from pyrage import RecipientError, encrypt, x25519

from home.feedback.models import Key

KIB = 1024
BUCKETS = (KIB, 4 * KIB, 16 * KIB)  # the length tells little about how much somebody wrote


class NoKey(Exception):
    """Nothing may be taken: there is no usable key."""


def seal(said: Mapping[str, str]) -> bytes:
    """JSON, padded with spaces, for every key. Raises NoKey."""
    words = json.dumps(dict(said), ensure_ascii=False).encode()
    return encrypt(words.ljust(next((b for b in BUCKETS if len(words) <= b), len(words))), recipients())


def recipients() -> list[x25519.Recipient]:
    """Raises NoKey when there is none, or one of them is no key: better nothing than half."""
    try:
        found = [x25519.Recipient.from_str(public) for public in Key.objects.values_list("public", flat=True)]
    except RecipientError:
        found = []
    if not found:
        raise NoKey("Make one: manage.py feedback_key make")
    return found


def can_take() -> bool:
    try:
        return bool(recipients())
    except NoKey:
        return False
