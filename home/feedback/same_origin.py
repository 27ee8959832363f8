"""Posts of our own pages only, without the cookie that Django's token lives in.

Browsers say with every POST where its page came from (Origin, RFC 6454; older ones Referer). A page
of another site cannot change that. docs/decisions/telling-without-a-cookie.md says why here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt


def same_origin_posts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator in place of the token. What it refuses ends where every refused form does."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_ours(request):
            return import_string(settings.CSRF_FAILURE_VIEW)(request, reason="origin")
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def is_ours(request: HttpRequest) -> bool:
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(came_from).netloc == request.get_host()
    except ValueError:  # no address: "http://["
        return False
