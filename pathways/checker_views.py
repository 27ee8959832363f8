"""The checker: one page of choices, and the page that says where they lead.

Nothing of it is kept: no cookie, no row, no log line. With scripts the answers come by fetch and
the result is the reply, so they are in no address. Without, they travel sealed over one redirect,
as a search does, because a form answered directly stays readable in the files of the browser's
profile (docs/decisions/checker.md).
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from home.models.pages import generation_of
from pathways import checker, facts
from pathways.checker_contacts import every_card
from pathways.checker_questions import CODES, QUESTIONS, Answers
from pathways.steps import Flow, published
from pathways.words import has_unconfirmed, show
from services_directory import carry
from services_directory.views import NO_PAGE_CACHE, SeeOther

RESULT, CHANGE, AGAIN = "012"  # what a sealed value asks for
FRAME = {
    "title": "Which route",
    "description": "For professionals: which route to take, by when, and whom to ring.",
}


# It only reads, like searching: there is nothing to forge, and the token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    """The form; by POST, or with a sealed value, the result, or the form filled in again (`change`, or
    because a number in the questions is no longer the one that was answered)."""
    edition = checker.edition(facts.of(request))
    purpose = f"checker {edition}"
    if request.method == "POST":
        answers, wanted = checker.read(request.POST), CHANGE if "change" in request.POST else RESULT
        if request.POST.get("edition", edition) != edition:
            answers, wanted = checker.without_numbers(answers), AGAIN
        if request.headers.get("Sec-Fetch-Dest") == "empty":  # a script asks, and keeps nothing
            return reply(request, wanted, answers)
        sealed = carry.seal(f"{wanted}{checker.pack(answers)}", purpose=purpose)
        return SeeOther(f"{reverse('checker')}?s={sealed}")
    carried = request.GET.get("s", "")
    opened = carry.unseal(carried, purpose=purpose) if carried else None
    if not opened:
        return show_form(request, {}, expired=bool(carried))
    return reply(request, opened[0], checker.unpack(opened[1:]))


def reply(request: HttpRequest, wanted: str, answers: Answers) -> HttpResponse:
    if wanted == RESULT:
        return show_result(request, answers)
    return show_form(request, answers, again=wanted == AGAIN)


def show_form(
    request: HttpRequest, answers: Answers, *, expired: bool = False, again: bool = False
) -> HttpResponse:
    now = facts.of(request)
    words = [text for one in QUESTIONS for text in (one.label, *one.choices.values())]
    context = {
        **FRAME,
        "questions": list(questions(answers, now)),
        "starred": has_unconfirmed(words, now),
        "edition": checker.edition(now),
        "expired": expired,
        "again": again,
        "filled": bool(answers),
    }
    response = render(request, "pathways/checker.html", context)
    if answers or expired or again:
        response[NO_PAGE_CACHE] = "1"
    return response


def show_result(request: HttpRequest, answers: Answers) -> HttpResponse:
    now = facts.of(request)
    context = {
        **FRAME,
        "edition": checker.edition(now),
        "answers": sorted((CODES[code], code) for codes in answers.values() for code in codes),
    }
    response = render(request, "pathways/checker_result.html", context | result(answers, now, request))
    response[NO_PAGE_CACHE] = "1"
    return response


def questions(answers: Answers, now: facts.Facts) -> Iterator[dict[str, Any]]:
    for question in QUESTIONS:
        chosen = answers.get(question.name, frozenset())
        yield {
            "name": question.name,
            "label": show(question.label, now),
            "hint": question.hint,
            "kind": "checkbox" if question.several else "radio",
            "choices": [(code, show(label, now), code in chosen) for code, label in question.choices.items()],
        }


def result(answers: Answers, now: facts.Facts, request: HttpRequest) -> dict[str, Any]:
    outcome = checker.check(answers, now)
    contacts = every_card(now=timezone.now())
    pages = published(generation_of(request)).by_code
    *routes, doubt = [shown(one, now, contacts, pages) for one in outcome.routes]
    return {
        "routes": routes,
        "doubt": doubt,
        "notes": [(note, show(note.words, now)) for note in outcome.notes],
        "starred": has_unconfirmed(texts(outcome), now),
    }


def shown(
    one: checker.Reached, now: facts.Facts, contacts: dict[str, Any], pages: dict[str, Flow]
) -> dict[str, Any]:
    route = one.route
    return {
        "key": route.key,
        "action": route.action,
        "what": show(route.what, now),
        "clock": show(route.clock, now),
        "why": [(rule, show(rule.why, now)) for rule in one.rules],
        "teams": contacts.get(route.contact),
        "page": pages.get(route.page),
    }


def texts(outcome: checker.Outcome) -> Iterator[str]:
    for one in outcome.routes:
        yield from (one.route.what, one.route.clock, *(rule.why for rule in one.rules))
    yield from (note.words for note in outcome.notes)
