"""Every page that says no: what happened, what still works, whom to ring.

None of them needs the database, a session or the static files' manifest. Should even the
template fail, a built-in page with the exit and the national number answers.
"""

import logging
import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_noop as _

from portal.packing import compress, encoding_class

logger = logging.getLogger("portal.error_pages")
WAIT_PATH = "/wait/"


@dataclass(frozen=True)
class Words:
    """What one error page says. `title` is all that a browser's history keeps of it."""

    title: str
    heading: str
    text: str


PAGES = {
    400: Words(
        _("Page not shown"),
        _("We could not read that"),
        _(
            "Something in the address or the form was not right. Nothing was saved. "
            "You can go to the start page and try again."
        ),
    ),
    403: Words(
        _("Page not shown"),
        _("You cannot see this page"),
        _("This page is not open to everybody. You can go to the start page."),
    ),
    404: Words(
        _("Page not found"),
        _("We cannot find that page"),
        _("It may have moved or been taken down. You can go to the start page, or search for a service."),
    ),
    405: Words(
        _("Page not shown"),
        _("This page cannot do that"),
        _("Nothing was saved. You can go to the start page and try again."),
    ),
    413: Words(
        _("Too much at once"),
        _("That was too much to send at once"),
        _("Nothing was saved. Please make it shorter and send it again."),
    ),
    429: Words(
        _("Please wait"),
        _("Please wait a few minutes"),
        _(
            "Many requests came from your connection, so we paused. What you sent last was not kept. "
            "You can try again in about 10 minutes. If you need to talk now, you can call."
        ),
    ),
    500: Words(
        _("Something went wrong"),
        _("Something went wrong on our side"),
        _("It is not your fault. You can try again in a few minutes, or call."),
    ),
    503: Words(
        _("Closed for a short time"),
        _("This site is closed for a short time"),
        _("We are working on it. Please try again in a while. You can still call."),
    ),
}
# What stands at /wait/?w=... after a form that was refused: the code is all that travels.
NOT_SENT = _("It was not sent. Go back to the page before, write it again and send it, or call.")
# After a fault it may have been taken all the same: the answer to a commit can be lost on its way.
NOT_KNOWN = _(
    "We do not know whether it was sent. Go back to the page before and send it again, or call. "
    "If it was sent already, it comes twice, and that does no harm."
)
TAKEN_ONCE = _(
    "We do not know whether it was sent. Go back to your answers and press the same button again: "
    "it will not arrive twice. Or call."
)
REASONS = {
    "": (429, PAGES[429]),
    "1": (403, Words(_("Not sent"), _("The form was open for too long"), NOT_SENT)),
    "2": (503, Words(_("Not sent"), _("Something went wrong on our side"), NOT_SENT)),
    "4": (503, Words(PAGES[500].title, PAGES[500].heading, NOT_KNOWN)),
    "5": (503, Words(PAGES[500].title, PAGES[500].heading, TAKEN_ONCE)),
    "3": (404, Words(_("Not sent"), _("That page is no longer here"), NOT_SENT)),
}


def error_page(request: HttpRequest, status: int, words: Words | None = None) -> HttpResponse:
    """The page for a status, in the site's own look whenever that can be had."""
    words = words or PAGES[status]
    context: dict[str, Any] = {
        "title": words.title,
        "heading": words.heading,
        "text": words.text,
        "status": status,
    }
    try:
        # Imported here: a fault in the site's words must not keep an error page from answering.
        from home import brand

        context["brand"] = brand.current()
        response = HttpResponse(render_to_string("error_page.html", context), status=status)
        response.brand_style_hash = context["brand"].style_hash  # type: ignore[attr-defined]
    except Exception:
        logger.exception("The error page itself failed; the built-in one answers")
        response = HttpResponse(built_in(words), status=status)
    response["X-No-Page-Cache"] = "1"
    # A refusal at the gate passes by the page cache, which packs the others.
    compress(response, encoding_class(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    return response


def built_in(words: Words) -> str:
    """The last page that can still answer: no template, no settings, no style."""
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"></head><body>'
        '<form class="leave" method="post" action="/leave/">'
        '<button class="leave__button" type="submit">Leave this site</button></form>'
        '<main id="main"><h1>{}</h1><p>{}</p>'
        '<p>In danger now: call <a href="tel:999">999</a>. Cannot speak? Call 999 from a mobile, '
        "listen, cough or tap if you can, and press 55 when asked.</p>"
        "<p>National Domestic Abuse Helpline, free, day and night: "
        '<a href="tel:08082000247">0808 2000 247</a></p>'
        '<p><a href="/">Start page</a></p></main></body></html>',
        words.title,
        words.heading,
        words.text,
    )


def answer(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """The error page, or the way to it for a form that was sent.

    A POST that is answered directly leaves what was typed in the files of the browser's
    profile; a redirect leaves nothing. So a sent form is always answered by 303.
    """
    if request.method == "POST" and not request.path_info.startswith("/cms/"):
        response = HttpResponseRedirect(f"{WAIT_PATH}?w={reason}" if reason else WAIT_PATH)
        response.status_code = HTTPStatus.SEE_OTHER
        return response
    return error_page(request, status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, and the refusal of django-ratelimit, which is a PermissionDenied too."""
    return answer(request, 403, "1")


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: too old, or sent from elsewhere. A view may have a way of its own."""
    if rescue := getattr(getattr(request.resolver_match, "func", None), "when_refused", None):
        return rescue(request)
    return answer(request, 403, "1")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404, "3")


def not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    response = error_page(request, 405)
    response["Allow"] = allow
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    return error_page(request, 413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Over a limit: never only a refusal, always a page with numbers to call."""
    return answer(request, 429, "")


def server_error(request: HttpRequest) -> HttpResponse:
    """A crash, or a database that does not answer: then it is 503, come back later.

    A view that takes the same form once, however often it comes, says so: `takes_once`.
    """
    database = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    view = getattr(request.resolver_match, "func", None)
    return answer(request, 503 if database else 500, "5" if hasattr(view, "takes_once") else "4")


def maintenance(request: HttpRequest) -> HttpResponse:
    response = answer(request, 503, "2")
    response["Retry-After"] = "600"
    return response


def wait(request: HttpRequest) -> HttpResponse:
    """Where a refused form lands. Its status tells the script that the text was not taken."""
    status, words = REASONS.get(request.GET.get("w", ""), REASONS[""])
    return error_page(request, status, words)
