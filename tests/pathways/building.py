"""Small builders of pathways: a site with a list, and pages of a few steps."""

import uuid
from typing import Any

from wagtail.models import Page, Site

from home.models import HomePage
from pathways.models import PathwayIndexPage, PathwayPage


def top() -> PathwayIndexPage:
    """The list, under a home page of its own at the site's root. Made once."""
    found = PathwayIndexPage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Home", slug="front"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    return home.add_child(instance=PathwayIndexPage(title="For professionals", slug="professionals"))


def step(title: str, key: str = "", **words: str) -> dict[str, Any]:
    return {"type": "step", "id": key or str(uuid.uuid4()), "value": {"title": title, **words}}


def shared(key: str, when: str = "") -> dict[str, Any]:
    return {"type": "shared", "id": str(uuid.uuid4()), "value": {"step": key, "when": when}}


def pathway(title: str, *steps: dict[str, Any], **fields: Any) -> PathwayPage:
    """A published page under the list."""
    page = PathwayPage(
        title=title,
        slug=fields.pop("slug", f"p{PathwayPage.objects.count() + 1}"),
        now=fields.pop("now", "Do it now."),
        **fields,
    )
    page.steps = PathwayPage._meta.get_field("steps").stream_block.to_python(list(steps))
    parent = top()
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return PathwayPage.objects.get(pk=page.pk)


def republish(page: PathwayPage, *steps: dict[str, Any], **fields: Any) -> PathwayPage:
    for name, value in fields.items():
        setattr(page, name, value)
    if steps:
        page.steps = PathwayPage._meta.get_field("steps").stream_block.to_python(list(steps))
    page.save_revision().publish()
    return PathwayPage.objects.get(pk=page.pk)
