"""Where a manager reads and changes who gets which request, in the Wagtail admin.

Rules with a gap, or that break a promise, are not kept; nothing that was typed is lost then.
Every change stands in Wagtail's log with what was there before. Nothing needs a script.
"""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from selfreferral import routing, routing_problems
from selfreferral.models import Routing
from selfreferral.routing import RuleSet
from selfreferral.routing_forms import ANSWERS_ID, Rows, by_code

MAY_CHANGE = "selfreferral.change_routing"
CHANGE, RESET = "selfreferral.routing.change", "selfreferral.routing.reset"
TITLE = "Where requests go"
FIRST_ROW = 1  # two managers who save for the first time at once write the same one
LINES = 20
CHANGED_MEANWHILE = (
    "Somebody else changed the rules while you had them open. Yours stand below and are not saved. Look at "
    "theirs in a new window. If you save again, yours take their place."
)
NOT_FILLED_IN = "Some rows are not filled in. Each says below what is missing."
NOT_SAVED = "Nothing was saved. What you wrote stands below; the rules of before still hold."


@permission_required(MAY_CHANGE)
@transaction.atomic
def edit(request: HttpRequest) -> HttpResponse:
    row = locked_row() if request.method == "POST" else None
    kept = routing.in_force()
    if request.method != "POST":
        return page(request, Rows(kept), kept, routing_problems.problems(*kept))
    rows = Rows(kept, request.POST)
    wanted = rows.as_set() if rows.are_valid() else None
    problems = rows.say_beside(routing_problems.found(*wanted)) if wanted else [NOT_FILLED_IN]
    if request.POST.get("seen") != fingerprint(kept):
        problems.insert(0, CHANGED_MEANWHILE)
    if problems or wanted is None:
        return page(request, rows, kept, problems)
    save(row, kept, wanted, user=request.user)
    messages.success(request, "Saved. The next request goes by these rules.")
    return redirect("routing_edit")


@require_POST
@permission_required(MAY_CHANGE)
@transaction.atomic
def reset(request: HttpRequest) -> HttpResponse:
    """Back to the rules that the program came with."""
    row = locked_row()
    if row is not None:
        log(row, RESET, user=request.user, title=TITLE, data={"before": as_data(routing.in_force())})
        Routing.objects.all().delete()
    messages.success(request, "The rules that came with the site hold again.")
    return redirect("routing_edit")


def locked_row() -> Routing | None:
    """The row that counts, held until this transaction ends, so that two managers wait for each other."""
    return Routing.objects.select_for_update().order_by("pk").first()


def save(row: Routing | None, before: RuleSet, after: RuleSet, *, user: Any) -> None:
    """One row, and a line in the log with who, when, and what it was before."""
    kept = {"rules": list(after.rules), "urgent": list(after.urgent)}
    row, _made = Routing.objects.update_or_create(pk=row.pk if row else FIRST_ROW, defaults=kept)
    log(row, CHANGE, user=user, title=TITLE, data={"before": as_data(before), "after": as_data(after)})


def as_data(rules: RuleSet) -> dict[str, Any]:
    return {"rules": list(rules.rules), "urgent": list(rules.urgent)}


def fingerprint(rules: RuleSet) -> str:
    return hashlib.sha256(json.dumps(as_data(rules), sort_keys=True).encode()).hexdigest()


def page(request: HttpRequest, rows: Rows, kept: RuleSet, problems: list[str]) -> HttpResponse:
    history = ModelLogEntry.objects.filter(action__in=[CHANGE, RESET])
    context = {
        "page_title": TITLE,
        "rows": rows,
        "answers_id": ANSWERS_ID,
        "every_answer": by_code().values(),
        "problems": problems,
        "posted": request.method == "POST",
        "not_saved": NOT_SAVED,
        # The next press is about the rules that this answer knows.
        "seen": fingerprint(kept),
        "own": Routing.objects.exists(),
        "raised_less": routing_problems.raised_less(kept.urgent),
        "lines": history.select_related("user").order_by("-timestamp", "-pk")[:LINES],
    }
    return render(request, "selfreferral/editing/routing.html", context)


class RoutingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("requests/", edit, name="routing_edit"),
        path("requests/as-delivered/", reset, name="routing_reset"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return RoutingMenuItem(TITLE, reverse("routing_edit"), icon_name="arrow-right", order=360)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="selfreferral", codename="change_routing")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(CHANGE, "Change", "Changed where requests go")
    registry.register_action(RESET, "Reset", "Went back to the rules that came with the site")
