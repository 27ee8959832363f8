"""Signatures of the Standard Webhooks specification, over `id.timestamp.body`.

What we send is signed with a secret that both sides hold (whsec_…, HMAC-SHA256, "v1"). What a
receiver answers is signed with a key that only it holds (whsk_…, Ed25519, "v1a"; we keep whpk_…),
so that nobody on our side can make a receipt.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
TOLERANCE = timedelta(minutes=5)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
LENGTHS = {SECRET: range(24, 65), PRIVATE: range(32, 33), PUBLIC: range(32, 33)}


class BadKey(Exception):
    """Says what was expected; never repeats what was given, which may be a secret."""


def new_secret() -> str:
    return SECRET + encoded(secrets.token_bytes(32))


def new_pair() -> tuple[str, str]:
    """The receiver's private and public key."""
    private = Ed25519PrivateKey.generate()
    return PRIVATE + encoded(private.private_bytes_raw()), PUBLIC + encoded(
        private.public_key().public_bytes_raw()
    )


def public_of(private: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(raw(private, PRIVATE))
    return PUBLIC + encoded(key.public_key().public_bytes_raw())


def raw(key: str, kind: str) -> bytes:
    """The bytes of a key that must be of this kind. Raises BadKey."""
    try:
        found = base64.b64decode(key.removeprefix(kind), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not key.startswith(kind) or len(found) not in LENGTHS[kind]:
        raise BadKey(f"It is no key that starts with {kind} and goes on in base64, whole and unbroken.")
    return found


def content(id: str, timestamp: int, body: bytes) -> bytes:
    """What is signed."""
    return f"{id}.{timestamp}.".encode() + body


def sign(signed: bytes, key: str) -> str:
    """`v1,…` with a shared secret, `v1a,…` with a private key. Raises BadKey."""
    if key.startswith(SECRET):
        mac = hmac.new(raw(key, SECRET), signed, hashlib.sha256).digest()
        return f"v1,{encoded(mac)}"
    return f"v1a,{encoded(Ed25519PrivateKey.from_private_bytes(raw(key, PRIVATE)).sign(signed))}"


def headers(key: str, *, id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three that go with `body`."""
    timestamp = int(now.timestamp())
    return {
        ID: id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: sign(content(id, timestamp, body), key),
    }


def fits(signed: bytes, signatures: str, key: str) -> bool:
    """Whether one of `signatures` (several stand there while keys change) is by `key`. Raises BadKey."""
    if key.startswith(SECRET):
        expected = sign(signed, key).encode()
        return any(hmac.compare_digest(expected, one.encode()) for one in signatures.split())
    public = Ed25519PublicKey.from_public_bytes(raw(key, PUBLIC))
    return any(_by(public, one, signed) for one in signatures.split())


def problem(
    given: Mapping[str, str],
    body: bytes,
    *,
    key: str,
    now: datetime,
    id: str = "",
    oldest: timedelta | None = TOLERANCE,
) -> str:
    """Why `body` was not signed by `key` just now (and for `id`), in plain words; empty when it was.

    What lay in a broker's queue may be of any age (`oldest=None`), and never from the future.
    """
    timestamp = given.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return "It is not signed."
    if id and given.get(ID) != id:
        return "It is about something else than was sent."
    if not fits(content(given.get(ID, ""), int(timestamp), body), given.get(SIGNATURE, ""), key):
        return "Its signature is wrong."
    age = timedelta(seconds=now.timestamp() - int(timestamp))
    if age < -TOLERANCE or (oldest is not None and age > oldest):
        return "Its signature is old, or one of the two clocks is wrong."
    return ""


def _by(public: Ed25519PublicKey, signature: str, signed: bytes) -> bool:
    version, _comma, value = signature.partition(",")
    try:
        public.verify(base64.b64decode(value, validate=True), signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return version == "v1a"


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
