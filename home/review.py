"""When somebody looks at a page again: what is due, and one press that says it was done."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from wagtail.log_actions import log
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Revision

from home.models import PublicPage
from home.scheduling import FAILED, REFUSED

REVIEWED = "home.reviewed"
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """One live page and its day. `days` is below zero when that has passed."""

    page: Page
    on: date | None
    days: int | None

    @property
    def is_over(self) -> bool:
        return self.days is None or self.days <= 0


def due_pages(today: date, *, within: timedelta = SOON) -> list[Due]:
    """Live pages without a day, or whose day is near or gone; the longest gone first."""
    found = [
        Due(page, page.review_due, (page.review_due - today).days if page.review_due else None)
        for model in apps.get_models()
        if issubclass(model, PublicPage)
        for page in model.objects.filter(live=True)
        if page.review_due is None or page.review_due <= today + within
    ]
    return sorted(found, key=lambda due: (due.on or date.min, due.page.title))


def may_say_so(page: Page, user: Any) -> bool:
    """Whether `user` may say that its words are right: who looks at it in its workflow, or publishes it."""
    can = page.permissions_for_user(user)
    looks = GroupApprovalTask.objects.filter(
        workflow_tasks__workflow=page.get_workflow(), groups__in=user.groups.all()
    )
    return can.can_publish() or (can.can_edit() and looks.exists())


@transaction.atomic
def looked_at(page: PublicPage, *, user: Any, today: date) -> date:
    """`page` was read today and is right. The day goes into its drafts, too, so that none takes it back."""
    again = today + timedelta(days=settings.PAGE_REVIEW_DAYS)
    type(page).objects.filter(pk=page.pk).update(review_due=again)
    for revision in Revision.objects.for_instance(page):
        content = {**revision.content, "review_due": again.isoformat()}
        Revision.objects.filter(pk=revision.pk).update(content=content)
    log(page, REVIEWED, user=user, data={"next": again.isoformat()})
    return again


def refused_lately(today: date) -> int:
    """Pages that did not go live at their hour, in the last month."""
    return PageLogEntry.objects.filter(action=REFUSED, timestamp__date__gt=today - SOON).count()


def failed_lately(now: datetime) -> int:
    """Pages that could not go live or be taken off in the last day; the worker goes on trying."""
    lately = PageLogEntry.objects.filter(action=FAILED, timestamp__gt=now - timedelta(days=1))
    return lately.values("page").distinct().count()


def as_csv(rows: list[Due]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pages-to-look-at.csv"'
    writer = csv.writer(response)
    writer.writerow(["Page", "Address", "Look at it by", "Last published"])
    for due in rows:
        published = due.page.last_published_at
        writer.writerow(
            [harmless(due.page.title), due.page.url_path, due.on or "", published.date() if published else ""]
        )
    return response


def harmless(text: str) -> str:
    """A title that a spreadsheet would take for a formula, as words."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
