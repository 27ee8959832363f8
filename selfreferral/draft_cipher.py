"""The key of a draft: made from the visitor's cookie and the server's pepper, kept nowhere.

Whoever holds the database, SECRET_KEY and the pepper still lacks the cookie. A sealed value is
bound to its journey, its step and the schema version, so that rows cannot change places.
"""

import base64
import binascii
import hashlib
import json
import secrets
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SCHEMA = 1
SECRET_BYTES = 32
NONCE_BYTES = 12
as_json = json.JSONEncoder(separators=(",", ":")).encode
in_one_order = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode
BUCKET = 256  # bytes: the length of a row says little about the length of an answer


class CannotOpen(Exception):
    """The value was sealed with another key, for another place or by another version."""


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def to_cookie(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def from_cookie(text: str) -> bytes | None:
    """The cookie's bytes, or None when it is not one of ours."""
    if len(text) != 43 or not text.isascii():
        return None
    try:
        secret = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def hash_of(secret: bytes) -> str:
    """What the database knows of the cookie: enough to find its row, too little to open it."""
    return hashlib.sha256(b"draft cookie\0" + secret).hexdigest()


class Cipher:
    """Seals and opens what belongs to one journey."""

    def __init__(self, secret: bytes, journey: UUID) -> None:
        derivation = HKDF(
            algorithm=SHA256(), length=64, salt=settings.DRAFT_PEPPER.encode(), info=b"draft answers"
        )
        keys = derivation.derive(secret)
        self.aead, self.digest_key = ChaCha20Poly1305(keys[:32]), keys[32:]
        self.journey = journey

    def seal(self, value: Any, step: str) -> bytes:
        text = as_json(value).encode()
        nonce = secrets.token_bytes(NONCE_BYTES)
        padded = text + b" " * (-len(text) % BUCKET)
        return nonce + self.aead.encrypt(nonce, padded, self.bound_to(step))

    def open(self, sealed: bytes | memoryview, step: str) -> Any:
        """What was sealed. CannotOpen for anything that is not exactly that."""
        data = bytes(sealed)
        try:
            return json.loads(self.aead.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self.bound_to(step)))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error

    def digest(self, value: Any) -> str:
        """Says whether two values are equal, and nothing else about them."""
        text = in_one_order(value).encode()
        return hashlib.blake2b(text, key=self.digest_key, digest_size=12).hexdigest()

    def bound_to(self, step: str) -> bytes:
        return f"draft {SCHEMA} {self.journey} {step}".encode()
