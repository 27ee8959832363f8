"""How the machinery stands that carries letters: its figures, and which of them are wrong.

/health/referrals/ and the operator's page both read `look` and nothing else, so they cannot
disagree. Add one: a figure in `figures`, a Sign in SIGNS, and how it is brought about in
tests/portal/test_health.py. From the declaration follow status, red answer, line and link.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from selfreferral import alarms, checks, delivery, purging, reconciliation, turns, waiting
from selfreferral.models import Alarm, Heartbeat
from selfreferral.waiting import Waiting

TOO_LATE = 300  # seconds
DAILY_TOO_LATE = 2 * 24 * 3600
DISK_LOW = 500  # MiB: room for a day's letters and for a copy of the database
Figures = dict[str, int | None]


@dataclass(frozen=True)
class Sign:
    """`name` is the status at /health/referrals/. `shows` is the figure that the page puts beside the
    words; `section` a heading of docs/runbook.md."""

    name: str
    label: str
    shows: str
    is_wrong: Callable[[Figures], bool]
    well: str
    wrong: str
    section: str = "A referral does not arrive"


@dataclass(frozen=True)
class Look:
    """Everything at one moment. `wrong` are names out of SIGNS, in their order."""

    at: datetime
    figures: Figures
    queues: Sequence[Waiting]
    alarms: Sequence[Alarm]

    @property
    def wrong(self) -> list[str]:
        return [sign.name for sign in SIGNS if sign.is_wrong(self.figures)]

    @property
    def status(self) -> str:
        """ "ok", or the first that is wrong."""
        return next(iter(self.wrong), "ok")


def look(*, now: datetime) -> Look:
    """Raises DatabaseError when the database does not answer."""
    queues = waiting.by_queue(now=now)
    open_alarms = list(Alarm.objects.order_by("since"))
    return Look(now, figures(queues, open_alarms, now=now), queues, open_alarms)


def figures(queues: Sequence[Waiting], open_alarms: Sequence[Alarm], *, now: datetime) -> Figures:
    """Ages in whole seconds, None of what never was; everything else counts.

    `alarms` leaves out what is daily work: who watches the public address must not learn that
    somebody has just asked for urgent help.
    """
    beats = dict(Heartbeat.objects.values_list("worker", "at"))
    oldest = min(filter(None, (line.oldest_unreceived for line in queues)), default=None)
    untold_before = now - timedelta(seconds=TOO_LATE)
    faults = [one for one in open_alarms if one.kind in alarms.FAULTS]
    return {
        "oldest_unreceived": age(oldest, now),
        "worker": age(beats.get(delivery.WORKER), now),
        "alarm_round": age(beats.get(alarms.ENDED), now),
        "quarantined": sum(line.quarantined for line in queues),
        "queues_unusable": len(checks.queue_problems()),
        "alarms": len(faults),
        "untold": sum(one.told_at is None and one.since < untold_before for one in open_alarms),
        "differences": reconciliation.last_found(reconciliation.DIFFERENCES),
        "broken_records": reconciliation.last_found([reconciliation.RECORD]),
        "compared": age(beats.get(reconciliation.WHAT), now),
        "purged": age(beats.get(purging.WHAT), now),
        "tried_to_compare": age(beats.get(turns.first_try(reconciliation.WHAT)), now),
        "tried_to_purge": age(beats.get(turns.first_try(purging.WHAT)), now),
        "disk_free": disk_free(),
    }


def age(moment: datetime | None, now: datetime) -> int | None:
    return int((now - moment).total_seconds()) if moment and moment > turns.NEVER else None


def disk_free() -> int | None:
    """MiB beside SQLite's file. None where the database stands elsewhere: whoever runs it watches it."""
    folder = Path(str(connection.settings_dict["NAME"])).parent
    if connection.vendor != "sqlite" or not folder.is_absolute():
        return None  # a name without a folder is a database in memory
    return shutil.disk_usage(folder).free // 2**20


