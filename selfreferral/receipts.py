"""A receipt: the receiver's signed word that it has exactly this letter.

Only a receipt that verifies moves a referral to "received". The inbox shares our process and
database, so one HMAC key in the settings serves both ends; a receiver elsewhere will sign
with a key of its own.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings


@dataclass(frozen=True)
class Receipt:
    """`digest` is the SHA-256, in hex, of the sealed bytes that the receiver stored."""

    reference: str
    digest: str
    received_at: datetime
    signature: str = ""


def sign(reference: str, digest: str, received_at: datetime, *, key: str | None = None) -> Receipt:
    """The receiver's side."""
    return Receipt(reference, digest, received_at, _signature(reference, digest, received_at, key))


def problem(receipt: object, *, reference: str, digest: str, key: str | None = None) -> str:
    """Why `receipt` is no receipt for this letter, in plain words; empty when it is."""
    if not isinstance(receipt, Receipt):
        return "The answer is no receipt."
    if receipt.reference != reference:
        return "The receipt is for another referral."
    if receipt.digest != digest:
        return "The receipt is for another letter."
    expected = _signature(receipt.reference, receipt.digest, receipt.received_at, key)
    if not hmac.compare_digest(expected.encode(), str(receipt.signature).encode()):
        return "The receipt's signature is wrong."
    return ""


def _signature(reference: str, digest: str, received_at: datetime, key: str | None) -> str:
    at = received_at.astimezone(UTC).isoformat(timespec="microseconds")
    secret = (key or settings.REFERRAL_RECEIPT_KEY).encode()
    return hmac.new(secret, json.dumps([reference, digest, at]).encode(), hashlib.sha256).hexdigest()
