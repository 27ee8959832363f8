"""What waits for editors, on the first page they see."""

from datetime import timedelta
from typing import Any

from django.db.models import Model, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from services_directory import live_words
from services_directory.models import PlaceMark, Report, Service, UnmetNeed

WINDOW = timedelta(days=30)


def list_address(model: type[Model]) -> str:
    return reverse(f"wagtailsnippets_services_directory_{model._meta.model_name}:list")


class WaitingPanel(Component):
    """Counts, each a link to its list."""

    name = "directory_waiting"
    template_name = "services_directory/editing/waiting_panel.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return self.request.user.has_perm("services_directory.change_service")

    def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        today = timezone.localdate()
        shown = Service.objects.filter(live=True)
        services, reports, unmet = (
            # Wagtail hangs the view set on the model when it registers the snippet.
            reverse(model.snippet_viewset.get_url_name("list"))  # type: ignore[union-attr]
            for model in (Service, Report, UnmetNeed)
        )
        left = PlaceMark.objects.filter(service=None).values("record").distinct().count()
        unmet_count = UnmetNeed.objects.filter(day__gt=today - WINDOW).aggregate(n=Sum("count"))["n"] or 0
        return {
            "rows": [
                (shown.unverified().count(), "not checked yet", f"{services}?state=not_checked"),
                (shown.overdue(today).count(), "overdue for a check", f"{services}?state=overdue"),
                (
                    Report.objects.filter(dealt_with_at=None).count(),
                    "new reports from readers",
                    f"{reports}?dealt_with=new",
                ),
                (unmet_count, "times in 30 days nothing was found", unmet),
                *([(left, "deleted records still sealed", reverse("left_seals"))] if left else []),
            ],
            "due_report": reverse("due_report"),
            "said": live_words.still_said(self.request.user),
        }
