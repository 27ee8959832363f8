"""Where a manager says when a team is there and what it promises, in the Wagtail admin.

The clocks of the desk and of the alarms run in these hours (clocks.py). A request that lies at the
desk already keeps the time that it was given. Every change stands in Wagtail's log; nothing needs a script.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from selfreferral import clocks
from selfreferral.hours_forms import DAYS, HoursForm
from selfreferral.models import Queue, Referral

MAY_CHANGE = "selfreferral.change_queue"
CHANGE = "selfreferral.queue.hours"
TITLE = "Hours of the teams"
FIELDS = ("open_hours", "hours", "reply_words")
LINES = 20


@permission_required(MAY_CHANGE)
def listing(request: HttpRequest) -> HttpResponse:
    queues = [(queue, in_words(queue.open_hours)) for queue in Queue.objects.order_by("slug")]
    return render(request, "selfreferral/editing/hours.html", {"page_title": TITLE, "queues": queues})


@permission_required(MAY_CHANGE)
@transaction.atomic
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Queue.objects.select_for_update() if request.method == "POST" else Queue.objects.all()
    queue = get_object_or_404(rows, slug=slug)
    posted = request.POST.copy() if request.method == "POST" else None
    form = HoursForm(posted, queue=queue)
    if not form.is_valid():
        if posted is not None:
            posted["seen"] = form.now  # the next press is about what this answer knows
        return page(request, queue, form)
    before = as_data(queue)
    for name in FIELDS:
        setattr(queue, name, form.cleaned_data[name])
    queue.save(update_fields=FIELDS)
    log(
        queue,
        CHANGE,
        user=request.user,
        title=title(queue),
        data={"before": before, "after": as_data(queue)},
    )
    messages.success(request, f"Saved. The clocks of {queue.name} run in these hours from now on.")
    return redirect("hours_edit", slug)


def as_data(queue: Queue) -> dict[str, Any]:
    return {name: getattr(queue, name) for name in FIELDS}


def title(queue: Queue) -> str:
    return f"{TITLE}: {queue.name}"


def page(request: HttpRequest, queue: Queue, form: HoursForm) -> HttpResponse:
    history = ModelLogEntry.objects.for_instance(queue).filter(action=CHANGE)
    lines = history.select_related("user").order_by("-timestamp", "-pk")[:LINES]
    context = {
        "page_title": title(queue),
        "queue": queue,
        "form": form,
        "posted": request.method == "POST",
        "due": due_words(queue, now=timezone.now()),
        "lines": [(line, in_words(line.data.get("before", {}).get("open_hours", {}))) for line in lines],
    }
    return render(request, "selfreferral/editing/hours_edit.html", context)


def due_words(queue: Queue, *, now: datetime) -> list[tuple[str, str]]:
    """By when a request that comes now is to be answered, for each urgency, by the hours that are kept."""
    return [
        (label, date_format(timezone.localtime(clocks.due(now, urgency, queue.open_hours)), "l j F, H:i"))
        for urgency, label in Referral.Urgency.choices
    ]


def in_words(hours: Any) -> str:
    """ "Monday 09:00 to 17:00, …": as the clocks read it."""
    if not clocks.usable(hours):
        return "Always open"
    days = [f"{name} {hours[day][0]} to {hours[day][1]}" for day, name in DAYS.items() if hours.get(day)]
    return ", ".join(days) + ("" if hours.get(clocks.HOLIDAY) else ". Closed on bank holidays")


class HoursMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


class Finder(ModelAdminURLFinder):
    def get_edit_url(self, instance: Queue) -> str | None:
        may = not self.user or self.user.has_perm(MAY_CHANGE)
        return reverse("hours_edit", args=[instance.slug]) if may else None


register_admin_url_finder(Queue, Finder)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("hours/", listing, name="hours"),
        path("hours/<slug:slug>/", edit, name="hours_edit"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return HoursMenuItem(TITLE, reverse("hours"), icon_name="calendar", order=362)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="selfreferral", codename="change_queue")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(CHANGE, "Hours", "Changed the hours or the promise of a team")
