"""Opens what was told, for those who may read it. Only the CMS door has the private key."""

import json
from typing import Any

from django.conf import settings

from home.feedback.models import Remark
from services_directory import unsealing


class CannotRead(Exception):
    """The message says what is missing, and holds no word of anybody."""


def opened(remark: Remark) -> dict[str, Any]:
    """What was said, by field. Raises CannotRead."""
    try:
        keys = unsealing.load(settings.FEEDBACK_KEY_FILE)
        said: dict[str, Any] = json.loads(unsealing.open(bytes(remark.sealed), keys))
    except unsealing.KeyFileProblem:
        raise CannotRead(
            "This process has no key to read with, or others can read its file. "
            "The operator sets FEEDBACK_KEY_FILE and runs chmod 600 on that file."
        ) from None
    except unsealing.CannotOpen:
        raise CannotRead("The key does not open this one: it was sealed for another.") from None
    return said
