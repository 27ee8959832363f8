"""What everybody can read is looked at before it is kept: a place that must stay secret, words we never use.

One look for pages, forms, services' public copies and everything that is `ReadByEverybody`. Where it is
asked: home/publishing_guard.py (the save), entries.py (public copies), and the forms, beside each field.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.forms.models import model_to_dict
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.models import ClusterableModel

from services_directory import place_marks

# What editors alone read: the title of a draft, comments on it.
NOT_PUBLISHED = {"draft_title", "wagtail_admin_comments", "comments"}
# The buttons that put words before the public, or before whoever may.
PUBLISHING = ("action-publish", "action-submit", "action-workflow-action", "action-restart-workflow")


class Refused(Exception):
    """`problems`: field → what is wrong and how to mend it, for the editor."""

    def __init__(self, problems: dict[str, str], instance: Model) -> None:
        super().__init__(" ".join(f"{name}: {words}" for name, words in problems.items()))
        self.problems, self.instance = problems, instance


def problems(data: Mapping[Any, Any]) -> dict[Any, str]:
    """Field → what must be mended in it. Empty when all of it may be published."""
    texts = {name: list(strings(value)) for name, value in data.items()}
    never_words = import_string(settings.NEVER_WORDS)
    found = {}
    if place_marks.holders([text for inner in texts.values() for text in inner]):
        holding = [name for name, inner in texts.items() if place_marks.holders(inner)]
        found = {name: secret_place() for name in holding or [next(iter(texts))]}
    for name, inner in texts.items():
        if name not in found and (banned := never_words(inner)):
            found[name] = banned
    return found


def problems_of(instance: Model) -> dict[str, str]:
    """The same of everything that a row says, and the rows below it."""
    return problems(data_of(instance))


def check(instance: Model) -> None:
    """Raises Refused when `instance` may not be published."""
    if found := problems_of(instance):
        raise Refused({label(instance, name): words for name, words in found.items()}, instance)


def data_of(instance: Model) -> dict[str, Any]:
    """What a row and the rows below it hold, by field."""
    rows_below = isinstance(instance, ClusterableModel)
    data = instance.serializable_data() if rows_below else model_to_dict(instance)  # type: ignore[attr-defined]
    return {name: value for name, value in data.items() if name not in NOT_PUBLISHED}


def say_beside_fields(form: Any, *, passed_over: Collection[str] = ()) -> None:
    """Put each problem beside its field, in the rows below, too. Call it from the form's `clean`."""
    holders = [form, *rows_of(form)]
    given = {
        (holder, name): prepared(value)
        for holder in holders
        for name, value in holder.cleaned_data.items()
        if name in holder.fields and name not in passed_over
    }
    for (holder, name), words in problems(given).items():
        holder.add_error(name, words)


def is_publishing(form: Any) -> bool:
    return any(name in form.data for name in PUBLISHING)


def rows_of(form: Any) -> list[Any]:
    """The forms of all rows below that stay, and that hold something."""
    formsets = [one for name, one in getattr(form, "formsets", {}).items() if name not in NOT_PUBLISHED]
    for formset in formsets:
        formset.is_valid()  # so that each row has its own cleaned data to look at
    return [
        row
        for formset in formsets
        for row in formset.forms
        if getattr(row, "cleaned_data", None) and not row.cleaned_data.get("DELETE")
    ]


def prepared(value: Any) -> Any:
    """What of a field's value will be kept: a stream as its blocks' own values."""
    return value.get_prep_value() if hasattr(value, "stream_block") else value


def secret_place() -> str:
    """Says neither which place nor whose: the reader of this need not know."""
    return _(
        "A postcode, a street or a spot on a map in these words belongs to a place that must stay secret, so "
        "this was not published. Take it out, and publish again. If you think it may be shown, ask a "
        "directory editor."
    )


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
    except (FieldDoesNotExist, AttributeError):
        return capfirst(name.replace("_", " "))
