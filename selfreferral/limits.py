"""How often one network, and one form, may post. Soft: nothing typed is lost, nobody only turned away.

django-ratelimit counts in the cache that RATELIMIT_USE_CACHE names and says the result in
`request.limited`; what follows from it stands in the views. Whoever presses Send on a form that is
complete is never held up: the letter says that much was sent from there (`flags`).
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django_ratelimit.core import get_usage, is_ratelimited
from django_ratelimit.decorators import ratelimit

VISITOR = "portal.limits.visitor"  # a dotted path, so that this room does not import the portal
KEYS = {"start": VISITOR, "steps": VISITOR, "journey": "selfreferral.limits.journey"}
HONEYPOT = "homepage"  # nobody sees, hears or fills it; whoever does is perhaps a machine
FAST = timedelta(seconds=20)  # for the whole form: quicker than anybody reads it


def counted(*names: str) -> Callable[[Callable], Callable]:
    """Decorator: each call counts against these limits of ASK_LIMITS, and none is refused."""

    def decorate(view: Callable) -> Callable:
        for name in names:
            view = ratelimit(group=f"ask_{name}", key=KEYS[name], rate=rate, block=False)(view)
        return view

    return decorate


def rate(group: str, request: HttpRequest) -> str:
    return settings.ASK_LIMITS[group.removeprefix("ask_")]


def journey(group: str, request: HttpRequest) -> str:
    """One form. django-ratelimit keeps a hash of it; whoever has no cookie counts as their network."""
    return request.COOKIES.get(settings.DRAFT_COOKIE_NAME) or import_string(VISITOR)(group, request)


def is_over(request: HttpRequest) -> bool:
    """What the decorator found."""
    return bool(getattr(request, "limited", False))


def count(request: HttpRequest, name: str) -> bool:
    """Counts one more outside a decorator; whether that is too many."""
    return is_ratelimited(request, group=f"ask_{name}", key=KEYS[name], rate=rate, increment=True)


def seconds_left(request: HttpRequest, names: Collection[str]) -> int:
    """Until none of these limits holds this visitor up; 0 when none does. Counts nothing."""
    found = (get_usage(request, group=f"ask_{name}", key=KEYS[name], rate=rate) for name in names)
    return max((usage["time_left"] for usage in found if usage and usage["should_limit"]), default=0)


def flags(place: Mapping[str, Any], *, started_at: datetime, now: datetime, many: bool) -> list[str]:
    """Codes of what was odd about the sending (selfreferral/notes.py). They refuse nothing."""
    found = {"honeypot": place.get("filled"), "fast": now - started_at < FAST, "many": many}
    return [code for code, is_so in found.items() if is_so]
