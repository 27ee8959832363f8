"""How the pages of a staff door answer: in our look, and by 303 after a form."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from home import brand
from portal.sign_in import doors, limits

# What stands at …/sign-in/?w=…: the code is all that travels.
WHY = {
    "wrong": "w",
    "wait": "p",
    "long_wait": "l",
    "idle": "i",
    "out": "o",
    "passkey": "k",
    "provider": "c",
    "changed": "n",
}
STATUS = {"wait": 429, "long_wait": 429, "wrong": 403, "passkey": 403, "provider": 403}
WAIT_MINUTES = {"wait": 5, "long_wait": 60}


def see_other(address: str) -> HttpResponse:
    """303, so that nothing typed stands in the files of the browser's profile."""
    response = HttpResponseRedirect(address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def to_the_door(why: str = "", *, then: str = "") -> HttpResponse:
    """To the sign-in page. `then`: the address to come back to, when it is not the first page."""
    return see_other(reverse("account_login") + query(why, then=then))


def query(why: str = "", *, then: str = "") -> str:
    parts = {"w": WHY[why]} if why else {}
    if then and then != doors.here().prefix:
        parts["next"] = then
    return f"?{urlencode(parts)}" if parts else ""


def waiting(minutes: int, *, then: str = "") -> HttpResponse:
    return to_the_door("long_wait" if minutes > WAIT_MINUTES["wait"] else "wait", then=then)


def provider_failed(request: HttpRequest, *, by: str = "") -> HttpResponse:
    """Back to the door, with a line on the record. Counted: anybody can ask for the provider's address."""
    limits.wait(request, "provider", "", count=True)
    doors.here().write(doors.What.FAILED, now=timezone.now(), by=by, detail="provider")
    return to_the_door("provider")


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of templates/sign_in/ with what its frame needs, in the council's own colours."""
    response = render(request, f"sign_in/{name}.html", {"door": doors.here(), **context}, status=status)
    return in_our_look(response)


def in_our_look(response: HttpResponse) -> HttpResponse:
    """Lets the council's own two colours through the policy of the CMS: portal/safety.py reads the mark."""
    response.brand_style_hash = brand.current().style_hash  # type: ignore[attr-defined]
    return response
