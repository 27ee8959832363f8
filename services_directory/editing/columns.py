"""Columns of the editors' lists."""

from typing import Any

from django.middleware.csrf import get_token
from django.utils import timezone
from wagtail.admin.ui.tables import Column

from services_directory.cards import plain_date
from services_directory.editing.action_views import may_publish
from services_directory.editing.states import state_of
from services_directory.models import Report, Service


class StateColumn(Column):
    """Checked, not checked, overdue or hidden, in words."""

    cell_template_name = "services_directory/editing/state_cell.html"

    def get_value(self, instance: Service) -> Any:
        return state_of(instance, timezone.localdate())


class DayColumn(Column):
    """A date as people say it."""

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return plain_date(day) if day else "No date"


class PressColumn(Column):
    """Buttons that act on the row at once. Each is a form of its own, by POST."""

    cell_template_name = "services_directory/editing/row_buttons.html"

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        context["csrf_token"] = get_token(request)
        context["next"] = self.list_address(request)
        context["allowed"] = self.is_allowed(request.user, instance)
        return context

    @staticmethod
    def list_address(request: Any) -> str:
        """The list as it stands; what the list's script fetches alone is not a page to go back to."""
        return request.get_full_path().replace("/results/", "/")

    @staticmethod
    def is_allowed(user: Any, service: Service) -> bool:
        return may_publish(user)

    def get_value(self, instance: Any) -> str:
        return ""


class DealtWithColumn(PressColumn):
    """One press: dealt with. After that: who, and when."""

    cell_template_name = "services_directory/editing/report_cell.html"

    @staticmethod
    def is_allowed(user: Any, report: Report) -> bool:
        return user.has_perm("services_directory.change_report") and report.dealt_with_at is None