def stands_still(figures: Figures) -> bool:
    """One that never came round is missed as soon as something waits for it."""
    worker = figures["worker"]
    return figures["oldest_unreceived"] is not None if worker is None else worker > TOO_LATE


def rings_no_more(figures: Figures) -> bool:
    """It is the worker that rings; where none ever did, `worker` is what is wrong."""
    return (figures["alarm_round"] or 0) > TOO_LATE


def too_old(name: str, longest: int) -> Callable[[Figures], bool]:
    return lambda figures: (figures[name] or 0) > longest


def not_daily(done: str, tried: str) -> Callable[[Figures], bool]:
    """Too long ago; for one that never ended well, when it was first tried."""

    def is_wrong(figures: Figures) -> bool:
        last = figures[tried] if figures[done] is None else figures[done]
        return (last or 0) > DAILY_TOO_LATE

    return is_wrong


def some(name: str) -> Callable[[Figures], bool]:
    return lambda figures: bool(figures[name])


SIGNS = (
    Sign(
        "worker",
        "Worker",
        "worker",
        stands_still,
        "It goes round. Its last round was:",
        "It stands still. Requests wait, and no alarm goes out. Start it now. Its last round was:",
    ),
    Sign(
        "late",
        "Handing over",
        "oldest_unreceived",
        too_old("oldest_unreceived", TOO_LATE),
        "Nothing has waited for its receiver for more than five minutes. The oldest has waited:",
        "A request has waited for its receiver for more than five minutes. The oldest has waited:",
    ),
    Sign(
        "quarantined",
        "Standing still",
        "quarantined",
        some("quarantined"),
        "No request needs somebody to look. In quarantine:",
        "Some requests cannot go on before somebody looks. In quarantine:",
    ),
    Sign(
        "keys",
        "Keys",
        "queues_unusable",
        some("queues_unusable"),
        "Every queue can take requests. Queues that cannot:",
        "Some queues can take nothing. People are told “not sent”, with numbers. Problems:",
        section="“Referrals cannot be taken” at the start",
    ),
    Sign(
        "untold",
        "Alarms that reached nobody",
        "untold",
        some("untold"),
        "Every alarm reached somebody within five minutes. Not told:",
        "An alarm reached nobody. Ring the team. Not told:",
        section="Alarms: who is told, and how",
    ),
    Sign(
        "no alarms",
        "Rounds of the alarms",
        "alarm_round",
        rings_no_more,
        "The alarms are looked through. The last round ended:",
        "The alarms are not looked through, so nobody is told anything. The last round ended:",
        section="Alarms: who is told, and how",
    ),
    Sign(
        "difference",
        "Same on both sides",
        "differences",
        some("differences"),
        "What was handed over lies with its receivers. Differences at the last comparison:",
        "Some requests were not the same here and at the receiver. Differences at the last comparison:",
        section="“Referrals that were not the same here and at the receiver”",
    ),
    Sign(
        "record",
        "Records",
        "broken_records",
        some("broken_records"),
        "Every record is whole. Places that are not:",
        "Somebody changed or removed lines of a record by hand. Places that are not whole:",
        section="A record is not whole",
    ),
    Sign(
        "not compared",
        "Daily comparison",
        "compared",
        not_daily("compared", "tried_to_compare"),
        "Receivers and records are looked through each day. The last time:",
        "Receivers and records have not been looked through for two days. The last time:",
    ),
    Sign(
        "not purged",
        "Daily forgetting",
        "purged",
        not_daily("purged", "tried_to_purge"),
        "What is old enough is deleted each day. The last time:",
        "What is old enough has not been deleted for two days. The last time:",
        section="How long things are kept",
    ),
    Sign(
        "disk",
        "Room on the disk",
        "disk_free",
        lambda figures: figures["disk_free"] is not None and figures["disk_free"] < DISK_LOW,
        "There is room. MB free beside the database:",
        "The disk is almost full. When it is full, nobody can send. MB free beside the database:",
        section="The disk is almost full",
    ),
)
BY_NAME = {sign.name: sign for sign in SIGNS}
