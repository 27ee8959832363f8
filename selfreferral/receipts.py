"""A receipt: the receiver's signed word that it has exactly this letter.

Only a receipt that verifies moves a referral to "received". The inbox shares our process and
database, so one HMAC key in the settings serves both ends. A receiver elsewhere signs its whole
answer with a key of its own, of which we hold the public half (selfreferral/signatures.py).
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from selfreferral import signatures

REFERENCE = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}")  # of a letter, or of a test


@dataclass(frozen=True)
class Receipt:
    """`digest` is the SHA-256, in hex, of the sealed bytes that the receiver stored, `received_at`
    when it first did. `signed` is what a receiver elsewhere signed, byte by byte.
    """

    reference: str
    digest: str
    received_at: datetime
    signature: str = ""
    signed: bytes = b""


def sign(reference: str, digest: str, received_at: datetime, *, key: str | None = None) -> Receipt:
    """The receiver's side, in this process."""
    return Receipt(reference, digest, received_at, _signature(reference, digest, received_at, key))


def from_elsewhere(signed: bytes, signature: str) -> Receipt:
    """What a receiver elsewhere says in its answer; ValueError when that is no receipt at all."""
    try:
        said = json.loads(signed.split(b".", 2)[2])
        reference, digest, at = said["reference"], said["digest"], moment(said["received_at"])
    except (KeyError, IndexError, TypeError, RecursionError) as error:
        raise ValueError("no receipt") from error
    return Receipt(str(reference), str(digest), at, signature, signed)


def moment(words: object) -> datetime:
    """A time with its zone, as in 2026-11-20T09:30:00Z. Raises ValueError."""
    found = datetime.fromisoformat(str(words))
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time outside the calendar") from None


def problem(receipt: object, *, reference: str, digest: str, key: str | None = None) -> str:
    """Why `receipt` is no receipt for this letter, in plain words; empty when it is.

    `key` is the public key of a receiver elsewhere, or a secret; without one, ours.
    """
    if not isinstance(receipt, Receipt):
        return "The answer is no receipt."
    if receipt.reference != reference:
        return "The receipt is for another referral."
    if receipt.digest != digest:
        return "The receipt is for another letter."
    if key and key.startswith(signatures.PUBLIC):
        return "" if _is_signed_elsewhere(receipt, key) else "The receipt's signature is wrong."
    expected = _signature(receipt.reference, receipt.digest, receipt.received_at, key)
    if not hmac.compare_digest(expected.encode(), str(receipt.signature).encode()):
        return "The receipt's signature is wrong."
    return ""


def _is_signed_elsewhere(receipt: Receipt, public: str) -> bool:
    """The signature fits, and what was signed says the same as the receipt."""
    try:
        fits = signatures.fits(receipt.signed, receipt.signature, public)
        return fits and from_elsewhere(receipt.signed, receipt.signature) == receipt
    except (ValueError, signatures.BadKey):
        return False


def _signature(reference: str, digest: str, received_at: datetime, key: str | None) -> str:
    at = received_at.astimezone(UTC).isoformat(timespec="microseconds")
    secret = (key or settings.REFERRAL_RECEIPT_KEY).encode()
    return hmac.new(secret, json.dumps([reference, digest, at]).encode(), hashlib.sha256).hexdigest()
