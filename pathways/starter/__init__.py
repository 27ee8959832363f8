"""The starter's pathways, all to be confirmed by a local lead. Loaded once, and never over an editor's.

A step's key in `pathways.json` makes its block's key, so that another page can show the same step
as `"shared": "page/step"`. A page of words that stood at the list's address moves under the list.
"""

import json
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page

from home.models import ContentPage, HomePage
from home.starter import page_from
from pathways.models import PathwayIndexPage, PathwayPage

HERE = Path(__file__).parent
STEPS = uuid.UUID("5b0a5f1e-6f0e-4b52-9a1c-1d6c2f3a7c11")


@transaction.atomic
def load() -> int:
    """Make the missing pages; say how many. Nothing is made without a home page."""
    home = HomePage.objects.first()
    if home is None:
        return 0
    index = json.loads((HERE / "index.json").read_text())
    top = PathwayIndexPage.objects.first()
    made = 0
    if top is None:
        top, made = _index(home, index), 1
    for record in index["children"]:
        made += _add(top, page_from(record))
    for record in json.loads((HERE / "pathways.json").read_text()):
        made += _add(top, pathway_from(record))
    return made


def _index(home: Page, record: dict[str, Any]) -> PathwayIndexPage:
    before = ContentPage.objects.child_of(home).filter(slug=record["slug"]).first()
    if before is not None:
        before.slug = f"{record['slug']}-before"
        before.save()
        home.refresh_from_db()
    top = home.add_child(
        instance=PathwayIndexPage(title=record["title"], slug=record["slug"], lead=record["lead"])
    )
    top.save_revision().publish()
    if before is not None:
        before.refresh_from_db()
        before.slug = "services"
        before.save()
        before.move(top, pos="last-child")
        top.refresh_from_db()
    return top


def _add(top: Page, page: Page) -> int:
    top.refresh_from_db()
    code = getattr(page, "code", "")
    if top.get_children().filter(slug=page.slug).exists() or code and PathwayPage.objects.filter(code=code):
        return 0
    top.add_child(instance=page)
    page.save_revision().publish()
    return 1


def pathway_from(record: dict[str, Any]) -> PathwayPage:
    blocks = [_block(record["slug"], step) for step in record["steps"]]
    fields = {name: value for name, value in record.items() if name != "steps"}
    return PathwayPage(**fields, code=record["slug"], steps=json.dumps(blocks))


def _block(slug: str, step: dict[str, Any]) -> dict[str, Any]:
    if "shared" in step:
        value = {"step": step_key(step["shared"]), "when": step.get("when", "")}
        return {"type": "shared", "value": value, "id": str(uuid.uuid4())}
    value = {name: words for name, words in step.items() if name != "key"}
    return {"type": "step", "value": value, "id": step_key(f"{slug}/{step['key']}")}


def step_key(path: str) -> str:
    """ "1/ring" → the key of that block, the same on every installation."""
    return str(uuid.uuid5(STEPS, path))
