"""What keeps words from being published: a place that must stay secret, or words that we never use.

It stands where every way of publishing ends, in the save itself (home/apps.py): the editor's
button, the last step of a workflow, the worker at the hour that was set, a copy, an import.
Drafts are never refused, so nothing that was written is lost. What is looked for stands in
services_directory/public_words.py; forms ask it first and say it beside the field.
"""

from typing import Any

from django.contrib import messages
from django.db.models import CharField, Model, TextField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, Revision

from services_directory.public_words import NOT_PUBLISHED, Refused, check

# Fields that put before the public what was written before.
MAKES_PUBLIC = {"live", "public", "standing", "disclosure"}


def refuse(sender: type[Model], instance: Model, raw: bool = False, update_fields: Any = None, **_kw) -> None:
    """Receiver of pre_save: lets drafts pass and stops what the public would read."""
    if isinstance(instance, Revision):
        if instance.approved_go_live_at and not raw:
            check(instance.as_object())
    elif is_public(instance) and not raw:
        looks_at = words_of(sender) | MAKES_PUBLIC
        if update_fields is None or looks_at & set(update_fields):
            check(instance)


def is_public(instance: Model) -> bool:
    """Pages when they are live; files always; every other model says so itself (`ReadByEverybody`)."""
    if isinstance(instance, Page):
        return instance.live
    return isinstance(instance, AbstractDocument | AbstractImage) or getattr(
        instance, "is_read_by_everybody", False
    )


def words_of(model: type[Model]) -> set[str]:
    names = {f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)}
    return (
        names | {f.name for f in model._meta.concrete_fields if hasattr(f, "stream_block")}
    ) - NOT_PUBLISHED


class SayWhy:
    """Middleware: an editor reads the reason on the page, with the draft kept, and not an error."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or not request.path_info.startswith("/cms/"):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest" or "json" in request.headers.get(
            "accept", ""
        ):
            return JsonResponse(
                {"success": False, "error_code": "refused", "error_message": str(exception)}, status=400
            )
        messages.error(request, str(exception))
        instance = exception.instance
        if isinstance(instance, Page) and instance.pk:
            return redirect("wagtailadmin_pages:edit", instance.pk)
        return redirect(reverse("wagtailadmin_home"))
