"""The page behind a link that a professional was mailed: opens by POST, once.

Mail scanners fetch links, so looking at it opens nothing. Used, too old and unknown answer the same.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from selfreferral import outcomes
from services_directory.views import NO_PAGE_CACHE, SeeOther

TITLE = _("Message")


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        told = outcomes.read_once(token, now=now)
        if told is None:
            return SeeOther(request.path)
        return kept_nowhere(render(request, "selfreferral/outcome.html", {"title": TITLE, "told": told}))
    live = outcomes.live(token, now=now).exists()
    page = "selfreferral/outcome.html" if live else "selfreferral/outcome_gone.html"
    return kept_nowhere(render(request, page, {"title": TITLE}, status=200 if live else 404))


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    response[NO_PAGE_CACHE] = "1"
    return response
