"""The end of a workflow: what was approved is published, and the looks were those of different people.

Approvers may not publish alone, so Wagtail's own last step would refuse them.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from wagtail.models import WorkflowState


def publish_approved(workflow_state: "WorkflowState", user: Any = None) -> None:
    """Publish the very revision that the last step approved. Raises Refused when one person did two looks."""
    # Wagtail's models import this module by its setting, while they are still being made.
    from wagtail.models import TaskState

    from home.publishing_guard import Refused

    approved = workflow_state.task_states.filter(status=TaskState.STATUS_APPROVED)
    lookers = list(approved.order_by("task", "-finished_at").values_list("task", "finished_by"))
    latest = {task: person for task, person in reversed(lookers)}  # a step may have been taken again
    everybody = [person for person in latest.values() if person]
    if len(latest) > 1 and (len(set(everybody)) < len(latest) or workflow_state.requested_by_id in everybody):
        words = _(
            "Each look must be somebody else’s, and not that of who sent the page. "
            "Ask another person with this role to approve it."
        )
        raise Refused({_("Approval"): words}, workflow_state.content_object)
    workflow_state.current_task_state.revision.publish(user=user, skip_permission_checks=True)
