"""Whole public pages, kept compressed until something is published.

The key holds the generation: a number in the database that every publish, verify and hide
counts up in its own transaction, whichever process it happens in. One query reads it, and a
page of an older generation is simply never asked for again.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from home import brand
from portal.packing import compress, encoding_class
from portal.safety import FORM

NOT_OURS = ("/cms/", "/desk/", "/static/", "/media/", *FORM.prefixes, "/health/")
OPT_OUT = "X-No-Page-Cache"
LONGEST_QUERY = 200  # endless made-up addresses must not push the real pages out
LONGEST = 3600


class PageCache:
    """Answers an anonymous GET of a public page from CACHES["pages"] when it can.

    A view opts out with `response["X-No-Page-Cache"]`, and says when its page stops being
    true (a service opens or closes) with `response.cache_until`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        ours = not request.path_info.startswith(NOT_OURS)
        generation = current_generation() if ours else None
        # Read by home.brand and the directory, so that one query serves the whole answer.
        request.generation = generation  # type: ignore[attr-defined]
        encoding = encoding_class(meta.get("HTTP_ACCEPT_ENCODING", ""))
        if request.method == "GET" and request.path_info.startswith(FORM.prefixes):
            # Never kept, only packed as small as the others: no other site can put its words into a
            # page of the form and watch the length, because our cookies do not go along from there.
            response = without_marks(self.plain(request))
            compress(response, encoding)
            return response
        if request.method != "GET" or not ours:
            return without_marks(self.get_response(request))
        query = meta.get("QUERY_STRING", "")
        key = None
        if generation is not None and len(query) <= LONGEST_QUERY and not is_signed_in(meta):
            key = page_key(generation, request.get_host(), request.path_info, query, encoding)
            kept = caches["pages"].get(key)
            if kept is not None:
                return Kept.response(kept)
        response = self.plain(request)
        opted_out = OPT_OUT in response.headers
        without_marks(response)
        compress(response, encoding)
        until = earliest(getattr(response, "cache_until", None), generation)
        response.cache_until = until  # type: ignore[attr-defined]
        if key and not opted_out and isinstance(response, HttpResponse) and may_keep(response):
            Kept.store(key, response)
        return response

    def plain(self, request: HttpRequest) -> HttpResponseBase:
        """What comes back is not compressed yet: that is done once, here."""
        accepted = request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response = self.get_response(request)
        if accepted is not None:
            request.META["HTTP_ACCEPT_ENCODING"] = accepted
        return response


class Kept:
    """One page as it is stored: plain tuples, quick to unpack."""

    @staticmethod
    def store(key: str, response: HttpResponse) -> None:
        seconds = seconds_until(getattr(response, "cache_until", None))
        if seconds <= 0:
            return
        headers = tuple(response.headers.items())
        caches["pages"].set(key, (response.content, headers), seconds)
        response.kept_by_page_cache = True  # type: ignore[attr-defined]

    @staticmethod
    def response(kept: tuple[bytes, tuple[tuple[str, str], ...]]) -> HttpResponse:
        content, headers = kept
        response = HttpResponse(content, headers=dict(headers))
        response.kept_by_page_cache = True  # type: ignore[attr-defined]
        return response


def earliest(moment: datetime | None, generation: Any) -> datetime | None:
    """When the page stops being true: as it says itself, or when the alert on it ends."""
    alert = brand.current(generation).alert if generation is not None else None
    moments = [when for when in (moment, alert.until if alert else None) if when]
    return min(moments, default=None)


def current_generation() -> Any:
    """The number of the latest publication; None while the database does not answer."""
    from services_directory.models import Generation

    try:
        return Generation.current()
    except (DatabaseError, InterfaceError, OSError):
        return None


def is_signed_in(meta: dict[str, Any]) -> bool:
    return settings.SESSION_COOKIE_NAME in meta.get("HTTP_COOKIE", "")


def page_key(generation: Any, host: str, path: str, query: str, encoding: str) -> str:
    words = f"{generation}\n{host}\n{path}\n{query}\n{encoding}".encode()
    return hashlib.blake2b(words, digest_size=16).hexdigest()


def may_keep(response: HttpResponse) -> bool:
    """Only a whole public page: no cookie, nothing that varies by who asks."""
    return (
        response.status_code == 200
        and not response.cookies
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "cookie" not in response.headers.get("Vary", "").lower()
    )


def without_marks(response: HttpResponseBase) -> HttpResponseBase:
    if OPT_OUT in response.headers:
        del response.headers[OPT_OUT]
    return response


def seconds_until(moment: datetime | None) -> float:
    if moment is None:
        return LONGEST
    return min(LONGEST, (moment - timezone.now()).total_seconds())
