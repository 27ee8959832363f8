"""Going live and ending at the hour that an editor set. The worker runs this every half minute.

Each page is published or ended in a transaction of its own, which counts the generation up
(services_directory/guards.py): the next visitor of any process reads the new page.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from wagtail.log_actions import log, registry
from wagtail.models import DraftStateMixin, Page, Revision

from home.publishing_guard import Refused

logger = logging.getLogger("portal.scheduling")
REFUSED = "home.publish_refused"
FAILED = "home.schedule_failed"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


def publish_due(*, now: datetime) -> dict[str, int]:
    """What is due at `now`: how many were ended, published, refused. One that fails holds up no other."""
    done = {"ended": 0, "published": 0, "refused": 0}
    for model in drafted():
        due = model._default_manager.filter(live=True, expire_at__lte=now).order_by("expire_at")
        for pk in due.values_list("pk", flat=True):
            done["ended"] += end(model, pk, now)
    due_revisions = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    for pk in due_revisions.values_list("pk", flat=True):
        if outcome := publish(pk, now):
            done[outcome] += 1
    return done


def drafted() -> list[type[models.Model]]:
    others = [m for m in apps.get_models() if issubclass(m, DraftStateMixin) and not issubclass(m, Page)]
    return [Page, *others]


def end(model: type[models.Model], pk: int, now: datetime) -> bool:
    row: Any = None
    try:
        with transaction.atomic():
            row = (
                model._default_manager.select_for_update()
                .filter(pk=pk, live=True, expire_at__lte=now)
                .first()
            )
            if row is None or must_wait(row, row.expire_at, now):
                return False  # another worker was quicker, or an editor set another hour
            # Wagtail takes the hour off every revision; what was approved to come back comes back.
            approved = list(row.revisions.exclude(approved_go_live_at=None))
            row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            for revision in approved:
                row.revisions.filter(pk=revision.pk).update(approved_go_live_at=revision.approved_go_live_at)
            return True
    except Exception as error:
        logger.exception("A page that is over could not be taken off; the others go on")
        tell(row, error, now)
        return False


def publish(pk: int, now: datetime) -> str:
    """`published`, `refused`, or nothing when there was nothing to do."""
    row: Any = None
    try:
        with transaction.atomic():
            revision = (
                Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=now).first()
            )
            if revision is None:
                return ""
            row = revision.content_object
            if must_wait(row, revision.approved_go_live_at, now):
                return ""
            revision.publish(log_action="wagtail.publish.scheduled")
            return "published"
    except Refused as problem:
        give_up(pk, str(problem))
        return "refused"
    except Exception as error:
        logger.exception("A page could not go live at its hour; the others go on")
        tell(row, error, now)
        return ""


def must_wait(row: Any, hour: datetime, now: datetime) -> bool:
    """Whether it failed since `hour` and rests: a minute the first time, then twice as long each time."""
    failures = registry.get_logs_for_instance(row).filter(action=FAILED, timestamp__gte=hour)
    latest = failures.order_by("-timestamp").first()
    return latest is not None and now < latest.timestamp + min(
        FIRST_WAIT * 2 ** min(failures.count() - 1, 10), LONGEST_WAIT
    )


def tell(row: Any, error: Exception, now: datetime) -> None:
    """Where editors look: in the history, and on the first screen (home/review.py)."""
    try:
        if row is not None:
            log(row, FAILED, data={"why": type(error).__name__}, timestamp=now)
    except Exception:
        logger.exception("A failure could not be put on record")


@transaction.atomic
def give_up(pk: int, why: str) -> None:
    """Take the hour away and leave the reason where editors look: the page's history."""
    revision = Revision.objects.get(pk=pk)
    Revision.objects.filter(pk=pk).update(approved_go_live_at=None)
    log(revision.content_object, REFUSED, data={"why": why}, revision=revision)
    logger.warning("A page was not published at its hour: its words may not be")
