"""The "Directory" menu: what editors list, open and change."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.permissions import ModelPermissionPolicy
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from services_directory.editing import actions
from services_directory.editing.action_views import may_publish
from services_directory.editing.columns import DayColumn, DealtWithColumn, PressColumn, StateColumn
from services_directory.editing.listing_filters import ReportFilters, ServiceFilters
from services_directory.editing.panels import LOCATION_EDIT, SERVICE_EDIT
from services_directory.editing.states import state_of
from services_directory.editing.unmet_words import unmet_in_words
from services_directory.models import (
    Location,
    Organization,
    Report,
    Service,
    Synonym,
    TaxonomyTerm,
    UnmetNeed,
)


class ServiceEditView(EditView):
    """A service's page, with what is pressed rather than written above the form."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        live: Service = self.live_object
        today = timezone.localdate()
        context["state"] = state_of(live, today)
        context["live_service"] = live
        context["may_press"] = may_publish(self.request.user)
        context["next_due"] = (today + actions.check_again_after()).isoformat()
        context["reports"] = live.reports.filter(dealt_with_at=None)
        return context


class ServiceViewSet(SnippetViewSet):
    model = Service
    icon = "list-ul"
    menu_label = "Services"
    menu_name = "directory_services"
    edit_handler = SERVICE_EDIT
    edit_view_class = ServiceEditView
    edit_template_name = "services_directory/editing/service_edit.html"
    copy_view_enabled = False
    list_display = [
        "name",
        Column("organization", label="Organisation", sort_key="organization__name", classname="staff-wide"),
        Column("get_scope_display", label="Scope", sort_key="scope"),
        StateColumn("state", label="State"),
        DayColumn("next_check_due", label="Next check due", sort_key="next_check_due"),
        PressColumn("press", label="At once"),
    ]
    list_per_page = 50
    filterset_class = ServiceFilters
    search_fields = ["name", "alternate_name", "organization__name", "code"]
    search_backend_name = None
    list_export = [
        "name",
        "organization",
        "scope",
        "live",
        "assured_date",
        "assured_by",
        "assured_source",
        "next_check_due",
    ]
    export_filename = "services"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        return Service.objects.select_related("organization")


class OrganizationViewSet(SnippetViewSet):
    model = Organization
    icon = "group"
    menu_label = "Organisations"
    list_display = ["name", "website"]
    search_fields = ["name"]
    copy_view_enabled = False


class LocationViewSet(SnippetViewSet):
    model = Location
    icon = "globe"
    menu_label = "Places"
    edit_handler = LOCATION_EDIT
    list_display = [
        "name",
        Column("get_location_type_display", label="Kind"),
        Column("get_disclosure_display", label="May be shown"),
    ]
    search_fields = ["name"]
    copy_view_enabled = False


class TaxonomyTermViewSet(SnippetViewSet):
    model = TaxonomyTerm
    icon = "tag"
    menu_label = "Terms"
    list_display = ["name", "taxonomy", "search_words", "offered"]
    list_filter = ["taxonomy", "offered"]
    search_fields = ["name", "search_words"]
    list_per_page = 100
    copy_view_enabled = False


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "openquote"
    menu_label = "Everyday words"
    list_display = ["word", "means"]
    search_fields = ["word", "means"]
    list_per_page = 100
    copy_view_enabled = False


class LookOnly(ModelPermissionPolicy):
    """Nobody writes these by hand. Who may change or see the model may see the list."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action != "view":
            return False
        return super().user_has_permission(user, "view") or super().user_has_permission(user, "change")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class LookOnlyViewSet(SnippetViewSet):
    copy_view_enabled = False
    inspect_view_enabled = True

    @cached_property
    def permission_policy(self) -> LookOnly:
        return LookOnly(self.model)


class ReportViewSet(LookOnlyViewSet):
    """The inbox of "something is wrong here"."""

    model = Report
    icon = "mail"
    menu_label = "Reports from readers"
    menu_name = "directory_reports"
    list_display = [
        "service",
        Column("get_kind_display", label="What is wrong", sort_key="kind"),
        Column("text", label="In their words"),
        Column("flag_words", label="", accessor=lambda report: "Perhaps a machine" if report.flagged else ""),
        DateColumn("received_at", label="Received", sort_key="received_at"),
        DealtWithColumn("dealt", label="Dealt with"),
    ]
    filterset_class = ReportFilters
    search_fields = ["service__name", "text"]
    inspect_view_fields = ["service", "kind", "text", "received_at", "dealt_with_at", "dealt_with_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        new_first = F("dealt_with_at").desc(nulls_first=True)
        return Report.objects.select_related("service").order_by(new_first, "-received_at")


class UnmetNeedViewSet(LookOnlyViewSet):
    """What was looked for and not found: a count a day, about nobody."""

    model = UnmetNeed
    icon = "search"
    menu_label = "Looked for, not found"
    list_display = [
        Column("codes", label="Looked for", accessor=unmet_in_words),
        DayColumn("day", label="Day", sort_key="day"),
        Column("count", label="Times", sort_key="count"),
    ]
    inspect_view_enabled = False
    list_export = ["day", "codes", "count"]
    export_filename = "looked-for-not-found"


class DirectoryGroup(SnippetViewSetGroup):
    items = (
        ServiceViewSet,
        ReportViewSet,
        OrganizationViewSet,
        LocationViewSet,
        TaxonomyTermViewSet,
        SynonymViewSet,
        UnmetNeedViewSet,
    )
    menu_label = "Directory"
    menu_name = "directory"
    menu_icon = "list-ul"
    menu_order = 150
