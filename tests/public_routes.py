"""Prints every public route as JSON, from the URLconf and the page tree: `python -m tests.public_routes`.

`pages` answer 200, `errors` say no, `alike` answer 200 and look like one of `pages`.

A new address is found by itself. One that needs a value that nobody told us how to fill in
stops the tests, so that it cannot be forgotten.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver

NOT_PUBLIC = ("cms/", "media/", "_util/")
# Not pages that a person reads: the exit is tested by itself, health is for machines.
NO_PAGES = {"/leave/", "/health/", "/health/referrals/", "/ask/start/", "/r/AAAA/"}
NOT_WALKED = ("/go/", "/pack/")  # they lead on, or to a file: tests/home/test_campaigns.py
ERRORS = [
    "/nowhere/",
    "/s/999999/",
    "/find/?w=%00",
    "/wait/",
    "/wait/?w=1",
    *(f"/wait/?w={n}" for n in range(2, 6)),
]
ERRORS += ["/go/nowhere"]
ERRORS += ["/ask/start/"]  # only a press of Start leads there
LINK = "/r/AAAA/"  # of nobody's outcome; a live one is tests/journeys/test_outcomes.py's
ERRORS += [LINK]
ERRORS += ["/professionals/nowhere/", "/professionals/changes/999999/"]
FEEDS = "feed/"  # for feed readers: tests/pathways/test_feeds.py


def patterns(
    resolver: URLResolver, before: str = "", leave_out: tuple[str, ...] = NOT_PUBLIC
) -> Iterator[str]:
    """Every address of the URLconf with its <places>, but those that begin with one of `leave_out`."""
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if address.startswith(leave_out):
            continue
        if isinstance(entry, URLResolver):
            if "wagtail" not in str(entry.urlconf_name):
                yield from patterns(entry, address, leave_out)
        elif isinstance(entry, URLPattern) and entry.name != "wagtail_serve":  # the page tree is walked below
            yield "/" + address


def filled(address: str, values: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match.group(1)]), address)


def routes() -> dict[str, list[str]]:
    """By kind, for what stands in the database now. Django must be set up."""
    from wagtail.models import Page

    from pathways.models import PathwayPage
    from services_directory.models import Service

    service = Service.objects.order_by("pk").first()
    page = Page.objects.live().filter(depth=2).first()
    of_services = {"pk": service.pk if service else 1, "token": "AAAA"}
    of_pages = {"pk": page.pk if page else 1}
    pathway = PathwayPage.objects.order_by("pk").first()
    page_pk = pathway.pk if pathway else 1
    of_services |= {"page_pk": page_pk, "number": 1, "path": ""}
    found = [
        filled(address, of_pages if address.startswith("/tell/") else of_services)
        for address in patterns(get_resolver())
        if not address.startswith(NOT_WALKED)
    ]
    written = Page.objects.live().filter(depth__gt=1)
    # Many pathways look the same: one of each kind walks everywhere, the others where it is said.
    pathways = {page.kind: page for page in PathwayPage.objects.live().order_by("-path")}
    alike = set(PathwayPage.objects.live().values_list("pk", flat=True)) - {p.pk for p in pathways.values()}
    found += [page.get_url() for page in written.exclude(pk__in=alike)]
    pages = sorted({re.sub(r"^https?://[^/]+", "", address) for address in found if address})
    pages = [address for address in pages if not address.endswith(FEEDS)]
    errors = [*ERRORS, f"/professionals/changes/{page_pk}/999/"]
    pages = [address for address in pages if address not in NO_PAGES | {"/wait/"}]
    others = [page.get_url() for page in written.filter(pk__in=alike)]
    return {"pages": pages, "errors": errors, "alike": others}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(routes()))
