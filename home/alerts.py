"""The one alert that stands: showing it, taking it off, and what pages know of it.

Pages read it from the brand's snapshot (home/brand.py), so it costs them no query and still
stands when the database is down; it ends by the clock, with or without a worker.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from home.models import Alert
from services_directory.helplines import Line

SHOW, END = "home.alert.show", "home.alert.end"
OWN, NATIONAL = "own", "national"


@dataclass(frozen=True)
class Notice:
    """An alert as pages show it until `until`."""

    words: str
    line: Line | None
    until: datetime


def current(own: Line | None, helplines: tuple[Line, ...]) -> Notice | None:
    """The alert that stands, with its number from the directory as it is now."""
    alert = Alert.objects.filter(standing=True).first()
    return Notice(alert.words, line_of(alert.line, own, helplines), alert.until) if alert else None


def line_of(code: str, own: Line | None, helplines: tuple[Line, ...]) -> Line | None:
    """`own` (the council's; the national line where none is set), `national`, or a group's helpline."""
    if code == OWN:
        return own or helplines[0]
    if code == NATIONAL:
        return helplines[0]
    return next((line for line in helplines if code and line.audience == code), None)


@transaction.atomic
def show(*, words: str, line: str, until: datetime, user: Any, by: str, now: datetime) -> Alert:
    """Put it on every page, in place of the one that stands. Raises IntegrityError when two do so at once."""
    Alert.objects.filter(standing=True).update(standing=None, ended_at=now)
    alert = Alert.objects.create(words=words, line=line, since=now, until=until, by=by)
    log(alert, SHOW, user=user, data={"words": words, "until": until.isoformat()})
    return alert


@transaction.atomic
def end(*, user: Any, now: datetime) -> bool:
    """Take it off every page; whether one stood."""
    alert = Alert.objects.select_for_update().filter(standing=True).first()
    if alert is None:
        return False
    Alert.objects.filter(pk=alert.pk).update(standing=None, ended_at=now)
    log(alert, END, user=user, data={"words": alert.words})
    return True
