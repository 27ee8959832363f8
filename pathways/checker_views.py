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

from pathways import checker, facts
from pathways.checker_contacts import every_card
from pathways.checker_questions import CODES, QUESTIONS, Answers
from pathways.words import has_unconfirmed, show
from services_directory import carry
from services_directory.views import NO_PAGE_CACHE, SeeOther

PURPOSE = f"checker {checker.EDITION}"
FRAME = {
    "title": "Which route",
    "description": "For professionals: which route to take, by when, and whom to ring.",
}


# It only reads, like searching: there is nothing to forge, and the token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    """The form; by POST, or with a sealed value, the result, or the form filled in again (`change`)."""
    if request.method == "POST":
        answers, change = checker.read(request.POST), "change" in request.POST
        if request.headers.get("Sec-Fetch-Dest") == "empty":  # a script asks, and keeps nothing
            return show_form(request, answers) if change else show_result(request, answers)
        sealed = carry.seal(f"{int(change)}{checker.pack(answers)}", purpose=PURPOSE)
        return SeeOther(f"{reverse('checker')}?s={sealed}")
    carried = request.GET.get("s", "")
    opened = carry.unseal(carried, purpose=PURPOSE) if carried else None
    if not opened:
        return show_form(request, {}, expired=bool(carried))
    answers = checker.unpack(opened[1:])
    return show_form(request, answers) if opened[0] == "1" else show_result(request, answers)


def show_form(request: HttpRequest, answers: Answers, *, expired: bool = False) -> HttpResponse:
    now = facts.of(request)
    words = [text for one in QUESTIONS for text in (one.label, *one.choices.values())]
    context = {
        **FRAME,
        "questions": list(questions(answers, now)),
        "starred": has_unconfirmed(words, now),
        "expired": expired,
        "filled": bool(answers),
    }
    response = render(request, "pathways/checker.html", context)
    if answers or expired:
        response[NO_PAGE_CACHE] = "1"
    return response


def show_result(request: HttpRequest, answers: Answers) -> HttpResponse:
    context = {
        **FRAME,
        "answers": sorted((CODES[code], code) for codes in answers.values() for code in codes),
    }
    response = render(request, "pathways/checker_result.html", context | result(answers, facts.of(request)))
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


def result(answers: Answers, now: facts.Facts) -> dict[str, Any]:
    outcome = checker.check(answers, now)
    contacts = every_card(now=timezone.now())
    *routes, doubt = [shown(one, now, contacts) for one in outcome.routes]
    return {
        "routes": routes,
        "doubt": doubt,
        "notes": [(note, show(note.words, now)) for note in outcome.notes],
        "starred": has_unconfirmed(texts(outcome), now),
    }


def shown(one: checker.Reached, now: facts.Facts, contacts: dict[str, Any]) -> dict[str, Any]:
    route = one.route
    return {
        "key": route.key,
        "action": route.action,
        "what": show(route.what, now),
        "clock": show(route.clock, now),
        "why": [(rule, show(rule.why, now)) for rule in one.rules],
        "teams": contacts.get(route.contact),
        "page": route.page,
    }


def texts(outcome: checker.Outcome) -> Iterator[str]:
    for one in outcome.routes:
        yield from (one.route.what, one.route.clock, *(rule.why for rule in one.rules))
    yield from (note.words for note in outcome.notes)
