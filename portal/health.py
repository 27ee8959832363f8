"""/health/: is this process able to answer a person? No cookie, no detail.

/health/referrals/ is for the operator's alarm and never for a load balancer: a worker that
stands still is no reason to turn people away from the site.
"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from selfreferral import watching


def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} when the database answers, else 503 {"status": "database"}."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


def referrals(request: HttpRequest) -> JsonResponse:
    """{"status": "ok" | the first of watching.SIGNS that is wrong | "database", and the figures}.

    200 when nothing is wrong, else 503. Numbers and words of a fixed list only.
    """
    try:
        found = watching.look(now=timezone.now())
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    body = {"status": found.status, **found.figures}
    return JsonResponse(body, status=200 if found.status == "ok" else 503)
