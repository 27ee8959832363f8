"""Queries per page: few, none twice, and the same with 63 services or many more."""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from home import starter as starter_pages
from pathways import starter as starter_pathways
from pathways import versions
from pathways.models import PathwayPage
from services_directory import starter
from services_directory.models import Service
from services_directory.parts import parts

pytestmark = pytest.mark.django_db  # so that it runs before tests that empty the database

DIRECTORY = ["/find/", "/find/?w=3", "/find/?w=3&h=1&c=1&o=1", "/find/?w=2&page=2"]
MOST_DIRECTORY, MOST_WAGTAIL = 3, 8
UNCACHED = {"HTTP_COOKIE": "__Host-d=nobody"}


@pytest.fixture(scope="module")
def starter_site(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        starter.load()
        starter_pages.load()
        starter_pathways.load()
        versions.catch_up(timezone.now())
        yield
        transaction.set_rollback(True)


def queries(path: str) -> list[str]:
    client = Client(**UNCACHED)
    client.get(path)  # once per publication: the brand's snapshot, Wagtail's site root
    parts.clear()  # what was made before must not hide what making it asks
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def directory_paths() -> list[str]:
    pk = Service.objects.order_by("pk").values_list("pk", flat=True).first()
    return [*DIRECTORY, f"/s/{pk}/"]


def test_directory_pages_cost_three_queries_and_none_twice(starter_site):
    for path in directory_paths():
        asked = queries(path)
        assert len(asked) <= MOST_DIRECTORY, (path, asked)
        assert max(Counter(asked).values()) == 1, (path, asked)


def test_wagtail_pages_cost_eight_queries_and_none_twice(starter_site):
    costly = {}
    for page in Page.objects.live().filter(depth__gt=1):
        asked = queries(page.get_url())
        if len(asked) > MOST_WAGTAIL or max(Counter(asked).values()) > 1:
            costly[page.get_url()] = asked
    assert not costly, "\n\n".join("\n".join([p, *[q[:230] for q in a]]) for p, a in costly.items())


def test_what_stands_beside_the_pathways_costs_no_more(starter_site):
    pk = PathwayPage.objects.order_by("pk").values_list("pk", flat=True).first()
    beside = ["", f"{pk}/", f"{pk}/1/"]
    paths = [f"/professionals/changes/{path}" for path in beside]
    for path in [*paths, "/professionals/training/", "/professionals/find/", "/professionals/check/"]:
        asked = queries(path)
        assert len(asked) <= MOST_WAGTAIL, (path, asked)
        assert max(Counter(asked).values()) == 1, (path, asked)


def test_the_number_does_not_grow_with_the_directory(starter_site):
    before = {path: len(queries(path)) for path in directory_paths()}
    for number in range(200):
        twin = starter.service_from({**starter.read("services.json")[29], "id": f"twin-{number}"}, {})
        twin.save()
    assert {path: len(queries(path)) for path in before} == before
