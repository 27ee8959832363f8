"""Figures without following anyone: three numbers a day for each campaign.

The form remembers in its own sealed draft which campaign somebody came from, and says so here when
it is begun and when it is sent (`settings.WAY_IN`). There is no cookie and no row for a visit.
A count that fails is logged and stops nobody.
"""

import logging
from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import Error, transaction
from django.db.models import F

from home.campaigns.models import CampaignPage, Count
from services_directory.opening import LONDON

logger = logging.getLogger("home.campaigns")
ENOUGH = 5  # nothing below is shown, and nothing finer
WEEK = timedelta(days=7)
MOST_WEEKS = 26


class Week(NamedTuple):
    """`numbers` stand in the order of Count.What; None: fewer than ENOUGH, or nobody."""

    starts_on: date
    numbers: list[int | None]


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
    """What an editor may know: whole fives of each week that is over, the latest week first.

    A week is over on Monday in London; what is said of it never changes again. So nobody can add to a
    number until what is said of it changes, and so learn how small it was. Weeks are not added up, and
    every week of the campaign is listed: one without anybody looks like one with four.
    """
    this_week = monday(now.astimezone(LONDON).date())
    if campaign.starts_on is None:
        return []
    counted: Counter[tuple[date, str]] = Counter()
    rows = Count.objects.filter(campaign=campaign, day__lt=this_week)
    for day, what, number in rows.values_list("day", "what", "number"):
        counted[monday(day), what] += number
    last = min(this_week - WEEK, monday(campaign.ends_on or this_week))
    weeks = [last - WEEK * ago for ago in range(MOST_WEEKS)]
    return [
        Week(week, [in_fives(counted[week, what.value]) for what in Count.What])
        for week in weeks
        if week >= monday(campaign.starts_on)
    ]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def in_fives(number: int) -> int | None:
    return number - number % ENOUGH if number >= ENOUGH else None
