"""Which tables the public can see, and by what names their changes are told apart.

A change of a table is told by the table's name. Of services and pages it is told which one, too:
`service:7`, `page:12`; and `listing` when a list of services may become another one. Only names
that pages note (services_directory/freshness.py) end them.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.db.models import Model
from wagtail.models import Page

ROOMS = ("services_directory", "home")
NOT_COUNTED = {"generation", "change", "unmetneed", "report", "searchword", "stillsaid"}
SITES, IMAGES, DOCUMENTS = "wagtailcore_site", "wagtailimages_image", "wagtaildocs_document"
COUNTED_ELSEWHERE = (
    "wagtailcore_page",
    SITES,
    IMAGES,
    DOCUMENTS,
    "selfreferral_sentence",
    "pathways_fact",
    "campaigns_asset",
    "campaigns_partner",
    "feedback_done",
    "pathways_version",
    "pathways_course",
)
# Read while pages are made, and never what they show: a rendition follows from its image.
NEVER_SHOWN = frozenset(
    {
        "django_content_type",
        "services_directory_generation",
        "services_directory_change",
        "wagtailimages_rendition",
    }
)
# Numbers in names go round here, so that there are never more names than this of a kind.
MOST = 1024
LISTING = "listing"
# Columns of a page that change while it is only being written.
DRAFTING = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision_id",
    "latest_revision_created_at",
    "locked",
    "locked_at",
    "locked_by_id",
    "numchild",
}
# (table, kind of row, column with its key) beside every kind of page
ROWS = (
    ("services_directory_entry", "service", "service_id"),
    ("campaigns_partner", "page", "campaign_id"),
    ("campaigns_asset", "page", "campaign_id"),
    ("home_grouppage_audiences", "page", "grouppage_id"),
    ("pathways_version", "page", "page_id"),
)


def service_tag(pk: int) -> str:
    return f"service:{pk % MOST}"


def page_tag(pk: int) -> str:
    return f"page:{pk % MOST}"


@dataclass(frozen=True)
class Told:
    """A name for a change. `tag` is SQL with {row} for the row; an update is a change when one of
    `columns` (SQL, with {row}) differs; without any, always."""

    tag: str
    columns: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def counted_tables() -> tuple[str, ...]:
    """Tables whose every change the public may see."""
    of_rooms = {
        model._meta.db_table
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if model._meta.model_name not in NOT_COUNTED and model._meta.managed
    }
    pages = {model._meta.db_table for model in apps.get_models() if issubclass(model, Page)}
    return tuple(sorted({*of_rooms, *pages, *COUNTED_ELSEWHERE}))


def names_of(table: str) -> list[Told]:
    """By what names a change of a row of `table` is told. The first is the table's own."""
    model = _model(table)
    key = _row_key(table, model)
    columns = _columns(model) if key else ()
    names = [Told(f"'{table}'", columns)]
    if key:
        kind, column = key
        names.append(Told(f"'{kind}:' || ({{row}}.{column} % {MOST})", columns))
    if table == "services_directory_entry":
        names.append(Told(f"'{LISTING}'", ("{row}.codes", "{row}.scope_order")))
    if table == "services_directory_service":  # a page may ask for a service by its code
        names.append(Told(f"'service:' || ({{row}}.id % {MOST})", ("{row}.code",)))
    return names


def _row_key(table: str, model: type[Model]) -> tuple[str, str] | None:
    if issubclass(model, Page):
        return "page", primary_key(table)
    return next(((kind, column) for name, kind, column in ROWS if name == table), None)


def primary_key(table: str) -> str:
    return str(_model(table)._meta.pk.column)


def _model(table: str) -> type[Model]:
    models = apps.get_models(include_auto_created=True)
    return next(model for model in models if model._meta.db_table == table)


def _columns(model: type[Model]) -> tuple[str, ...]:
    """Every column that can be shown. Whether a page has any pages below it is one; how many is not."""
    names = [f.column for f in model._meta.local_concrete_fields]
    if model is not Page:
        return tuple(f"{{row}}.{name}" for name in names)
    return (*(f"{{row}}.{name}" for name in names if name not in DRAFTING), "({row}.numchild = 0)")
