"""The "Due for a check" report: what an editor should ring round next."""

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import ModelPermissionPolicy

from services_directory.editing.columns import DayColumn, PressColumn, StateColumn
from services_directory.editing.listing_filters import DueFilters
from services_directory.editing.states import state_of
from services_directory.models import Service


def edit_address(service: Service) -> str:
    return service.snippet_viewset.url_finder_class().get_edit_url(service)


class DueReportView(ReportView):
    """Shown services that were never checked, or whose check is due; the longest due first."""

    page_title = "Due for a check"
    header_icon = "calendar-check"
    index_url_name = "due_report"
    index_results_url_name = "due_report_results"
    default_ordering = "next_check_due"
    filterset_class = DueFilters
    permission_policy = ModelPermissionPolicy(Service)
    any_permission_required = ["add", "change", "delete", "view"]
    columns = [
        TitleColumn("name", label="Service", get_url=edit_address),
        Column("organization", label="Organisation", classname="staff-wide"),
        Column("get_scope_display", label="Scope"),
        StateColumn("state", label="State"),
        DayColumn("next_check_due", label="Next check due"),
        PressColumn("press", label="At once"),
    ]
    list_export = ["name", "organization", "scope", "assured_date", "assured_by", "next_check_due", "state"]
    export_headings = {
        "name": "Service",
        "organization": "Organisation",
        "scope": "Scope",
        "assured_date": "Checked on",
        "assured_by": "Checked by",
        "next_check_due": "Next check due",
        "state": "State",
    }
    is_searchable = False

    def get_filename(self) -> str:
        return "due-for-a-check"

    def get_base_queryset(self) -> QuerySet[Service]:
        due = Service.objects.filter(live=True).due(timezone.localdate())
        return due.select_related("organization").order_by(F("next_check_due").asc(nulls_last=True), "name")

    def order_queryset(self, queryset: QuerySet[Service]) -> QuerySet[Service]:
        return queryset

    def decorate_paginated_queryset(self, object_list):
        for service in object_list:
            service.state = state_of(service, timezone.localdate()).words
        return object_list


def due_report_results(request: HttpRequest):
    return DueReportView.as_view(results_only=True)(request)
