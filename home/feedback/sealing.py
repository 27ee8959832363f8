"""Closes words for the partnership's keys (age). What is sealed here cannot be opened here."""

import json
from collections.abc import Mapping

from home.feedback.models import Key
from services_directory import sealing

NoKey = sealing.NoUsableKey  # nothing may be taken
FEWEST_KEYS = 1  # the partnership's own; a second one is its choice


def seal(said: Mapping[str, str]) -> bytes:
    """JSON, padded with spaces, for every key. Raises NoKey."""
    return sealing.seal(json.dumps(dict(said), ensure_ascii=False).encode(), keys(), fewest=FEWEST_KEYS)


def keys() -> list[str]:
    return list(Key.objects.values_list("public", flat=True))


def can_take() -> bool:
    """Whether there is a key, and each is one: better nothing than half."""
    try:
        return bool(sealing.parse(keys(), fewest=FEWEST_KEYS))
    except NoKey:
        return False
