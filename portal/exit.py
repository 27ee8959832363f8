"""Leaving: the one view that nothing may stop.

It needs no token, no session, no database and no sign-in; it answers every method, any
number of times, with a blank page that goes on to the decoy by itself. The script on the
page does not wait for it: this is the way out for a browser without JavaScript, and the
message that lets the server forget.
"""

import logging
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

PATH = "/leave/"
# A change to an HttpOnly cookie of the host makes Chromium drop every no-store page that it
# keeps for Back. A visitor without a cookie has none to change, so one is set for a second.
EVICTION_COOKIE = "__Host-x"
BLANK = '<!doctype html><html lang="en"><head><title>New page</title></head><body></body></html>'
logger = logging.getLogger("portal.exit")


@csrf_exempt
def leave(request: HttpRequest) -> HttpResponse:
    """A blank 200 page that goes on to the decoy; our cookies and storage end with it."""
    if is_prefetch(request):
        # Not a 2xx, so that the browser throws it away and asks again when it is meant.
        return HttpResponse(status=425)
    for hook in hooks():
        try:
            hook(request)
        except Exception:
            logger.exception("A leave hook failed; leaving goes on")
    response = HttpResponse(blank_page())
    response["Refresh"] = f"0; url={decoy()}"
    # Not "cookies": that signs the person out of the council's other sites, a visible trace.
    # Not "cache": it holds the way out up for seconds.
    response["Clear-Site-Data"] = '"storage"'
    for name in settings.OUR_COOKIES:
        response.delete_cookie(name, path="/", samesite="Strict")
        response.cookies[name]["secure"] = True
        response.cookies[name]["httponly"] = True
    response.set_cookie(
        EVICTION_COOKIE,
        secrets.token_urlsafe(6),
        max_age=1,
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    return response


def is_prefetch(request: HttpRequest) -> bool:
    """A browser that guesses ahead must not end a journey that nobody left."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and ("prefetch" in purpose or "prerender" in purpose)


def hooks() -> Iterator:
    """What else must be forgotten: dotted paths in LEAVE_HOOKS, each called with the request."""
    for path in getattr(settings, "LEAVE_HOOKS", []):
        try:
            yield import_string(path)
        except ImportError:
            logger.exception("A leave hook cannot be imported; leaving goes on")


def decoy() -> str:
    """Where leaving leads: the site's own setting when it can be read, else QUICK_EXIT_URL."""
    try:
        from home import brand

        return brand.current().decoy or settings.QUICK_EXIT_URL
    except Exception:
        return settings.QUICK_EXIT_URL


def blank_page() -> str:
    try:
        return render_to_string("portal/leave_blank.html")
    except Exception:
        return BLANK
