"""A desk that could open nothing does not start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from triage import reading

MEND = "Set TRIAGE_KEY_FILE for this process alone; `manage.py keys make` writes such a file."


@register(Tags.security)
def desk_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if "triage" not in settings.PORTAL_DOORS:
        return []
    problem = reading.key_problem()
    return [Error(f"TRIAGE_KEY_FILE: {problem}", hint=MEND, id="triage.E001")] if problem else []
