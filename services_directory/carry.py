"""Typed text carried over a redirect: sealed, so that an address never shows a word of it.

POST, then 303, then GET: that way the text never stands in the browser's session files
(safety.md). The seal opens for a quarter of an hour and for one purpose only.
"""

import base64
import zlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LIFE_SECONDS = 15 * 60
BUCKET = 32  # bytes: the length of an address says little about the length of what was typed
MOST_BYTES = 64 * 1024


def seal(text: str, *, purpose: str) -> str:
    """`text` as an opaque word for an address."""
    packed = zlib.compress(text.encode(errors="replace"), 9)
    return _cipher(purpose).encrypt(packed + bytes(-len(packed) % BUCKET)).decode().rstrip("=")


def unseal(sealed: str, *, purpose: str) -> str | None:
    """The text, or None when the seal is too old, tampered with or made for something else."""
    try:
        token = sealed.encode("ascii") + b"=" * (-len(sealed) % 4)
        unpacker = zlib.decompressobj()
        packed = _cipher(purpose).decrypt(token, ttl=LIFE_SECONDS)
        return unpacker.decompress(packed, MOST_BYTES).decode()
    except (InvalidToken, UnicodeError, zlib.error):
        return None


def _cipher(purpose: str) -> Fernet:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"carried text: {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derivation.derive(settings.SECRET_KEY.encode())))
