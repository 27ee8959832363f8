"""What browsers may remember, run and send: one table, and the guard at the gate.

`CLASSES` is the only place that says which headers a response wears. A class is chosen by
the path alone, so a redirect, a refusal and a crash wear the same as the page itself; only a
style sheet or a script, which is no page, wears less.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from home import brand
from portal import error_pages, exit, staff_csp

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# django-csp's middleware is not used here: docs/decisions/headers-in-one-table.md says why.
PUBLIC_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NO_FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
    )
)
EVERYWHERE = {
    # Never no-referrer: browsers then send "Origin: null" and every POST is refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": NO_FEATURES,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Request-OTR": "1",
}
# A style sheet or a script is no page: nobody frames it, it opens nothing and asks for no camera.
FILES = ("Referrer-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options")
FILE_CSP = "default-src 'none'; frame-ancestors 'none'"
NOINDEX = {"X-Robots-Tag": "none"}  # neither index it nor follow its links
# What only our own proxy reads. A page that PageCache keeps may be held for a second, so that
# whatever is published, hidden or closes is gone from the proxy within that second.
PROXY_SECONDS = 1


@dataclass(frozen=True)
class HeaderClass:
    """One row of the table: who it is for, where it begins, what it wears."""

    name: str
    prefixes: tuple[str, ...]
    headers: dict[str, str]


CLASSES = (
    HeaderClass("static", ("/static/",), {name: EVERYWHERE[name] for name in FILES}),
    HeaderClass("media", ("/media/",), EVERYWHERE),
    HeaderClass("staff", ("/cms/",), {**EVERYWHERE, **NOINDEX, "X-Frame-Options": "SAMEORIGIN"}),
    HeaderClass("desk", ("/desk/",), {**EVERYWHERE, **NOINDEX}),
    HeaderClass("form", ("/ask/now/", "/ask/start/", "/ask/wait/", "/ask/sent/"), {**EVERYWHERE, **NOINDEX}),
    HeaderClass("public", ("/",), EVERYWHERE),
)
STATIC, MEDIA, STAFF, DESK, FORM, PUBLIC = CLASSES
GIVEN = (200, 206, 304)  # a file itself; whatever else stands at its address is a page that says no


def header_class(path: str) -> HeaderClass:
    """The row for a path; every path has one, because the last row begins with "/"."""
    for row in CLASSES:
        if path.startswith(row.prefixes):
            return row
    return PUBLIC


class SafetyHeaders:
    """Outermost: puts the class's headers on whatever comes back, refusals and crashes too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.plain_csp = PUBLIC_CSP.format(style="")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        row = header_class(request.path_info)
        response = self.get_response(request)
        if row is STATIC and response.status_code not in GIVEN:
            row = PUBLIC
        headers = response.headers
        for name, value in row.headers.items():
            headers[name] = value
        if row is STAFF:
            # A preview is a public page inside the admin, in the council's own colours; so is the sign-in.
            own_colours = getattr(response, "brand_style_hash", "")
            if "preview" in request.path_info:
                own_colours = brand.current().style_hash
            headers["Content-Security-Policy"] = staff_csp.header(own_colours)
        else:
            csp = FILE_CSP if row is STATIC else self.public_csp(request, response)
            headers["Content-Security-Policy"] = csp
        self.say_how_long(row, response)
        return response

    def public_csp(self, request: HttpRequest, response: HttpResponseBase) -> str:
        """The public policy, with the hash of the council's own two colours when it has chosen them."""
        generation = getattr(request, "generation", None)
        if generation is not None:
            style_hash = brand.current(generation).style_hash
        else:
            style_hash = getattr(response, "brand_style_hash", "")
        return PUBLIC_CSP.format(style=f" {style_hash}") if style_hash else self.plain_csp

    @staticmethod
    def say_how_long(row: HeaderClass, response: HttpResponseBase) -> None:
        """Browsers keep nothing but static files; our own proxy is told separately."""
        headers = response.headers
        if row in (STATIC, MEDIA) and response.status_code in GIVEN:
            return  # WhiteNoise has said it: immutable when the name carries a hash
        headers["Cache-Control"] = "no-store"
        kept = getattr(response, "kept_by_page_cache", False)
        headers["X-Accel-Expires"] = str(PROXY_SECONDS if kept else 0)
        if kept:
            headers["CDN-Cache-Control"] = f"max-age={PROXY_SECONDS}"  # else Cache-Control speaks to it, too


class RequestGuard:
    """What is settled before anything of ours reads the request.

    Leaving comes first: nothing that can break stands between a person and the exit.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path == exit.PATH:
            return exit.leave(request)
        if settings.PORTAL_MAINTENANCE and not path.startswith("/health/"):
            return error_pages.maintenance(request)
        if body_length(request) > self.most_bytes(path):
            return error_pages.too_large(request)
        if "\0" in path or "%00" in request.META.get("QUERY_STRING", ""):
            # PostgreSQL refuses NUL in any text, which would otherwise end as a 500.
            raise BadRequest("NUL in the address")
        if not path.startswith(STAFF.prefixes) and field_count(request) > settings.PUBLIC_MAX_FIELDS:
            raise BadRequest("Too many fields")
        if not in_utf8(request):
            raise BadRequest("Not in UTF-8")
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            # Django's own answer to a wrong method is an empty page: no exit, no numbers.
            return error_pages.not_allowed(request, response.headers.get("Allow", ""))
        return response

    @staticmethod
    def most_bytes(path: str) -> int:
        if path.startswith(STAFF.prefixes):
            return settings.STAFF_UPLOAD_MAX_BYTES
        return settings.PUBLIC_BODY_MAX_BYTES


def body_length(request: HttpRequest) -> int:
    """The announced length; Waitress counts chunked bodies itself before we are called."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def in_utf8(request: HttpRequest) -> bool:
    """Whether a body is announced as UTF-8, or as nothing. Our pages send no other, and what Python
    knows besides ("base64", "idna") is no way to write letters: reading it would end as our error."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.strip("\"' ").lower() == "utf-8"


def field_count(request: HttpRequest) -> int:
    """How many fields a posted form has, counted before any of them is read."""
    if request.method != "POST":
        return 0
    mark = b"\ncontent-disposition:" if request.content_type == "multipart/form-data" else b"&"
    return request.body.lower().count(mark) + 1
