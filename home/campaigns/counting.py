"""Figures without following anyone: three numbers a day for each campaign.

The form remembers in its own sealed draft which campaign somebody came from, and says so here when
it is begun and when it is sent (`settings.WAY_IN`). There is no cookie and no row for a visit.
A count that fails is logged and stops nobody.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import Error, transaction
from django.db.models import F, Sum

from home.campaigns.models import CampaignPage, Count
from services_directory.opening import LONDON

logger = logging.getLogger("home.campaigns")
ENOUGH = 5  # nothing below is shown, and nothing finer: so no two readings differ by one person


class Figure(NamedTuple):
    what: str
    number: int | None  # None: fewer than ENOUGH


def came(number: str, what: str, *, now: datetime) -> None:
    """One more `what` (Count.What) for the running campaign of this number; for any other, nothing."""
    if not (number.isascii() and number.isdigit()) or len(number) > 9 or what not in Count.What.values:
        return
    day = now.astimezone(LONDON).date()
    try:
        with transaction.atomic():
            page = CampaignPage.objects.filter(pk=int(number)).defer("body").first()
            if page and page.is_running(now):
                row = {"campaign_id": int(number), "day": day, "what": what}
                Count.objects.bulk_create([Count(**row)], ignore_conflicts=True)
                Count.objects.filter(**row).update(number=F("number") + 1)
    except Error as error:
        logger.error("A campaign was not counted (%s)", type(error).__name__)


def figures(campaign: CampaignPage) -> Iterator[Figure]:
    """What an editor may know: whole fives, from the first day until now."""
    sums = dict(Count.objects.filter(campaign=campaign).values_list("what").annotate(Sum("number")))
    for what in Count.What:
        number = sums.get(what.value, 0)
        yield Figure(what.label, number - number % ENOUGH if number >= ENOUGH else None)
