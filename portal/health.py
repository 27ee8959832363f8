"""/health/: is this process able to answer a person? No cookie, no detail.

/health/referrals/ is for the operator's alarm and never for a load balancer: a worker that
stands still is no reason to turn people away from the site.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from selfreferral import alarms, checks, delivery, reconciliation, turns
from selfreferral.models import Heartbeat, Referral

TOO_LATE = 300  # seconds
COMPARED_TOO_LATE = 2 * 24 * 3600
Figures = dict[str, int | None]


def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} when the database answers, else 503 {"status": "database"}."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


def referrals(request: HttpRequest) -> JsonResponse:
    """Ages in seconds, of what nobody has signed for, of the worker's last round and of its last
    comparison with the receivers, null when there was none; and how many alarms are open.

    503 when the worker stands still, something waits, or an alarm went to nobody, for over five
    minutes; when a letter needs somebody to look, a queue has no usable keys, a comparison found a
    difference, or was not made for two days. {"status": "ok" | the first of WRONG | "database", …}
    """
    now = timezone.now()
    try:
        waiting = Referral.objects.outstanding()
        oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
        beats = dict(Heartbeat.objects.values_list("worker", "at"))
        open_alarms, untold = alarms.open_now(now=now, untold_for=timedelta(seconds=TOO_LATE))
        figures = {
            "oldest_unreceived": age(oldest, now),
            "worker": age(beats.get(delivery.WORKER), now),
            "quarantined": waiting.filter(state=Referral.State.QUARANTINED).count(),
            "queues_unusable": len(checks.queue_problems()),
            "alarms": open_alarms,
            "untold": untold,
            "differences": reconciliation.last_found((*reconciliation.DIFFERENCES, reconciliation.RECORD)),
            "compared": age(beats.get(reconciliation.WHAT), now),
        }
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    status = next((name for name, is_so in WRONG.items() if is_so(figures)), "ok")
    return JsonResponse({"status": status, **figures}, status=200 if status == "ok" else 503)


def age(moment: datetime | None, now: datetime) -> int | None:
    """In whole seconds; None of what never was."""
    return int((now - moment).total_seconds()) if moment and moment > turns.NEVER else None


def is_late(figures: Figures) -> bool:
    """A worker that never came round is late as soon as something waits for it."""
    oldest, worker = figures["oldest_unreceived"], figures["worker"]
    stands_still = oldest is not None if worker is None else worker > TOO_LATE
    return stands_still or (oldest or 0) > TOO_LATE


# The first that is so is the status.
WRONG: dict[str, Callable[[Figures], bool]] = {
    "late": is_late,
    "quarantined": lambda figures: bool(figures["quarantined"]),
    "keys": lambda figures: bool(figures["queues_unusable"]),
    "untold": lambda figures: bool(figures["untold"]),
    "difference": lambda figures: bool(figures["differences"]),
    "not compared": lambda figures: (figures["compared"] or 0) > COMPARED_TOO_LATE,
}
