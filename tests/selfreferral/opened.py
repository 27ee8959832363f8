"""What a letter says, for tests that hold the keys."""

from typing import Any

from selfreferral import envelope
from selfreferral.models import Referral
from services_directory import unsealing


def letter_of(referral: Referral, keys: dict[str, Any]) -> dict[str, Any]:
    identity = keys[referral.queue.slug]
    return envelope.from_bytes(unsealing.open(bytes(referral.sealed), [identity]))
