"""/health/: is this process able to answer a person? No cookie, no detail.

/health/referrals/ is for the operator's alarm and never for a load balancer: a worker that
stands still is no reason to turn people away from the site.
"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from selfreferral import checks
from selfreferral.models import Heartbeat, Referral

TOO_LATE = 300  # seconds


def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} when the database answers, else 503 {"status": "database"}."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


def referrals(request: HttpRequest) -> JsonResponse:
    """Ages in seconds, of what nobody has signed for and of the worker's last round; null when none.

    503 when either is over five minutes, the worker never came round though something waits,
    a letter needs somebody to look, or a queue has no usable keys.
    {"status": "ok" | "late" | "quarantined" | "keys" | "database", …}
    """
    try:
        waiting = Referral.objects.outstanding()
        oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
        beat = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
        quarantined = waiting.filter(state=Referral.State.QUARANTINED).count()
        unusable = len(checks.queue_problems())
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    now = timezone.now()
    oldest_age = int((now - oldest).total_seconds()) if oldest else None
    beat_age = int((now - beat).total_seconds()) if beat else None
    worker_late = oldest is not None if beat_age is None else beat_age > TOO_LATE
    late = worker_late or (oldest_age or 0) > TOO_LATE
    status = "late" if late else "quarantined" if quarantined else "keys" if unusable else "ok"
    figures = {
        "oldest_unreceived": oldest_age,
        "worker": beat_age,
        "quarantined": quarantined,
        "queues_unusable": unusable,
    }
    return JsonResponse({"status": status, **figures}, status=200 if status == "ok" else 503)
