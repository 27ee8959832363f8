"""Calls that are written down at the desk, as the form's room asks about them (PHONE_DESK).

The form itself stands in selfreferral/phone_views.py, because it seals, and this room must not.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from triage import access, events
from triage.models import CaseEvent
from triage.signing_in import at_the_desk

What = CaseEvent.What


def may_enter(user: Any) -> bool:
    """Workers and leads, of whatever queue: the call goes where the rules send it. No auditor."""
    return not access.READERS.isdisjoint(access.roles_of(user).values())


class Desk:
    def guard(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @at_the_desk
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if may_enter(request.user):
                return view(request, *args, **kwargs)
            events.write(What.REFUSED, now=timezone.now(), by=request.user.get_username(), detail=What.PHONE)
            return render(request, "triage/no_calls.html", {"title": "Not for you"}, status=403)

        return inside

    def put_on_record(self, reference: str, *, user: Any, now: datetime) -> bool:
        if CaseEvent.objects.filter(reference=reference, what=What.PHONE).exists():
            return False
        events.write(What.PHONE, now=now, reference=reference, by=user.get_username())
        return True

    def entered(self, reference: str, *, user: Any) -> bool:
        by = user.get_username()
        return CaseEvent.objects.filter(reference=reference, what=What.PHONE, by=by).exists()

    def is_theirs(self, reference: str, *, user: Any) -> bool:
        """Once it has arrived. Whose it is until then, nobody is told."""
        return access.visible_to(user).filter(reference=reference).exists()
