"""The cookie of a form's token is sent when it is new, not with every page that holds a form.

Django sends it again each time, to put off its end. Ours lasts as long as the browser is open and
has no end to put off: sending it again is 100 bytes on every step of a form.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers


class TokenCookieOnce:
    """Stands right below CsrfViewMiddleware, which asks META whether to send the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        meta = request.META
        known = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        if meta.get("CSRF_COOKIE_NEEDS_UPDATE") and known == meta.get("CSRF_COOKIE"):
            meta["CSRF_COOKIE_NEEDS_UPDATE"] = False
            patch_vary_headers(response, ("Cookie",))  # the page is still this browser's own
        return response
