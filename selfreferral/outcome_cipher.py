"""Closes an outcome: for the mail until it has gone out, then for the one link that was in it.

What waits for the mail opens with this installation's SECRET_KEY, or one of SECRET_KEY_FALLBACKS; what
was mailed opens with the token of its link and with nothing that we keep.
"""

import contextlib
import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

NONCE_BYTES, BUCKET = 12, 512


class CannotOpen(Exception):
    """Sealed with another token, under another SECRET_KEY, for another request, or no longer there."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(f"outcome link {token}".encode()).hexdigest()


def seal(value: Any, *, reference: str, token: str = "") -> bytes:
    """With a token, for whoever holds it; without one, for this installation."""
    text = json.dumps(value).encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    aead = _aead(token or settings.SECRET_KEY, with_token=bool(token))
    return nonce + aead.encrypt(nonce, text + b" " * (-len(text) % BUCKET), reference.encode())


def unseal(sealed: bytes | memoryview, *, reference: str, token: str = "") -> Any:
    """Raises CannotOpen."""
    data = bytes(sealed)
    for secret in [token] if token else [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        aead = _aead(secret, with_token=bool(token))
        with contextlib.suppress(InvalidTag, ValueError):
            return json.loads(aead.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], reference.encode()))
    raise CannotOpen


def _aead(secret: str | bytes, *, with_token: bool) -> ChaCha20Poly1305:
    what = b"outcome link" if with_token else b"outcome that waits for the mail"
    return ChaCha20Poly1305(HKDF(SHA256(), length=32, salt=None, info=what).derive(force_bytes(secret)))
