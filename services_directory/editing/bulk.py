"""Many services at once."""

from typing import Any

from django.utils import timezone
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from services_directory.editing import actions
from services_directory.editing.action_views import may_publish
from services_directory.models import Service


class VerifyBulkAction(SnippetBulkAction):
    """Every detail of each of these was checked today."""

    display_name = "Checked today"
    action_type = "verify"
    aria_label = "Mark the chosen services as checked today"
    template_name = "services_directory/editing/confirm_verify.html"
    action_priority = 10
    models = [Service]

    def check_perm(self, obj: Service) -> bool:
        return may_publish(self.request.user)

    @classmethod
    def execute_action(cls, objects: list[Service], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        now = timezone.now()
        source = kwargs["self"].request.POST.get("source", "").strip()
        for service in objects:
            actions.verify(service, user=user, now=now, source=source)
        return len(objects), 0

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "user": self.request.user}

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if num_parent_objects == 1:
            return "1 service is checked."
        return f"{num_parent_objects} services are checked."
