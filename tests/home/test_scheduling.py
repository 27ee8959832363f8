"""What the worker does at the hour that was set, and what it says when it cannot."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from home import scheduling
from home.campaigns.models import CampaignIndexPage, CampaignPage
from home.models import GroupPage, HomePage
from home.models.pages import PublicPage
from pathways.models import PathwayPage
from services_directory import written_pages
from tests.home import words
from tests.home.test_campaigns import TODAY, campaign, index  # noqa: F401 (a fixture)
from tests.pathways.building import pathway

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


def test_every_kind_of_page_ends_at_its_moment_also_while_the_worker_is_away(
    index: Any,  # noqa: F811
    client: Client,
) -> None:
    """Its own address, what leads to it, and how long a kept copy of either stands."""
    soon = timezone.now() + timedelta(minutes=2)
    made = {CampaignIndexPage: lambda: index, CampaignPage: lambda: campaign(index)}
    made[PathwayPage] = lambda: pathway("A pathway")
    under_another = (GroupPage, CampaignPage, PathwayPage)
    kinds = [model for model in apps.get_models() if issubclass(model, PublicPage) and model != HomePage]
    for kind in sorted(kinds, key=lambda kind: kind in under_another):
        page = made.get(kind, partial(one_of, kind))()
        listed = (page.get_parent().url,) if kind in (GroupPage, CampaignPage) else ()
        kind.objects.filter(pk=page.pk).update(expire_at=soon)
        for address in (page.url, *listed):
            kept = client.get(address)
            assert kept.status_code == 200 and kept.cache_until <= soon, (kind, address)
        kind.objects.filter(pk=page.pk).update(expire_at=timezone.now())
        assert client.get(page.url).status_code in (302, 404), kind
        for address in listed:
            assert f'href="{page.url}"' not in client.get(address).content.decode()
        assert not written_pages.find(page.title, {}, now=timezone.now())
        kind.objects.filter(pk=page.pk).update(expire_at=None)


def one_of(kind: type[PublicPage]) -> PublicPage:
    """A live page of this kind, under one that may hold it."""
    may_hold = [model for model in kind.allowed_parent_page_models() if issubclass(model, PublicPage)]
    above = next(model.objects.first() for model in may_hold if model.objects.exists())
    page = above.add_child(instance=kind(title=f"Words {kind.__name__}", slug=kind.__name__.lower()))
    page.save_revision().publish()
    return page
