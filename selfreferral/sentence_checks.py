"""How many sentences nobody has confirmed: a number, said at the start and by `check --database default`."""

import logging
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

logger = logging.getLogger("selfreferral.checks")
HINT = "In the CMS: Safeguarding sentences. A local lead reads each one and confirms it."


@register(Tags.database)
def sentences_to_confirm(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning with the count. Quiet in a demonstration, whose pages say it, and without a database."""
    from selfreferral.models import Sentence
    from selfreferral.sentences import SENTENCES

    if settings.PORTAL_DEMO:
        return []
    try:
        confirmed = Sentence.objects.filter(slug__in=SENTENCES, confirmed_on__isnull=False).count()
    except DatabaseError:
        return []
    count = len(SENTENCES) - confirmed
    if not count:
        return []
    return [
        Warning(
            f"{count} safeguarding sentences: local lead must confirm.", hint=HINT, id="selfreferral.W001"
        )
    ]


def warn() -> None:
    """Called by the process that serves the form; the plain `check` at its start reads no database."""
    for problem in sentences_to_confirm(None):
        logger.warning("%s %s", problem.msg, problem.hint)
