"""What stands beside the pathways' own pages: finding in them, what changed, courses, and what is not there.

Addresses are neutral. What somebody types travels as in the directory: by POST, then sealed.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from home.ending import is_on
from home.models.pages import generation_of
from home.serving import serve
from pathways import facts
from pathways.listing import find, groups
from pathways.models import Course, PathwayPage, Version
from pathways.steps import Contact, contacts_of, listed
from pathways.versions import differences, without_hidden_names, without_places
from pathways.words import show
from pathways.words_compared import compared
from services_directory import carry
from services_directory.freshness import told
from services_directory.question import plain
from services_directory.tags import page_tag
from services_directory.views import NO_PAGE_CACHE, SeeOther

TITLE = _("For professionals")
PURPOSE = "pathways"
MOST_CHANGES = 60


# It only reads, like searching the directory: there is nothing to forge, and the token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponseBase:
    """Find a step by words."""
    address = reverse("pathway_find")
    if request.method == "POST":
        text = plain(request.POST.get("q", ""))
        return SeeOther(f"{address}?s={carry.seal(text, purpose=PURPOSE)}" if text else address)
    sealed = request.GET.get("s", "")
    text = (carry.unseal(sealed, purpose=PURPOSE) if sealed else "") or ""
    now = facts.of(request)
    found = find(text, now, generation_of(request))
    contacts = contacts_of((one.flow.ring for one in found), generation_of(request))
    context = {
        "title": TITLE,
        "query": text,
        "expired": bool(sealed and not text),
        "found": [
            {
                "flow": one.flow,
                "now": show(one.flow.now, now),
                "by_when": show(one.flow.by_when, now),
                "ring": contacts.get(one.flow.ring, Contact()),
                "steps": [(number, show(step.words["title"], now)) for number, step in one.steps],
            }
            for one in found
        ],
        "groups": groups(generation_of(request)),
    }
    response = render(request, "pathways/find.html", context)
    if sealed:
        response[NO_PAGE_CACHE] = "1"
    return response


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Every change of every published page, the newest first: look down to the day you last looked."""
    versions = Version.objects.filter(page__live=True).select_related("page").defer("words")
    listed(generation_of(request))  # whose titles stand here
    with told(Version._meta.db_table):
        newest = list(versions.order_by("-published_at", "page__path")[:MOST_CHANGES])
    return _changes(request, newest, None)


@require_safe
def page_changes(request: HttpRequest, page_pk: int) -> HttpResponse:
    with told(page_tag(page_pk)):
        page = _live_page(page_pk)
        versions = list(page.versions.defer("words")[:MOST_CHANGES])
    return _changes(request, versions, page)


def _changes(request: HttpRequest, versions: list[Version], page: PathwayPage | None) -> HttpResponse:
    context = {"title": TITLE, "page": page, "versions": versions}
    return render(request, "pathways/changes.html", context)


@require_safe
def compare(request: HttpRequest, page_pk: int, number: int) -> HttpResponse:
    """One version beside the current one. A version that is not known leads to the current one."""
    with told(page_tag(page_pk)):
        page = _live_page(page_pk)
        newest = page.versions.first()
        old = page.versions.filter(number=number).first()
        before = old
        if old and old == newest:
            before = page.versions.filter(number=number - 1).first()
    if newest is None or old is None:
        return render(request, "pathways/no_version.html", {"title": TITLE, "page": page}, status=404)
    shown = without_hidden_names(*(without_places(one.words) for one in (before, newest))) if before else []
    found = differences(*shown) if shown else []
    context = {
        "title": TITLE,
        "page": page,
        "old": before,
        "current": newest,
        "rows": [(one.where, *compared(one.before, one.after)) for one in found],
    }
    response = render(request, "pathways/compare.html", context)
    response.cache_until = page.expire_at  # type: ignore[attr-defined]
    return response


@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """Courses that are still to come. The page ends with the day, because a course may end with it."""
    today = timezone.localdate()
    context = {"title": TITLE, "courses": list(Course.objects.to_come(today))}
    response = render(request, "pathways/training.html", context)
    midnight = datetime.combine(today + timedelta(days=1), time())
    response.cache_until = timezone.make_aware(midnight)  # type: ignore[attr-defined]
    return response


def page_or_list(request: HttpRequest, path: str) -> HttpResponseBase:
    """A page that an editor wrote; for one that is not there, the list, with the exit and the numbers."""
    try:
        return serve(request, f"professionals/{path}")
    except Http404:
        context = {"title": TITLE, "groups": groups(generation_of(request))}
        return render(request, "pathways/not_here.html", context, status=404)


def _live_page(pk: int) -> Any:
    return get_object_or_404(PathwayPage.objects.filter(is_on(timezone.now())), pk=pk)
