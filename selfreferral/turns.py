"""Which of several workers does what must be done once. By the database's clock, kept in Heartbeat."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from selfreferral.delivery import from_now
from selfreferral.models import Heartbeat

DAY = timedelta(hours=24)
AGAIN = timedelta(hours=1)  # after a daily round that failed, or whose worker died
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def mine(what: str, *, every: timedelta) -> bool:
    """True for one worker, once in `every`; it is nobody else's until that has passed."""
    return bool(_due(what, every).update(at=Now()))


def daily(what: str, act: Callable[[], object]) -> bool:
    """Run `act` once a day, whoever comes first; whether it ran to its end here.

    The day counts from the last time it ran to its end, so that one that failed comes again soon.
    """
    if not _due(what, DAY).exists() or not mine(f"{what}, begun", every=AGAIN):
        return False
    Heartbeat.objects.get_or_create(worker=first_try(what), defaults={"at": Now()})
    act()
    done(what)
    return True


def first_try(what: str) -> str:
    """In Heartbeat: since when it is tried: what never ended well must not pass for what never was."""
    return f"{what}, first begun"


def done(what: str) -> None:
    Heartbeat.objects.update_or_create(worker=what, defaults={"at": Now()})


def _due(what: str, every: timedelta):
    Heartbeat.objects.get_or_create(worker=what, defaults={"at": NEVER})
    # A time that lies ahead was written before the clock was put right.
    due = Q(at__lte=from_now(-every)) | Q(at__gt=from_now(every))
    return Heartbeat.objects.filter(due, worker=what)
