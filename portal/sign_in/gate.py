"""The gate of a staff door: nothing behind it is reached without everything that its address needs."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from portal.sign_in import answers, doors, held, second_step, sessions
from portal.sign_in.addresses import NEEDS, Need

FRESH_SECONDS = 10 * 60


class Gate:
    """Stands after the check of a form's token, so that what it holds came from our own pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        door = doors.current()
        if door is not None and request.path_info.startswith(door.prefix):
            patch_vary_headers(response, ["Cookie"])
            match = request.resolver_match
            if (
                request.method == "POST"
                and response.status_code == 302
                and match
                and match.view_name in NEEDS
            ):
                response.status_code = 303
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        door = doors.current()
        if door is None or not request.path_info.startswith(door.prefix):
            return None
        match = request.resolver_match
        need = NEEDS.get(match.view_name if match else "", Need.ALL)
        if need is Need.NOTHING:
            return None
        keep = getattr(view, "when_signed_out", None)
        # What is typed to sign in is typed again: no page should hold a passphrase.
        holds = keep is None and match is not None and match.view_name not in NEEDS
        answer = refusal(request, door, need, now=timezone.now(), holds=holds)
        if answer is not None and keep is not None and request.method == "POST":
            keep(request, answer)  # a view that has a place of its own for what was typed
        return answer


def refusal(
    request: HttpRequest, door: doors.Door, need: Need, *, now: datetime, holds: bool
) -> HttpResponse | None:
    """The answer that leads to what is missing; None when nothing is. `holds`: a sent form is held."""
    then, sent = place(request, holds), request.method == "POST" and holds
    if not door.admits(request.user):
        if request.user.is_authenticated:  # who is between the two steps stays there
            logout(request)
        return answers.to_the_door(then=then)
    if sessions.is_over(request, door, now):
        answer = held.hold(request) if sent and request.session.get(sessions.DOOR) else None
        logout(request)
        return answer or answers.to_the_door("idle", then=then)
    has_taken = second_step.was_taken(request)
    if not has_taken and second_step.of(request.user):
        logout(request)  # whoever has a second step takes it in this very session
        return answers.to_the_door(then=then)
    if need is Need.SESSION:
        return None
    unlock = answers.see_other(reverse("account_reauthenticate") + answers.query(then=then))
    if sessions.is_locked(request, now):
        return held.hold(request) if sent else unlock
    if settings.STAFF_MFA_REQUIRED and not has_taken and need is not Need.FIRST_STEP:
        return answers.see_other(reverse("mfa_index"))  # whoever has none adds one first
    if is_stale(request, need):
        return held.hold(request) if sent else unlock
    if not doors.is_by_itself(request, door):
        sessions.note(request, now)
    return None


def place(request: HttpRequest, holds: bool) -> str:
    """Where to come back to: what was asked for, or the page whose form is not held."""
    if request.method == "GET" or not holds:
        return request.get_full_path()
    return ""


def is_stale(request: HttpRequest, need: Need) -> bool:
    """Whether they should show once more who they are before they change how they sign in."""
    match = request.resolver_match
    if need is Need.FRESH or (need is Need.FIRST_STEP and match and match.view_name != "mfa_index"):
        return time.time() - second_step.last_proof(request) > FRESH_SECONDS
    return False
