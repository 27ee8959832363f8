"""What an editor does to a service with one press: check it, hide it, show it again.

Each acts on what the public reads at this moment. A draft that somebody is writing stays a
draft: checking or showing a service never publishes it.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish import UnpublishAction
from wagtail.log_actions import log
from wagtail.models import Revision

from services_directory.models import Report, Service

VERIFY, HIDE, SHOW = (f"services_directory.{name}" for name in ("verify", "hide", "show"))
ASSURED = ("assured_date", "assured_by", "assured_source", "next_check_due")


def check_again_after() -> timedelta:
    """How long a check holds."""
    return timedelta(days=settings.DIRECTORY_CHECK_DAYS)


@transaction.atomic
def verify(
    service: Service, *, user: Any, now: datetime, source: str = "", next_due: date | None = None
) -> Service:
    """Write down that `user` checked every detail today, and when to check again."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    row.assured_date = timezone.localdate(now)
    row.assured_by = name_of(user)
    row.assured_source = source[:300]
    row.next_check_due = next_due or row.assured_date + check_again_after()
    row.save(update_fields=[*ASSURED, "last_modified"])
    _tell_drafts(row)
    log(row, VERIFY, user=user, data={"source": source, "next_check_due": row.next_check_due.isoformat()})
    return row


@transaction.atomic
def hide(service: Service, *, user: Any, now: datetime) -> Service:
    """Take the service off the public site at once. What was written stays."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    if row.live and row.first_published_at is None:
        row.first_published_at = now  # an imported service was shown without being published here
    # The view has asked for the right to publish; snippets have no permission tester of their own.
    UnpublishAction(row, user=user, log_action=HIDE).execute(skip_permission_checks=True)
    return row


@transaction.atomic
def show(service: Service, *, user: Any) -> Service:
    """Show again the words that were public when the service was hidden."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    if row.live or row.first_published_at is None:
        return row
    row.live, row.expired = True, False
    row.has_unpublished_changes = has_draft(row)
    row.live_revision = None if row.has_unpublished_changes else row.latest_revision
    row.save()
    log(row, SHOW, user=user)
    return row


def close_report(report: Report, *, user: Any, now: datetime) -> None:
    """A report is dealt with; who and when stays beside it."""
    Report.objects.filter(pk=report.pk, dealt_with_at=None).update(
        dealt_with_at=now, dealt_with_by=name_of(user)
    )


def has_draft(service: Service) -> bool:
    """Whether somebody saved words that were never published."""
    latest = service.latest_revision
    if latest is None:
        return False
    # An imported service was shown without a revision, so any that it has is a draft.
    published = service.last_published_at
    return published is None or latest.created_at > published


def name_of(user: Any) -> str:
    return (user.get_full_name() or user.get_username())[:150]


def _tell_drafts(row: Service) -> None:
    """Put the check into the drafts, so that publishing one does not take the check back."""
    checked = {name: row.serializable_data()[name] for name in ASSURED}
    for revision in Revision.objects.for_instance(row):
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **checked})
