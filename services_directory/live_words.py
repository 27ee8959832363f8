"""What is live already and says a place that was sealed since: found once, named until mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from services_directory import place_marks
from services_directory.models import Entry, StillSaid
from services_directory.models.read_by_everybody import ReadByEverybody
from services_directory.public_words import data_of, strings


@dataclass(frozen=True)
class Said:
    """Where it stands, and the address at which this editor can mend it (empty: somebody else has to)."""

    kind: str
    name: str
    address: str


@transaction.atomic
def look() -> None:
    """Look through everything that is live, and keep what says a sealed place."""
    marks = list(place_marks.active())
    found = [thing for thing in everything() if says(thing, marks)] if marks else []
    StillSaid.objects.all().delete()
    StillSaid.objects.bulk_create(
        StillSaid(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)
        for thing in found
    )


def everything() -> Iterator[Model]:
    """Pages, public copies, pictures, files, and every row of a model that says that everybody reads it."""
    yield from Page.objects.live().specific()
    for model in (Entry, get_image_model(), get_document_model()):
        yield from model._default_manager.iterator()
    for model in apps.get_models():
        if issubclass(model, ReadByEverybody):
            yield from (row for row in model._default_manager.iterator() if row.is_read_by_everybody)


def says(thing: Any, marks: list[place_marks.PlaceMark]) -> bool:
    data = thing.card if isinstance(thing, Entry) else data_of(thing)
    return bool(place_marks.holders(strings(data), marks))


def is_live(thing: Any) -> bool:
    return thing.live if isinstance(thing, Page) else getattr(thing, "is_read_by_everybody", True)


def still_said(user: Any) -> list[Said]:
    """What has not been mended yet, for this editor."""
    kept = StillSaid.objects.select_related("content_type").prefetch_related("thing")
    things = [one.thing for one in kept if one.thing is not None]
    if not things:
        return []
    marks, addresses = list(place_marks.active()), AdminURLFinder(user)
    return [
        Said(capfirst(str(owner._meta.verbose_name)), str(owner), addresses.get_edit_url(owner) or "")
        for thing in things
        if is_live(thing) and says(thing, marks)
        for owner in [thing.service if isinstance(thing, Entry) else thing]
    ]
