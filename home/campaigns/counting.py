"""Figures without following anyone: three numbers a day for each campaign.

The form remembers in its own sealed draft which campaign somebody came from, and says so here when
it is begun and when it is sent (`settings.WAY_IN`). There is no cookie and no row for a visit.
A count that fails is logged and stops nobody.
"""

import logging
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import Error, transaction
from django.db.models import F

from home.campaigns.models import CampaignPage, Count
from home.small_numbers import closed, monday
from services_directory.opening import LONDON

logger = logging.getLogger("home.campaigns")
WEEK = timedelta(days=7)
MOST_WEEKS = 26


class Week(NamedTuple):
    """`numbers`, in words, stand in the order of Count.What."""

    starts_on: date
    numbers: list[str]


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


def figures(campaign: CampaignPage, *, now: datetime) -> list[Week]:
    """What an editor may know (home.small_numbers), the latest week first.

    Every week of the campaign that is over is listed: one without anybody looks like one with four.
    """
    if campaign.starts_on is None:
        return []
    rows = Count.objects.filter(campaign=campaign).values_list("day", "what", "number")
    said = closed(rows, monday, now=now)
    last = min(monday(now.astimezone(LONDON).date()) - WEEK, monday(campaign.ends_on or date.max))
    weeks = [last - WEEK * ago for ago in range(MOST_WEEKS)]
    return [
        Week(week, [said[week, what.value] for what in Count.What])
        for week in weeks
        if week >= monday(campaign.starts_on)
    ]
