"""Changes as Atom (RFC 4287), for those who want to be told: of all pages, or of one.

Identifiers are those of the rows and never change, whatever the address of the site is.
"""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from home import brand
from home.models.pages import generation_of
from pathways.models import PathwayPage, Version

MOST = 30
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@require_safe
def all_changes(request: HttpRequest) -> HttpResponse:
    versions = Version.objects.filter(page__live=True).select_related("page").defer("words")
    return _feed(
        request, gettext("For professionals: changes"), "changes", versions.order_by("-published_at", "pk")
    )


@require_safe
def page_changes(request: HttpRequest, page_pk: int) -> HttpResponse:
    page = get_object_or_404(PathwayPage.objects.live(), pk=page_pk)
    versions = page.versions.select_related("page").defer("words")
    return _feed(request, page.title, f"page:{page.translation_key}", versions)


def _feed(request: HttpRequest, title: str, key: str, versions: Iterable[Version]) -> HttpResponse:
    name = brand.current(generation_of(request)).name
    newest = list(versions[:MOST])  # type: ignore[index]
    feed = Atom1Feed(
        title=f"{title} - {name}",
        link=request.build_absolute_uri(reverse("pathway_changes")),
        description="",
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=f"urn:front-door:{key}",
        author_name=name,
        language="en-gb",
    )
    for version in newest:
        page = version.page
        feed.add_item(
            title=gettext("%(page)s: version %(number)s") % {"page": page.title, "number": version.number},
            link=request.build_absolute_uri(reverse("pathway_compare", args=[page.pk, version.number])),
            description=version.note,
            unique_id=version.feed_id.urn,
            updateddate=version.published_at,
            pubdate=version.published_at,
        )
    response = HttpResponse(content_type=CONTENT_TYPE)
    feed.write(response, "utf-8")
    return response
