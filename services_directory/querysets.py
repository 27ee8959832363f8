"""The directory's vocabulary: published, verified, overdue, due."""

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from services_directory.models import Service

    ServiceT = TypeVar("ServiceT", bound="Service")


class ServiceQuerySet(models.QuerySet["Service"]):
    """Questions that editors and pages ask of services."""

    def verified(self) -> "ServiceQuerySet":
        return self.filter(assured_date__isnull=False)

    def unverified(self) -> "ServiceQuerySet":
        return self.filter(assured_date__isnull=True)

    def published(self) -> "ServiceQuerySet":
        """Live, and checked by a person; the demonstration shows unchecked ones, too."""
        return self.filter(live=True) if settings.PORTAL_DEMO else self.filter(live=True).verified()

    def hidden(self) -> "ServiceQuerySet":
        return self.filter(live=False)

    def overdue(self, today: date) -> "ServiceQuerySet":
        """Checked once, and due to be checked again by now."""
        return self.verified().filter(next_check_due__lte=today)

    def due(self, today: date) -> "ServiceQuerySet":
        """Everything that an editor should check: never checked, or overdue."""
        return self.filter(
            Q(assured_date__isnull=True) | Q(next_check_due__lte=today) | Q(next_check_due__isnull=True)
        )

    def with_public_parts(self) -> "ServiceQuerySet":
        """Everything that the public copy is made from, in a fixed number of queries."""
        return self.select_related("organization").prefetch_related(
            "audiences",
            "help_types",
            "referrers",
            "phones",
            "schedules",
            "service_areas",
            "languages",
            "contacts",
            "service_at_locations__location",
        )
