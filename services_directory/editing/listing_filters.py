"""What editors narrow their lists by."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet

from services_directory.editing import states
from services_directory.models import Report, Service, TaxonomyTerm
from services_directory.models.service import terms_of


def _in_state(services, name: str, value: str) -> QuerySet[Service]:
    return states.in_state(services, value, timezone.localdate())


def _due(services, name: str, value: str) -> QuerySet[Service]:
    return states.due(services, value, timezone.localdate())


def _dealt_with(reports, name: str, value: str) -> QuerySet[Report]:
    return reports.filter(dealt_with_at__isnull=value == "new")


class ServiceFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="State", choices=states.CHOICES, method=_in_state, empty_label="All"
    )
    due = django_filters.ChoiceFilter(
        label="Next check", choices=states.DUE_CHOICES, method=_due, empty_label="All"
    )
    audience = django_filters.ModelChoiceFilter(
        label="Who it is for",
        field_name="audiences",
        queryset=TaxonomyTerm.objects.filter(terms_of("audience")),
        empty_label="Everybody",
    )
    scope = django_filters.ChoiceFilter(label="Scope", choices=Service.Scope.choices, empty_label="All")

    class Meta:
        model = Service
        fields: list[str] = []


class DueFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="State", choices=states.CHOICES[:2], method=_in_state, empty_label="All"
    )
    scope = django_filters.ChoiceFilter(label="Scope", choices=Service.Scope.choices, empty_label="All")

    class Meta:
        model = Service
        fields: list[str] = []


class ReportFilters(WagtailFilterSet):
    dealt_with = django_filters.ChoiceFilter(
        label="State",
        choices=[("new", "New"), ("done", "Dealt with")],
        method=_dealt_with,
        empty_label="All",
    )
    kind = django_filters.ChoiceFilter(label="What is wrong", choices=Report.Kind.choices, empty_label="All")

    class Meta:
        model = Report
        fields: list[str] = []
