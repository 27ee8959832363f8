"""What the pages around the questions show. Words for people; nothing here decides anything."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from selfreferral import advice, areas, envelope, flow, notes, outbox, routing, safeguarding
from selfreferral.models import Queue
from selfreferral.questions import Answers, Step, answer, is_young
from selfreferral.questions.paths import is_for_another, is_someone, may_reach_them, who
from services_directory.listing import list_services
from services_directory.models import TaxonomyTerm

TITLE = _("Ask for help")
YOUNG = "young_people_11_17"
CHILDREN = ("child", "child_later")
TO_RING = ("prof_before", "child_them", *CHILDREN)
FOR_YOUNG = (*CHILDREN, "told", "told_later")
MOST_NEAR = 3
READER = "A trained worker of the team that answers"
READERS = {
    "young-people": "A worker who works with young people",
    "children": "A worker whose job is to help children",
    "own-behaviour": "A worker who helps people who want to change",
    "independent": "A worker outside the usual team",
}
# Whose helpline stands first, once somebody has said who it is for.
AUDIENCE_OF = {"own-behaviour": "worried_about_own_behaviour"}


def screen(step: Step, form: Any, answers: Answers, steps: Sequence[Step]) -> dict[str, Any]:
    """The context of one step's page. `steps` are those that these answers lead to."""
    context: dict[str, Any] = {
        "step": step.worded(answers),
        "form": form,
        "ends": step.is_end(answers),
        "who": who(answers),
        # The heading is the question then, and the field need not show it again.
        "single": [field.label for field in form.fields.values()] == [step.title],
        "audience": audience(step, answers),
        "advice_only": is_someone(answers) and not may_reach_them(answers),
    }
    if step.slug in TO_RING:
        context["child_teams"] = safeguarding.for_child(now=timezone.now())
    if step.slug == "prof_before":
        context["adult_teams"] = safeguarding.for_adult(now=timezone.now())
    if step.slug == "check" or step.slug.startswith("agree"):
        context["reader"] = reader(answers)
    if step.slug == "check":
        context["pages"] = pages(answers)
    if step.slug == "elsewhere":
        context["near"] = near(answers)
    return context | more(step, answers, steps)


def more(step: Step, answers: Answers, steps: Sequence[Step]) -> dict[str, Any]:
    """The way to "Tell us more", its rows, and the sentences that belong to what was told there."""
    slugs = [one.slug for one in steps]
    following = slugs[slugs.index(step.slug) + 1 :] if step.slug in slugs else []
    context: dict[str, Any] = {
        "more_next": following[:1] == ["more"],
        "family": notes.honour(answers),
    }
    if step.slug in ("more", "check"):
        context |= {"beside": advice.beside(answers), "through": advice.through_someone(answers)}
    if step.slug == "more":
        context["rows"] = [row(one.worded(answers), answers) for one in steps if one.optional and one.asks]
    return context


def row(step: Step, answers: Answers) -> dict[str, Any]:
    told = any(answers.get(step.slug, {}).values())
    return {"slug": step.slug, "title": step.title, "told": told}


def near(answers: Answers) -> list[dict[str, Any]]:
    """Cards of the teams where the person lives; none when the directory has none for the place."""
    written = answer(answers, "where_them" if is_for_another(answers) else "where", "postcode")
    return [card for card in areas.neighbours(written, now=timezone.now()) if card["phones"]][:MOST_NEAR]


def audience(step: Step, answers: Answers) -> str:
    """Whose helpline stands on the page, as a term of the directory; "" for the national one."""
    if is_young(answers) or step.slug in FOR_YOUNG:
        return YOUNG
    return AUDIENCE_OF.get(who(answers), "")


def confirmation(answers: Answers, posted: outbox.Posted) -> dict[str, Any]:
    """What the page after sending says. Words of the queue and codes of the way, nothing that was typed."""
    contact = "contact_them" if who(answers) == "professional" else "contact"
    return {
        "reference": posted.reference,
        "expects": posted.expects,
        "hours": posted.queue.hours,
        "reader": READERS.get(posted.queue.slug, READER),
        "who": who(answers),
        "rings": answers.get(contact, {}).get("ways") == ["ring_us"],
        "advice_only": is_someone(answers) and not may_reach_them(answers),
        "outcome": answers.get("prof_outcome", {}).get("outcome") == "yes",
    }


def after(confirmed: dict[str, Any]) -> dict[str, Any]:
    """What else the page after sending shows: numbers, by the code of who asked."""
    asked = confirmed.get("who", "")
    context: dict[str, Any] = {"who": asked, "audience": AUDIENCE_OF.get(asked, "")}
    if asked == "professional":
        context["child_teams"] = safeguarding.for_child(now=timezone.now())
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
    return render(request, "selfreferral/nothing.html", {"title": _("New page")})
