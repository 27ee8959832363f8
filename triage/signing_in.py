"""Coming in, staying in, and being signed out when nothing happens.

A passphrase alone for now: docs/decisions/desk-sign-in.md says what follows. Too many wrong tries
from one connection mean a short wait and never a lasting lock, for anybody.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_cookie
from django_ratelimit.core import get_usage

from triage import access, events
from triage.forms import SignInForm
from triage.models import CaseEvent

VISITOR = "portal.limits.visitor"
# Wrong tries from one connection: at one name, and at any. Then a wait of at most five minutes.
ONE_NAME, ANY_NAME = "5/5m", "20/5m"
WAIT_SECONDS = 300
IDLE = timedelta(minutes=20)
LONGEST = timedelta(hours=10)  # a shift
# A page that looks again by itself says so: nobody did anything, and the time until IDLE goes on.
BY_ITSELF = "Desk-Looks-Again"
CAME_AT, SEEN_AT = "came_at", "seen_at"
# What stands at /desk/sign-in/?w=…: the code is all that travels.
WHY = {"wrong": "w", "wait": "p", "idle": "i", "out": "o"}


def see_other(address: str) -> HttpResponse:
    """303, so that nothing typed stands in the files of the browser's profile."""
    response = HttpResponseRedirect(address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def door(why: str = "") -> HttpResponse:
    return see_other(reverse("desk_sign_in") + (f"?w={WHY[why]}" if why else ""))


def at_the_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for somebody who is signed in, works at a queue, and was here a moment ago."""

    @wraps(view)
    @vary_on_cookie
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        if not access.roles_of(request.user):
            logout(request)
            return door()
        if is_over(request, now):
            logout(request)
            return door("idle")
        if BY_ITSELF not in request.headers:
            request.session[SEEN_AT] = now.isoformat()
        return view(request, *args, **kwargs)

    return guarded


def is_over(request: HttpRequest, now: datetime) -> bool:
    """Nothing was asked for in IDLE, or the shift is over, or the session is not from this page."""
    try:
        seen = datetime.fromisoformat(request.session[SEEN_AT])
        came = datetime.fromisoformat(request.session[CAME_AT])
    except (KeyError, TypeError, ValueError):
        return True
    return now - seen > IDLE or now - came > LONGEST


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return let_in(request, now=timezone.now())
    why = next((name for name, code in WHY.items() if code == request.GET.get("w")), "")
    if not why and access.roles_of(request.user):
        return see_other(reverse("desk"))
    context = {"title": "Sign in", "form": SignInForm(), "why": why, "minutes": WAIT_SECONDS // 60}
    status = {"wait": 429, "wrong": 403}.get(why, 200)
    response = render(request, "triage/sign_in.html", context, status=status)
    if why == "wait":
        response["Retry-After"] = str(WAIT_SECONDS)
    return response


def let_in(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Compare, start a session of the desk's own, and write down that it happened."""
    form = SignInForm(request.POST)
    name = request.POST.get("username", "").strip()[:150]
    if is_waiting(request, name):
        return door("wait")
    user = authenticate(request, **form.cleaned_data) if form.is_valid() else None
    if user is None or not access.roles_of(user):
        is_waiting(request, name, count=True)
        # What was typed is written down only when it is somebody's name: it may be a passphrase.
        known = get_user_model().objects.filter(username=name, desk_memberships__isnull=False).exists()
        events.write(CaseEvent.What.SIGN_IN_FAILED, now=now, by=name if known else "")
        return door("wrong")
    login(request, user)
    request.session[CAME_AT] = request.session[SEEN_AT] = now.isoformat()
    events.write(CaseEvent.What.SIGNED_IN, now=now, by=user.get_username())
    return see_other(reverse("desk"))


def is_waiting(request: HttpRequest, name: str, *, count: bool = False) -> bool:
    """Whether this connection tried too often, at this name or at any. `count`: and this is one more."""

    def this_name(group: str, request: HttpRequest) -> str:
        return f"{import_string(VISITOR)(group, request)} {name.casefold()}"

    usages = [
        get_usage(request, group=group, key=key, rate=rate, method="POST", increment=count)
        for group, key, rate in (("desk_name", this_name, ONE_NAME), ("desk_any", VISITOR, ANY_NAME))
    ]
    return any(usage and usage["count"] >= usage["limit"] for usage in usages)


def leave(request: HttpRequest) -> None:
    """LEAVE_HOOKS: whoever leaves is signed out here as well, and not only in that browser."""
    if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        SessionStore(key).delete()


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    who = request.user.get_username()
    if who:
        events.write(CaseEvent.What.SIGNED_OUT, now=timezone.now(), by=who)
    logout(request)
    return door("out")
