"""A form that is not live any more: what becomes of a page that still stands open."""

from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from selfreferral import drafts, flow, limits
from selfreferral.questions import BY_SLUG
from selfreferral.screens import neutral_page
from selfreferral.wayfinding import typed_of
from services_directory.views import SeeOther


def without_draft(
    request: HttpRequest, found: drafts.Found, prefix: str, *, now: datetime
) -> HttpResponseBase:
    """A left or sent form stays so. After an expiry a new draft takes over what was typed."""
    if request.method != "POST":
        return neutral_page(request)
    if found.state == drafts.FINISHED:
        return SeeOther(reverse("ask_sent"))
    step = BY_SLUG.get(request.POST.get(f"{prefix}-current_step", ""))
    if found.state == drafts.LEFT or step is None or drafts.is_over(request.POST.get("journey", "")):
        return SeeOther(reverse("ask_now"))
    if limits.is_over(request) and limits.count(request, "start"):
        return SeeOther(reverse("ask_wait"))
    opened = drafts.begin(now=now)
    if typed := typed_of(step, request.POST):
        opened.typed[step.slug] = typed
    opened.kept["before"] = {}
    opened.place = {"step": step.slug, "notice": "expired", "checking": True}
    if not step.asks or step not in flow.visible({}):
        opened.place["step"] = "who"
    opened.save()
    response = SeeOther(reverse("ask_now"))
    drafts.set_cookie(response, opened)
    return response
