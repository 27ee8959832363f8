"""The page before the form, the way into it, and the page after it."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from selfreferral import counting, drafts, flow, limits, screens, ways_in
from selfreferral.wayfinding import on_the_wall
from services_directory.views import NO_PAGE_CACHE, SeeOther


# By POST it only reads which way was chosen (ways_in.py), on pages whose visitors have no cookie for a token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ways to ask for help; who reads what is typed, and what happens to it, before anything is."""
    if request.method == "POST":
        return SeeOther(ways_in.address(request.POST.get("way", "")))
    way = ways_in.opened(request.GET.get("s", ""))
    context = {
        "title": screens.TITLE,
        "description": "Ways to ask for help with domestic abuse: ring, chat, text or ask online.",
        "queue": screens.queue("provider"),
        "steps": len(flow.way(ways_in.WAYS_IN.get(way, {}))) - 1,  # without the page that says how to leave
        "way": way,
        "way_in": counting.way_in(request.GET.get("w", "")),
        **screens.chat_services(request),
    }
    response = render(request, "selfreferral/ask.html", context)
    response[NO_PAGE_CACHE] = "1"  # it carries the token of the form
    return response


@require_POST
@limits.counted("start")
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
        if limits.is_over(request):
            return SeeOther(reverse("ask_wait"))
        drafts.leave(request)
        opened = drafts.begin(now=now)
        happened = list(counting.reached(opened.place, "before", {}))
        if way_in := counting.way_in(request.POST.get("w", "")):
            opened.place["way_in"] = way_in
        opened.kept |= (chosen := ways_in.kept(request.POST.get("way", "")))
        opened.place["chosen"] = list(chosen)
        opened.save()
        counting.add(happened, now=now)
        counting.came(way_in, "started", now=now)
    response = SeeOther(reverse("ask_now"))
    drafts.set_cookie(response, opened)
    return response


@require_safe
def wait(request: HttpRequest) -> HttpResponseBase:
    """Too much came from this network or form: when to go on, and whom to ring meanwhile.

    The status tells the script that the page was not taken, so that the text stays in it, too.
    """
    now = timezone.now()
    opened = drafts.find(request, now=now).opened
    seconds = limits.seconds_left(request, ("steps", "journey") if opened else limits.KEYS)
    context = {
        "title": screens.TITLE,
        "opened": opened,
        "minutes": -(-seconds // 60),
        "until": on_the_wall(now + timedelta(seconds=seconds + 59)),
    }
    response = render(request, "selfreferral/wait.html", context, status=429 if seconds else 200)
    if seconds:
        response["Retry-After"] = str(seconds)
    response[NO_PAGE_CACHE] = "1"
    return response


@require_safe
def sent(request: HttpRequest) -> HttpResponseBase:
    """The reference, once. It opens with the draft's cookie, which this answer takes away."""
    found = drafts.find(request, now=timezone.now())
    if found.state != drafts.FINISHED:
        return screens.neutral_page(request)
    context = {"title": screens.TITLE, "sent": found.confirmation, **screens.after(found.confirmation)}
    response = render(request, "selfreferral/sent.html", context)
    if request.method == "GET":
        drafts.drop_cookie(response)
    return response
