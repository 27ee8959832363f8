"""From an address to its page, without asking the database which page that is.

Wagtail asks for the site, its root page, that page's own kind and what stands below it, before the page
itself. Which page has which address is the same for everybody until a page moves, so it is a snapshot.
What is not in it goes Wagtail's way.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail import views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from home.models.pages import PublicPage, generation_of
from services_directory.freshness import Snapshot, told
from services_directory.tags import page_tag

# Building this by the ORM costs as much as a third of a small page.
BY_KEY = (
    "SELECT page.*, own.* FROM wagtailcore_page page JOIN {table} own ON own.page_ptr_id = page.id "
    "WHERE page.id = %s AND page.live"
)


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """In the place of Wagtail's own view. Raises Http404."""
    page = page_at(path, generation_of(request))
    if page is not None:
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    return views.serve(request, path)


def page_at(path: str, generation: int | None) -> PublicPage | None:
    """The live page with this address. One query, or none when there is no such page."""
    found = _snapshot.look(generation).get(path.strip("/"))
    if found is None:
        return None
    pk, model = found
    with told(page_tag(pk)):
        return next(iter(model.objects.raw(BY_KEY.format(table=model._meta.db_table), [pk])), None)


def _read() -> dict[str, tuple[int, Any]]:
    """Live pages by address, with their kinds; none when there is more than the one site."""
    sites = list(Site.objects.select_related("root_page"))
    if len(sites) != 1 or not sites[0].is_default_site:
        return {}
    root = sites[0].root_page
    rows = Page.objects.filter(path__startswith=root.path, live=True).select_related("content_type")
    return {
        page.url_path[len(root.url_path) :].strip("/"): (page.pk, page.specific_class)
        for page in rows.only("url_path", "content_type")
        if page.specific_class and issubclass(page.specific_class, PublicPage)
    }


_snapshot = Snapshot("addresses", _read)
