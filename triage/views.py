"""The desk's pages: the list, one case, and what is decided about it."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from triage import access, decisions, events, history, listing, outcomes, paper, phone, reading, repeats
from triage.models import Case
from triage.signing_in import at_the_desk, see_other

ON_A_PAGE = 50


@require_safe
@at_the_desk
def case_list(request: HttpRequest) -> HttpResponse:
    """What waits in the person's queues, or with `?closed=1` what is done. Opens nothing."""
    now, names = timezone.now(), listing.queue_names()
    visible = access.visible_to(request.user).select_related("claimed_by").defer("sealed")
    closed = request.GET.get("closed") == "1"
    # Without urgency: a number is all that is left of it (triage/purging.py).
    done = visible.closed().exclude(urgency="").order_by("-closed_at")
    shown = done if closed else visible.unfinished().most_urgent_first()
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    unopened = visible.unopened().count()
    context = {
        "title": f"({unopened}) Requests" if unopened else "Requests",
        "closed": closed,
        "page": page,
        "rows": listing.rows(page, now=now, names=names),
        "unopened": unopened,
        "looked": listing.moment(now, now),
        "may_enter": phone.may_enter(request.user),
        "queues": sorted(names.get(slug, slug) for slug in access.roles_of(request.user)),
    }
    return render(request, "triage/list.html", context)


def is_guess(request: HttpRequest) -> bool:
    return "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")


@require_safe
@at_the_desk
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Opens the letter, and says so on the record. A browser that guesses ahead opens nothing."""
    if is_guess(request):
        return HttpResponse(status=425)
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        case = access.case_for(request.user, reference, now=now)
    except access.NotHere:
        return not_here(request)
    context: dict[str, Any] = {}
    status, names = 200, listing.queue_names()
    try:
        letter = reading.read(case, user=request.user, now=now)
        context |= {"letter": paper.for_screen(letter), "notes": paper.notes(letter)}
        context["repeats"] = repeats.find(case, letter, user=request.user, now=now)
    except reading.LeadsOnly:
        context |= {"leads_only": True, "leads": access.leads_of(case.queue)}
    except reading.MayNotRead:
        context["may_not_read"] = True
    except reading.Purged:
        context["purged"] = True
    except reading.Unreadable:
        context["unreadable"], status = True, 500
    context |= {
        "title": f"Request {case.reference}",
        "row": listing.row(case, now=now, names=names),
        # Who may not read it must not stand as the one who has it.
        "decisions": [] if "leads_only" in context else decisions.open_to(request.user, case, now=now),
        "seen": events.last_change(case.reference),
        "history": history.of_case(case.reference, names=names),
        "printed": listing.moment(now, now),
        "outcomes": outcomes.of_case(case.reference, now=now),
    }
    return render(request, "triage/case.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def decide(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One of the declared decisions: its form if it asks something, and what follows when it is sent.

    Looking changes nothing, and the letter is shown by neither, but where a decision says so.
    """
    now, decision = timezone.now(), decisions.BY_SLUG[slug]
    sent = request.method == "POST"
    if not (sent or decision.asks):
        return HttpResponseNotAllowed(["POST"])
    try:
        case = access.case_for(request.user, reference, now=now)
    except access.NotHere:
        return not_here(request)
    try:
        act = decisions.check(decision, case, user=request.user, now=now)
        if decision.opens and not sent:
            reading.read(case, user=request.user, now=now)
        form = decision.form(request.POST if sent else None, act=act)
        if not (sent and form.is_valid()):
            return ask(request, decision, form, case)
        answers, seen = form.cleaned_data, number(request.POST.get("seen", ""))
        decisions.decide(decision, case, user=request.user, answers=answers, now=now, seen=seen)
    except decisions.NotNow as why:
        return not_now(request, case, str(why), now=now)
    if decision.stays:
        return see_other(reverse("desk_case", args=[case.reference]))
    return see_other(f"{reverse('desk')}?done={slug}")


def ask(request: HttpRequest, decision: decisions.Decision, form: Form, case: Case) -> HttpResponse:
    context = {
        "title": f"Request {case.reference}",
        "case": case,
        "decision": decision,
        "form": form,
        # What the person had before them stays what it was while they mend a mistake.
        "seen": number(request.POST.get("seen", "")) or events.last_change(case.reference),
    }
    return render(request, "triage/decide.html", context, status=422 if form.errors else 200)


def not_now(request: HttpRequest, case: Case, why: str, *, now: datetime) -> HttpResponse:
    """How it stands now, if it is still theirs to see."""
    there = access.visible_to(request.user).select_related("claimed_by").filter(pk=case.pk).first()
    if there is None:
        return not_here(request)
    row = listing.row(there, now=now, names=listing.queue_names())
    context = {"title": f"Request {case.reference}", "case": there, "row": row, "why": why}
    return render(request, "triage/not_now.html", context, status=409)


def number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None


@at_the_desk
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address of the desk, in the words of a case that is not there."""
    return not_here(request)


def not_here(request: HttpRequest) -> HttpResponse:
    return render(request, "triage/not_here.html", {"title": "Not found"}, status=404)
