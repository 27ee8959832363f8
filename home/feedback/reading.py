"""Opens what was told, for those who may read it. Only the CMS door has the private key."""

import json
import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from pyrage import DecryptError, IdentityError, decrypt, x25519

from home.feedback.models import Remark


class CannotRead(Exception):
    """The message says what is missing, and holds no word of anybody."""


def identities() -> list[x25519.Identity]:
    """Raises CannotRead."""
    file = Path(settings.FEEDBACK_KEY_FILE)
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise CannotRead("The key file can be read by others. The operator must run chmod 600 on it.")
        lines = [line.strip() for line in file.read_text().splitlines()]
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, IdentityError):
        found = []
    if not found:
        raise CannotRead("This process has no key to read with. The operator sets FEEDBACK_KEY_FILE.")
    return found


def opened(remark: Remark) -> dict[str, Any]:
    """What was said, by field. Raises CannotRead."""
    try:
        said: dict[str, Any] = json.loads(decrypt(bytes(remark.sealed), identities()))
    except DecryptError:
        raise CannotRead("The key does not open this one: it was sealed for another.") from None
    return said
