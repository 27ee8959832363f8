"""What the pages around the questions show. Words for people; nothing here decides anything."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from selfreferral import envelope, flow, routing
from selfreferral.models import Queue
from selfreferral.questions import Answers, Step, is_young
from services_directory.listing import list_services
from services_directory.models import TaxonomyTerm

TITLE = "Ask for help"
YOUNG = "young_people_11_17"
FOR_YOUNG = ("child", "child_later", "told", "told_later")
READER = "A trained worker of the team that answers"
READERS = {"young-people": "A worker who works with young people"}
# Whose helpline stands on the page that says "not online yet".
AUDIENCE_OF = {"own-behaviour": "worried_about_own_behaviour"}


def screen(step: Step, form: Any, answers: Answers, request: HttpRequest) -> dict[str, Any]:
    """The context of one step's page."""
    who = answers.get("who", {}).get("who", "")
    context: dict[str, Any] = {
        "step": step,
        "form": form,
        "who": who,
        # The heading is the question then, and the field need not show it again.
        "single": [field.label for field in form.fields.values()] == [step.title],
        "audience": YOUNG if is_young(answers) or step.slug in FOR_YOUNG else "",
    }
    if step.slug == "other":
        context["audience"] = AUDIENCE_OF.get(who, "")
    if step.slug in ("agree", "check"):
        context["reader"] = reader(answers)
    if step.slug == "check":
        context["pages"] = pages(answers)
    return context


def pages(answers: Answers) -> list[dict[str, Any]]:
    """Every step that asks something with what will be sent from it, for the check page."""
    given, steps = flow.to_send(answers)
    return [page(step.slug, step.title, list(envelope.items(step, given[step.slug]))) for step in steps]


def page(slug: str, title: str, items: list[dict[str, str]]) -> dict[str, Any]:
    """`alone` is the answer of a page whose heading was its one question."""
    alone = items[0]["answer"] if len(items) == 1 and items[0]["question"] == title else ""
    return {"slug": slug, "title": title, "items": items, "alone": alone}


def reader(answers: Answers) -> str:
    """Who will read it, in words that give no verdict on how bad things are."""
    given, steps = flow.to_send(answers)
    facts = routing.facts(given, [step.slug for step in steps])
    try:
        return READERS.get(routing.route(facts).queue, READER)
    except routing.Gap:
        return READER


def queue(slug: str) -> Queue | None:
    return Queue.objects.filter(slug=slug, active=True).first()


def chat_services(request: HttpRequest) -> dict[str, Any]:
    """Services that one can write to, from the directory."""
    terms = TaxonomyTerm.objects.filter(taxonomy__slug="help", slug="webchat_or_text")
    if not terms:
        return {}
    return list_services(terms, now=timezone.now(), generation=getattr(request, "generation", None))


def neutral_page(request: HttpRequest) -> HttpResponse:
    """What stands at the form's address when there is no form: nothing that says what it was."""
    return render(request, "selfreferral/nothing.html", {"title": "New page"})
