"""Pages to look at: the report, its button, and what of it stands on the first screen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from home import review
from services_directory import place_marks
from services_directory.cards import plain_date

POLICY = PagePermissionPolicy()


def may_see(user: Any) -> bool:
    """Whoever works on pages at all."""
    return POLICY.user_has_any_permission(user, ["add", "change", "publish"])


def report(request: HttpRequest) -> HttpResponse:
    if not may_see(request.user):
        raise PermissionDenied
    rows = review.due_pages(timezone.localdate())
    if request.GET.get("export") == "csv":
        return review.as_csv(rows)
    context = {
        "page_title": _("Pages to look at"),
        "rows": [(due, review.may_say_so(due.page, request.user)) for due in rows],
    }
    return render(request, "home/editing/due.html", context)


@require_POST
def looked_at(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_object_or_404(Page, pk=pk).specific
    if not hasattr(page, "review_due") or not review.may_say_so(page, request.user):
        raise PermissionDenied
    again = review.looked_at(page, user=request.user, today=timezone.localdate())
    words = _("“%(page)s” was looked at today. Look again by %(day)s.")
    messages.success(request, words % {"page": page.title, "day": plain_date(again)})
    return redirect("pages_due")


class PagesPanel(Component):
    """Counts, each with what to do about it."""

    name = "pages_due"
    template_name = "home/editing/pages_panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        today = timezone.localdate()
        due = review.due_pages(today)
        return {
            "over": sum(one.is_over for one in due),
            "soon": sum(not one.is_over for one in due),
            "refused": review.refused_lately(today),
            "failed": review.failed_lately(timezone.now()),
            "unsealed": place_marks.under_another_key(),
        }


class DueMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("reports/pages-due/", report, name="pages_due"),
        path("reports/pages-due/<int:pk>/done/", looked_at, name="page_looked_at"),
    ]


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    return DueMenuItem(_("Pages to look at"), reverse("pages_due"), icon_name="doc-full", order=95)


@hooks.register("construct_homepage_panels")
def panel(request: HttpRequest, panels: list[Any]) -> None:
    if may_see(request.user):
        panels.insert(0, PagesPanel())


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(review.REVIEWED, _("Looked at"), _("Looked at the page: its words are right"))
