"""The page before the form, the way into it, and the page after it."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from selfreferral import drafts, screens
from services_directory.views import NO_PAGE_CACHE, SeeOther


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Ways to ask for help; who reads what is typed, and what happens to it, before anything is."""
    context = {
        "title": screens.TITLE,
        "description": "Ways to ask for help with domestic abuse: ring, chat, text or ask online.",
        "queue": screens.queue("provider"),
        **screens.chat_services(request),
    }
    response = render(request, "selfreferral/ask.html", context)
    response[NO_PAGE_CACHE] = "1"  # it carries the token of the form
    return response


@require_POST
def start(request: HttpRequest) -> HttpResponseBase:
    """Makes the draft and its cookie. A form that is open already is not thrown away unasked."""
    now = timezone.now()
    with transaction.atomic():
        found = drafts.find(request, now=now)
        if found.opened and not request.POST.get("again"):
            found.opened.place["pause"] = True
            found.opened.save()
            return SeeOther(reverse("ask_now"))
        if found.state in (drafts.LEFT, drafts.FINISHED):
            # Such a cookie opens nothing again. Without it the next press starts afresh.
            response = SeeOther(reverse("ask"))
            drafts.drop_cookie(response)
            return response
        drafts.leave(request)
        opened = drafts.begin(now=now)
        opened.save()
    response = SeeOther(reverse("ask_now"))
    drafts.set_cookie(response, opened)
    return response


@require_safe
def sent(request: HttpRequest) -> HttpResponseBase:
    """The reference, once. It opens with the draft's cookie, which this answer takes away."""
    found = drafts.find(request, now=timezone.now())
    if found.state != drafts.FINISHED:
        return screens.neutral_page(request)
    context = {"title": screens.TITLE, "sent": found.confirmation, "area": settings.PORTAL_AREA}
    response = render(request, "selfreferral/sent.html", context)
    if request.method == "GET":
        drafts.drop_cookie(response)
    return response
