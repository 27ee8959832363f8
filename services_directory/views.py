"""Public pages of the directory: find a service, and one service.

Typed text comes by POST and travels on sealed; filters travel as opaque codes and can be shared.
Titles are neutral: they stay in a browser's history.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from services_directory import cards, carry, written_pages
from services_directory.freshness import told
from services_directory.gaps import count_unmet
from services_directory.models import Entry, Generation
from services_directory.opening_codes import next_quarter
from services_directory.question import plain
from services_directory.results_page import pages_of, results_heading, stand_in_words
from services_directory.search import MOST, PER_PAGE, Results, stand_ins
from services_directory.search import find as find_services
from services_directory.selection import Selection, address
from services_directory.tags import service_tag
from services_directory.vocabulary import vocabulary

PURPOSE = "find"
LAST_PAGE = -(-MOST // PER_PAGE)
NO_PAGE_CACHE = "X-No-Page-Cache"


class SeeOther(HttpResponseRedirectBase):
    """303: whatever was posted, what follows is fetched by GET."""

    status_code = 303


# Searching only reads, so there is nothing that another site could forge, and a visitor who has
# typed nothing but a search never gets the cookie that a token needs.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    words = vocabulary(generation_of(request))
    if request.method == "POST":
        selection = Selection.from_querydict(request.POST, words)
        text = plain(request.POST.get("q", ""))
        sealed = carry.seal(text, purpose=PURPOSE) if text else ""
        return SeeOther(address(reverse("find"), selection.querystring(s=sealed)))
    selection = Selection.from_querydict(request.GET, words)
    carried = request.GET.get("s", "")
    opened = carry.unseal(carried, purpose=PURPOSE) if carried else ""
    return results_page(request, selection, opened, carried if opened else "")


def results_page(request: HttpRequest, selection: Selection, text: str | None, sealed: str) -> HttpResponse:
    """`text` is None when what was typed can no longer be opened."""
    now = timezone.now()
    number = page_number(request.GET.get("p", ""))
    results = find_services(text or "", selection, now=now, page=number)
    if number > 1 and not results.cards:
        raise Http404
    context = form_context(selection, text, sealed)
    nothing = not results.total
    if nothing:
        context["stand_in_heading"] = stand_in_words(selection, text or "")
        if request.method == "GET" and selection and is_gap(selection, text, now):
            count_unmet(selection, now=now)
        results = stand_ins(text or "", selection, now=now)
    context.update(
        cards=results.cards,
        total_words="0 services" if nothing else results.total_words,
        corrected=results.corrected,
        written=written_pages.find(results.corrected or text, selection.words.synonyms, now=now)
        if text and number == 1
        else [],
        **results_heading(results, selection, text or "", nothing=nothing),
        page=pages_of(number, results.total, lambda n: find_url(selection, s=sealed, p=n if n > 1 else "")),
    )
    response = render(request, "services_directory/find.html", context)
    response.cache_until = until(results, selection, now)  # type: ignore[attr-defined]
    if nothing or sealed or text is None:
        # Counted each time it happens; and what somebody typed is kept nowhere.
        response[NO_PAGE_CACHE] = "1"
    return response


def is_gap(selection: Selection, text: str | None, now: datetime) -> bool:
    """Whether the filters alone find nothing: words that nobody wrote are not an unmet need."""
    return not text or not find_services("", selection, now=now, per_page=1).total


def form_context(selection: Selection, text: str | None, sealed: str) -> dict[str, Any]:
    first = next(iter(selection.chosen.get("w", ())), None)
    return {
        "title": _("Find a service"),
        "description": "Search for help near you and across the country: who to ring, text or write to.",
        "audience": first.slug if first else "",
        "form_action": reverse("find"),
        "query": text or "",
        "text_expired": text is None,
        "filters": selection.controls(),
        "chosen_words": selection.chosen_words,
        "chips": selection.chips(reverse("find"), s=sealed),
        "clear_url": reverse("find"),
        "stand_in_heading": "",
    }


def find_url(selection: Selection, **more: Any) -> str:
    return address(reverse("find"), selection.querystring(**more))


def page_number(text: str) -> int:
    """The page asked for; the first for rubbish, 404 for one that no list can have."""
    if not (text.isascii() and text.isdigit()):
        return 1
    if len(text) > 4 or int(text) > LAST_PAGE:
        raise Http404
    return max(1, int(text))


def until(results: Results, selection: Selection, now: datetime) -> datetime | None:
    """When the page stops being true: a service on it, or found by it, opens or closes."""
    changes = [card["changes_at"] for card in results.cards]
    if "o" in selection.chosen:
        changes.append(next_quarter(now))
    return min(changes, default=None)


@require_safe
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """One service, from its public copy. Not there, hidden or not checked: the same 404."""
    with told(service_tag(pk)):
        written = Entry.objects.filter(pk=pk).values_list(Entry.WRITTEN, flat=True).first()
    card = cards.Card(written, timezone.now()) if written else None
    if card is None or not (settings.PORTAL_DEMO or card["checked"]):
        raise Http404
    slugs = card["audience_slugs"]
    context = {
        "title": _("Service details"),
        "description": card["lead"],
        "audience": slugs[0] if len(slugs) == 1 else "",
        "card": card,
    }
    response = render(request, "services_directory/service.html", context)
    response.cache_until = card["changes_at"]  # type: ignore[attr-defined]
    return response


def generation_of(request: HttpRequest) -> int:
    """The page cache has asked already; without it we ask here."""
    known = getattr(request, "generation", None)
    return Generation.current() if known is None else known
