"""Whole pages are kept until something is published, and only what everybody may see."""

import gzip
from datetime import timedelta

import brotli
import pytest
from django.core.cache import caches
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from home import brand
from services_directory.models import Generation

pytestmark = pytest.mark.django_db
MADE: list[str] = []
WORDS = "<!doctype html>" + "words and more words " * 40


def page(request: HttpRequest, kind: str) -> HttpResponse:
    MADE.append(kind)
    response = HttpResponse(WORDS + kind, status=404 if kind == "gone" else 200)
    if kind == "private":
        response["X-No-Page-Cache"] = "1"
    elif kind == "cookie":
        response.set_cookie("a", "b")
    elif kind == "session":
        response["Vary"] = "Cookie"
    elif kind == "json":
        response["Content-Type"] = "application/json"
    elif kind == "closes":
        response.cache_until = timezone.now() + timedelta(seconds=60)
    elif kind == "closed":
        response.cache_until = timezone.now()
    return response


urlpatterns = [path("page/<kind>/", page), path("", include("portal.urls"))]
handler404 = "portal.error_pages.not_found"


@pytest.fixture(autouse=True)
def empty_cache(db, settings) -> None:
    settings.ROOT_URLCONF = __name__
    brand.current()  # the first reading makes the row of the site's settings, which is a publication
    caches["pages"].clear()
    MADE.clear()


def made_twice(address: str, **headers: str) -> bool:
    """Whether two requests made the page twice."""
    for _ in range(2):
        response = Client().get(address, headers=headers)
    assert "X-No-Page-Cache" not in response
    return len(MADE) == 2


@pytest.mark.parametrize("kind", ["plain", "closes"])
def test_a_public_page_is_made_once(kind: str) -> None:
    assert not made_twice(f"/page/{kind}/")


@pytest.mark.parametrize("kind", ["private", "cookie", "session", "json", "closed", "gone"])
def test_what_is_not_for_everybody_is_made_each_time(kind: str) -> None:
    assert made_twice(f"/page/{kind}/")


def test_a_signed_in_person_gets_a_page_of_their_own(settings) -> None:
    assert made_twice("/page/plain/", Cookie=f"{settings.SESSION_COOKIE_NAME}=x")


def test_a_page_ends_when_a_service_opens_or_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    Client().get("/page/closes/")
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    Client().get("/page/closes/")
    assert len(MADE) == 2


def test_a_publication_ends_every_page_at_once() -> None:
    Client().get("/page/plain/")
    assert Generation.objects.filter(pk=1).update(number=F("number") + 1) == 1
    Client().get("/page/plain/")
    assert len(MADE) == 2


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_pages_are_kept_compressed(accepted: str, encoding: str | None, unpack) -> None:
    answers = [Client().get("/page/plain/", headers={"Accept-Encoding": accepted}) for _ in range(2)]
    for response in answers:
        assert response.headers.get("Content-Encoding") == encoding
        assert unpack(response.content).decode() == WORDS + "plain"
        assert int(response["Content-Length"]) == len(response.content)
    assert len(MADE) == 1
    assert {k: v for k, v in answers[0].headers.items()} == {k: v for k, v in answers[1].headers.items()}


def test_hosts_and_queries_have_pages_of_their_own() -> None:
    Client().get("/page/plain/")
    Client().get("/page/plain/?w=3")
    Client().get("/page/plain/", headers={"Host": "localhost"})
    assert len(MADE) == 3


def test_endless_addresses_do_not_fill_the_cache() -> None:
    assert made_twice("/page/plain/?" + "x" * 300)


def test_our_proxy_may_hold_a_kept_page_for_a_second_and_no_other() -> None:
    kept, private = Client().get("/page/plain/"), Client().get("/page/private/")
    assert (kept["X-Accel-Expires"], kept["CDN-Cache-Control"]) == ("1", "max-age=1")
    assert private["X-Accel-Expires"] == "0" and "CDN-Cache-Control" not in private
    assert kept["Cache-Control"] == private["Cache-Control"] == "no-store"


def test_a_hit_costs_one_query(django_assert_num_queries) -> None:
    Client().get("/page/plain/")
    with django_assert_num_queries(1):
        Client().get("/page/plain/")


def test_without_a_database_nothing_is_kept_and_pages_still_answer(no_database: None) -> None:
    assert made_twice("/page/plain/")


def test_every_public_page_of_the_starter_site_can_be_kept(site, routes) -> None:
    """Nothing that all pages share (a token, a session) may quietly turn the cache off."""
    import urllib.request

    uncacheable = [
        address
        for address in routes["pages"]
        if "note" not in address
        and not address.startswith(("/ask/", "/tell/"))  # what was typed may come back in them
        and urllib.request.urlopen(site.url + address).headers["X-Accel-Expires"] != "1"
    ]
    assert uncacheable == []
