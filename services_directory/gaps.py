"""Counting what people looked for and the directory could not give, without a trace of them."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from services_directory.models import UnmetNeed
from services_directory.opening import LONDON
from services_directory.selection import Selection

logger = logging.getLogger("portal.gaps")


def count_unmet(selection: Selection, *, now: datetime) -> None:
    """Count one unmet combination of filters today. Never the text, and never at a page's cost."""
    try:
        with transaction.atomic():
            UnmetNeed.count_one(selection.codes, today=now.astimezone(LONDON).date())
    except DatabaseError:
        logger.warning("an unmet need could not be counted")
