"""What keeps words from being published: a place that must stay secret, or words that we never use.

It stands where every way of publishing ends, in the save itself (home/apps.py): the editor's
button, the last step of a workflow, the worker at the hour that was set, a copy, an import.
Drafts are never refused, so nothing that was written is lost.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import CharField, Model, TextField
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.models import ClusterableModel
from wagtail.models import Page, Revision

from services_directory import place_marks

# What editors alone read: the title of a draft, comments on it.
NOT_PUBLISHED = {"draft_title", "wagtail_admin_comments"}


class Refused(Exception):
    """`problems`: field → what is wrong and how to mend it, for the editor."""

    def __init__(self, problems: dict[str, str], instance: Model) -> None:
        super().__init__(" ".join(f"{name}: {words}" for name, words in problems.items()))
        self.problems, self.instance = problems, instance


def refuse(sender: type[Model], instance: Model, raw: bool = False, update_fields: Any = None, **_kw) -> None:
    """Receiver of pre_save: lets drafts pass and stops what the public would read."""
    if isinstance(instance, Revision):
        if instance.approved_go_live_at and not raw:
            check(instance.as_object())
    elif is_public(instance) and not raw and (update_fields is None or set(update_fields) & words_of(sender)):
        check(instance)


def is_public(instance: Model) -> bool:
    from home.models import Alert, SiteSettings

    if isinstance(instance, Page):
        return instance.live
    return isinstance(instance, Alert | SiteSettings) or getattr(instance, "is_read_by_everybody", False)


def words_of(model: type[Model]) -> set[str]:
    names = {f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)}
    return (
        names | {f.name for f in model._meta.concrete_fields if hasattr(f, "stream_block")}
    ) - NOT_PUBLISHED


def check(instance: Model) -> None:
    """Raises Refused when `instance` may not be published."""
    rows_below = isinstance(instance, ClusterableModel)
    data = instance.serializable_data() if rows_below else model_to_dict(instance)  # type: ignore[attr-defined]
    found = problems({name: value for name, value in data.items() if name not in NOT_PUBLISHED})
    if found:
        raise Refused({label(instance, name): words for name, words in found.items()}, instance)


def problems(data: dict[str, Any]) -> dict[str, str]:
    """Field → what must be mended in it. Empty when all of it may be published."""
    texts = {name: list(strings(value)) for name, value in data.items()}
    found = {}
    if place_marks.holders([text for inner in texts.values() for text in inner]):
        holding = [name for name, inner in texts.items() if place_marks.holders(inner)]
        found = {name: secret_place() for name in holding or [next(iter(texts))]}
    for name, inner in texts.items():
        if name not in found and (banned := never_words(inner)):
            found[name] = banned
    return found


def secret_place() -> str:
    """Says neither which place nor whose: the reader of this need not know."""
    return _(
        "A postcode or a street in these words belongs to a place that must stay secret, so this was not "
        "published. Take it out, and publish again. If you think it may be shown, ask a directory editor."
    )


def never_words(texts: list[str]) -> str:
    from home.models import Wording

    whole = " ".join(re.sub(r"<[^>]*>", " ", text) for text in texts).lower()
    for row in Wording.objects.filter(kind=Wording.Kind.NEVER):
        if re.search(rf"\b{re.escape(row.word)}", whole):
            return _("We never write “%(word)s”. %(why)s Write instead: %(better)s.") % {
                "word": row.word,
                "why": row.why,
                "better": row.better,
            }
    return ""


def strings(value: Any) -> Iterator[str]:
    """Every text in a field's value, at any depth, in a block or in a row below."""
    if isinstance(value, str):
        if value[:1] in "[{":
            try:
                yield from strings(json.loads(value))
                return
            except ValueError:
                pass
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def label(instance: Model, name: str) -> str:
    try:
        return capfirst(str(instance._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except (LookupError, AttributeError):
        return capfirst(name.replace("_", " "))


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
