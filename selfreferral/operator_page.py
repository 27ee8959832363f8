"""How requests travel, for whoever runs the site: what waits where, what is wrong, who was told.

It reads watching.look, as /health/referrals/ does. No word of any request stands here. Nothing
needs a script: the page is as it was when it was asked for, and with `?live=1` it comes anew each minute.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from selfreferral import alarms, delivery, watching
from selfreferral.models import Alarm, Queue
from selfreferral.waiting import Waiting
from selfreferral.watching import Look, Sign

MAY_SEE = "selfreferral.view_queue"
MAY_RELEASE = "selfreferral.release_letter"
TITLE = "How requests travel"
EACH_MINUTE = "60"
NEVER = "The worker has not done this yet. It does so within a minute of its first start."
RUNBOOK = "docs/runbook.md"
ROUNDS = {"worker", "alarm_round", "compared", "purged"}
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


@permission_required(MAY_SEE)
def page(request: HttpRequest) -> HttpResponse:
    """By POST a letter that stands still, or whatever waits at a queue, is tried again now, by who may."""
    now, may_release = timezone.now(), request.user.has_perm(MAY_RELEASE)
    if request.method == "POST":
        if not may_release:
            raise PermissionDenied
        messages.success(request, try_again(request, now=now))
        return redirect("operator_page")
    live = request.GET.get("live") == "1"
    response = render(
        request,
        "selfreferral/editing/operator.html",
        {**context(now=now), "live": live, "may_release": may_release},
    )
    response["Cache-Control"] = "no-store"
    if live:
        response["Refresh"] = EACH_MINUTE
    return response


def try_again(request: HttpRequest, *, now: datetime) -> str:
    """What came of it, in words. Pressed twice, it finds nothing the second time."""
    if reference := request.POST.get("letter", "")[:20].replace("\x00", ""):
        released = delivery.release(reference, by=request.user.get_username(), now=now)
        return f"{reference} is tried again now." if released else f"{reference} is on its way already."
    queue = Queue.objects.filter(slug=request.POST.get("queue", "")[:50].replace("\x00", "")).first()
    number = delivery.again(queue) if queue else 0
    return f"Tried again now: {number}." if number else "Nothing waits for a later try there."


def context(*, now: datetime) -> dict[str, Any]:
    found = watching.look(now=now)
    names = {line.queue.slug: line.queue.name for line in found.queues}
    quiet = {line.queue.slug for line in found.queues if kept_quiet(line, now=now)}
    shown = [one for one in found.alarms if one.queue not in quiet or one.kind in alarms.FAULTS]
    return {
        "page_title": TITLE,
        "look": found,
        "signs": [line_of(sign, found) for sign in watching.SIGNS],
        "wrong": [watching.BY_NAME[name] for name in found.wrong],
        "queues": [queue_line(line, now=now) for line in found.queues],
        "alarms": [alarm_line(alarm, names, now=now) for alarm in shown],
        "operator": settings.OPERATOR_EMAIL or ("a webhook" if settings.OPERATOR_WEBHOOK else ""),
    }


def line_of(sign: Sign, found: Look) -> dict[str, Any]:
    figure, wrong = found.figures[sign.shows], sign.is_wrong(found.figures)
    never = sign.shows in ROUNDS and figure is None and not wrong
    return {
        "sign": sign,
        "wrong": wrong,
        "state": "Look now" if wrong else "Not yet" if never else "Well",
        "words": sign.wrong if wrong else NEVER if never else sign.well,
        "figure": "" if never else figure_words(sign.shows, figure),
        "address": section_address(sign.section),
    }


def figure_words(name: str, figure: int | None) -> str:
    if name in ROUNDS:
        return "not yet" if figure is None else f"{lasting(figure)} ago"
    if name == "oldest_unreceived":
        return "nothing waits" if figure is None else lasting(figure)
    return "not known here" if figure is None else f"{figure:,}"


def lasting(seconds: float) -> str:
    """ "2 hours 5 minutes": the two largest units that are not nothing."""
    left, said = int(seconds), []
    for word, length in UNITS:
        number, left = divmod(left, length)
        if number:
            said.append(f"{number} {word}{'' if number == 1 else 's'}")
    return " ".join(said[:2]) or "less than a minute"


def waits_too_long(line: Waiting, *, now: datetime) -> bool:
    oldest = line.oldest_unreceived
    return oldest is not None and (now - oldest).total_seconds() > watching.TOO_LATE


def kept_quiet(line: Waiting, *, now: datetime) -> bool:
    """Who fears somebody at the council asks there: that one has just come is not for colleagues to see."""
    late = waits_too_long(line, now=now) or line.late or line.tried_again or line.stuck
    return line.queue.own_escrow and not late


def queue_line(line: Waiting, *, now: datetime) -> dict[str, Any]:
    def since(moment: datetime | None) -> str:
        return lasting((now - moment).total_seconds()) if moment else ""

    queue = line.queue
    told = [queue.alarm_email, "its webhook" if queue.alarm_webhook else "", queue.second_email]
    return {
        "line": line,
        "unreceived": since(line.oldest_unreceived),
        "unopened": since(line.oldest_unopened),
        "waits_too_long": waits_too_long(line, now=now),
        "kept_quiet": kept_quiet(line, now=now),
        "told": ", then ".join(filter(None, told)),
        "stuck": [(one, since(one.since)) for one in line.stuck],
    }


def alarm_line(alarm: Alarm, names: dict[str, str], *, now: datetime) -> dict[str, Any]:
    kind = alarms.BY_NAME.get(alarm.kind)
    took = [alarms.WHO.get(code, code) for code in alarm.told_to.split()]
    return {
        "alarm": alarm,
        "what": kind.label if kind else alarm.kind,
        "queue": names.get(alarm.queue, alarm.queue),
        "since": lasting((now - alarm.since).total_seconds()),
        "told": f"{lasting((now - alarm.told_at).total_seconds())} ago" if alarm.told_at else "",
        "to": " and ".join(took),
    }


# --- the runbook, where somebody needs it -------------------------------------------------
@permission_required(MAY_SEE)
def runbook(request: HttpRequest) -> HttpResponse:
    found = sections()
    if not found:
        raise Http404("docs/runbook.md is not on this machine")
    return render(request, "selfreferral/editing/runbook.html", {"page_title": "Runbook", "sections": found})


def sections() -> list[tuple[str, str, str]]:
    """Anchor, heading and text of each part of docs/runbook.md; empty when it is not there."""
    file = Path(settings.BASE_DIR) / RUNBOOK
    parts = file.read_text().split("\n## ")[1:] if file.exists() else []
    split = [part.partition("\n") for part in parts]
    return [(slugify(heading), heading, text.strip()) for heading, _line, text in split]


def section_address(heading: str) -> str:
    return f"{reverse('operator_runbook')}#{slugify(heading)}"


# --- how people come there ------------------------------------------------------------------
class WrongPanel(Component):
    """On the first page of the admin, as long as something is wrong."""

    name = "requests-wrong"
    order = 10
    template_name = "selfreferral/editing/wrong_panel.html"

    def __init__(self, found: Look) -> None:
        self.found = found

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"wrong": [watching.BY_NAME[name] for name in self.found.wrong]}


@hooks.register("construct_homepage_panels")
def say_on_first_page(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(MAY_SEE):
        found = watching.look(now=timezone.now())
        if found.wrong:
            panels.append(WrongPanel(found))


class OperatorMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_SEE)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("state/", page, name="operator_page"),
        path("runbook/", runbook, name="operator_runbook"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return OperatorMenuItem(TITLE, reverse("operator_page"), icon_name="view", order=355)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="selfreferral", codename__in=["view_queue", "release_letter"]
    )
