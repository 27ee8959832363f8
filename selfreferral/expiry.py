"""A form that is not live any more: what becomes of a page that still stands open."""

from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from selfreferral import drafts, envelope, flow, limits
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
        return sent_already(request, found, prefix)
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


def sent_already(request: HttpRequest, found: drafts.Found, prefix: str) -> HttpResponseBase:
    """To the page with the reference. It says so when this was anything but another press of "Send", of the
    very answers that were sent: what was written or changed since is in no letter."""
    posted = request.POST
    pressed = posted.get("do", "next") == "next" and posted.get(f"{prefix}-current_step") == "check"
    if not (pressed and posted.get("digest") == found.confirmation.get("digest")):
        step = BY_SLUG.get(posted.get(f"{prefix}-current_step", ""))
        given = flow.plain(step, typed_of(step, posted)) if step else {}
        found.add(later=True, written=list(envelope.items(step, given)) if step else [])
    return SeeOther(reverse("ask_sent"))
