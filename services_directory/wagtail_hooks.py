"""The directory in the Wagtail admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from services_directory.editing import action_views, actions, place_marks_page
from services_directory.editing.bulk import VerifyBulkAction
from services_directory.editing.dashboard import WaitingPanel, list_address
from services_directory.editing.due_report import DueReportView, due_report_results
from services_directory.editing.in_use import why_not_delete
from services_directory.editing.viewsets import DirectoryGroup

register_snippet(DirectoryGroup)
hooks.register("register_bulk_action", VerifyBulkAction)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        *action_views.urlpatterns,
        *place_marks_page.urlpatterns,
        path("reports/due/", DueReportView.as_view(), name="due_report"),
        path("reports/due/results/", due_report_results, name="due_report_results"),
    ]


class DueMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("services_directory.change_service")


@hooks.register("register_reports_menu_item")
def due_report_menu_item() -> MenuItem:
    return DueMenuItem("Due for a check", reverse("due_report"), icon_name="calendar-check", order=90)


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    panel = WaitingPanel(request)
    if panel.is_shown():
        panels.insert(0, panel)


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(actions.VERIFY, "Check", "Checked every detail")
    registry.register_action(actions.HIDE, "Hide", "Hid it from the public")
    registry.register_action(place_marks_page.SEALED, "Seal place", "Sealed what must never be published")
    registry.register_action(actions.SHOW, "Show again", "Showed it to the public again")


@hooks.register("before_delete_snippet")
def refuse_what_is_used(request: HttpRequest, things: Sequence[Model]) -> HttpResponse | None:
    """Plain words in place of a database error, or of services that quietly lose a term."""
    reasons = [reason for thing in things if (reason := why_not_delete(thing))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    # Wagtail hangs the view set on the model when it registers the snippet.
    return redirect(list_address(type(things[0])))  # type: ignore[attr-defined]
