"""Whole public pages, kept compressed until something that they show is changed.

Every publish, verify and hide counts a generation up in its own transaction, whichever process it
happens in. One query reads it. A page of this generation is given as it is; of an older one only when
nothing that it showed has changed since (services_directory/freshness.py), else it is made anew.
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
from services_directory.freshness import EVERYTHING, IN_DOUBT, noting, still_true

NOT_OURS = ("/cms/", "/desk/", "/static/", "/media/", *FORM.prefixes, "/health/")
OPT_OUT = "X-No-Page-Cache"
Page = tuple[bytes, tuple[tuple[str, str], ...], int, str]  # content, headers, generation, tags
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
            key = page_key(request.get_host(), request.path_info, query, encoding)
            kept = caches["pages"].get(key)
            if kept is not None and Kept.is_true(kept, generation):
                return Kept.response(kept)
        with noting() as shown:
            response = self.plain(request)
        opted_out = OPT_OUT in response.headers
        without_marks(response)
        compress(response, encoding)
        until = earliest(getattr(response, "cache_until", None), generation)
        response.cache_until = until  # type: ignore[attr-defined]
        if key and not opted_out and isinstance(response, HttpResponse) and may_keep(response):
            Kept.store(key, response, generation, shown)
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
    def store(key: str, response: HttpResponse, generation: Any, shown: set[str]) -> None:
        """A page that named nothing is ended by everything."""
        seconds = seconds_until(getattr(response, "cache_until", None))
        if seconds <= 0 or IN_DOUBT in shown:
            return
        headers = tuple(response.headers.items())
        tags = "\n".join(sorted(shown)) or EVERYTHING
        caches["pages"].set(key, (response.content, headers, generation, tags), seconds)
        response.kept_by_page_cache = True  # type: ignore[attr-defined]

    @staticmethod
    def is_true(kept: Page, generation: int) -> bool:
        _content, _headers, made, tags = kept
        return made == generation or still_true(tags.split("\n"), made, generation)

    @staticmethod
    def response(kept: Page) -> HttpResponse:
        content, headers, _made, _tags = kept
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


def page_key(host: str, path: str, query: str, encoding: str) -> str:
    words = f"{host}\n{path}\n{query}\n{encoding}".encode()
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
