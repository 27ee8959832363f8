"""Who stands at the desk. How they came in is the door's: portal/sign_in/ lets nobody else this far."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.vary import vary_on_cookie

from triage import access, events


def see_other(address: str) -> HttpResponse:
    """303, so that nothing typed stands in the files of the browser's profile."""
    response = HttpResponseRedirect(address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def at_the_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for somebody who works at a queue, whatever the gate before it says."""

    @wraps(view)
    @vary_on_cookie
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.roles_of(request.user):
            logout(request)
            return see_other(reverse("account_login"))
        return view(request, *args, **kwargs)

    return guarded


def record(what: str, *, now: datetime, by: str, detail: str) -> None:
    """What happened at the door, at the end of the desk's own chain."""
    events.write(what, now=now, by=by, detail=detail)
