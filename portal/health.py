"""/health/: is this process able to answer a person? No cookie, no detail."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} when the database answers, else 503 {"status": "database"}."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})
