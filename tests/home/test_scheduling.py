"""What the worker does at the hour that was set, and what it says when it cannot."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from home import scheduling
from tests.home import words
from tests.home.test_campaigns import TODAY, campaign, index  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(days=30)])
def test_a_re_run_that_was_approved_comes_also_when_the_first_run_ends(
    index: Any,  # noqa: F811
    late: timedelta,
) -> None:
    """A worker that is so late that the hour of the second run is gone, too, does both."""
    page = campaign(index)
    page.starts_on, page.ends_on = TODAY + timedelta(days=40), TODAY + timedelta(days=50)
    page.save_revision().publish()
    page.refresh_from_db()
    approved = list(
        Revision.objects.exclude(approved_go_live_at=None).values_list("pk", "approved_go_live_at")
    )
    assert page.live and len(approved) == 1
    assert scheduling.end(type(page), page.pk, page.expire_at + late)
    page.refresh_from_db()
    assert page.expired and not page.live
    kept = Revision.objects.exclude(approved_go_live_at=None).values_list("pk", "approved_go_live_at")
    assert list(kept) == approved


@pytest.mark.parametrize("what", ["publish", "unpublish"])
def test_what_fails_at_its_hour_is_told_to_editors_and_tried_again_less_and_less_often(
    client: Client, monkeypatch: Any, what: str
) -> None:
    now = timezone.now()
    page = words.page(live=what == "unpublish", expire_at=now if what == "unpublish" else None)
    if what == "publish":
        page.save_revision(approved_go_live_at=now)
    tries: list[int] = []

    def fails(self: Any, *args: Any, **kwargs: Any) -> None:
        tries.append(1)
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(f"wagtail.models.{'Revision' if what == 'publish' else 'Page'}.{what}", fails)
    for half_minute in range(40):
        scheduling.publish_due(now=now + timedelta(seconds=30) * half_minute)
    assert len(tries) == 5, "at once, then after 1, 2, 4 and 8 minutes"
    assert PageLogEntry.objects.filter(action=scheduling.FAILED, page=page.pk).count() == 5
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))
    assert "<strong>1</strong> could not go live or come off" in client.get("/cms/").content.decode()
    history = client.get(f"/cms/pages/{page.pk}/history/").content.decode()
    assert "Tell whoever runs the site: RuntimeError" in history and "disk" not in history
    monkeypatch.undo()
    done = scheduling.publish_due(now=now + timedelta(minutes=40))
    assert done == {"ended": int(what == "unpublish"), "published": int(what == "publish"), "refused": 0}
