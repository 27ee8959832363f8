"""Every page that says no has the exit and numbers, whatever else is broken."""

from unittest import mock

import brotli
import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.decorators.http import require_GET
from django_ratelimit.exceptions import Ratelimited

from portal import error_pages

FAULTS = {
    "bad": (BadRequest("a value"), 400),
    "odd": (SuspiciousOperation("a value"), 400),
    "closed": (PermissionDenied("a value"), 403),
    "gone": (Http404("a value"), 404),
    "crash": (ValueError("a value"), 500),
    "database": (OperationalError("a value"), 503),
}


def fault(request: HttpRequest, kind: str) -> HttpResponse:
    raise FAULTS[kind][0]


@require_GET
def only_get(request: HttpRequest) -> HttpResponse:
    return HttpResponse("words")


urlpatterns = [path("fault/<kind>/", fault), path("only-get/", only_get), path("", include("portal.urls"))]
handler400, handler403 = error_pages.bad_request, error_pages.forbidden
handler404, handler500 = error_pages.not_found, error_pages.server_error


@pytest.fixture(autouse=True)
def faulty_urls(settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture(params=["db", "no_database"])
def database(request: pytest.FixtureRequest, db: None) -> None:
    """Up, then down."""
    request.getfixturevalue(request.param)


def assert_helps(response: HttpResponse) -> None:
    """The exit, 999, the national number; a neutral title; nothing of what went wrong."""
    body = response.content.decode()
    assert 'action="/leave/"' in body and "leave__button" in body
    assert 'href="tel:999"' in body and "0808 2000 247" in body
    assert "a value" not in body and "Traceback" not in body
    title = body.split("<title>")[1].split("</title>")[0].lower()
    assert not any(word in title for word in ("abuse", "refuge", "violence", "victim", "safe"))


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_ends_as_its_own_page(database: None, kind: str) -> None:
    response = Client(raise_request_exception=False).get(f"/fault/{kind}/")
    assert response.status_code == FAULTS[kind][1]
    assert_helps(response)


@pytest.mark.parametrize("kind", ["closed", "gone", "crash", "database"])
def test_a_sent_form_is_answered_by_a_redirect(database: None, kind: str) -> None:
    """A POST answered directly leaves what was typed in the browser's files."""
    response = Client(raise_request_exception=False).post(f"/fault/{kind}/", {"text": "words"})
    assert response.status_code == 303 and response["Location"].startswith("/wait/?w=")
    landed = Client().get(response["Location"])
    said = "not know whether it was sent" if kind in ("crash", "database") else "Not sent"
    assert landed.status_code >= 400 and said in landed.content.decode()
    assert_helps(landed)


def test_over_a_limit_a_form_goes_to_the_waiting_page(database: None) -> None:
    posted = error_pages.too_many(RequestFactory().post("/find/"), Ratelimited())
    assert (posted.status_code, posted["Location"]) == (303, "/wait/")
    landed = Client().get("/wait/")
    assert landed.status_code == 429
    assert_helps(landed)
    assert error_pages.too_many(RequestFactory().get("/find/"), Ratelimited()).status_code == 429


def test_a_form_without_its_token_says_so(database: None) -> None:
    request = RequestFactory().post("/s/1/note/")
    assert error_pages.form_refused(request, "reason")["Location"] == "/wait/?w=1"
    assert error_pages.form_refused(RequestFactory().post("/cms/login/"), "reason").status_code == 403


@pytest.mark.parametrize("kind", ["GET", "POST"])
def test_maintenance_keeps_the_exit_and_health(database: None, settings, kind: str) -> None:
    settings.PORTAL_MAINTENANCE = True
    response = Client().generic(kind, "/find/")
    assert response["Retry-After"]
    assert response.status_code == (503 if kind == "GET" else 303)
    if kind == "GET":
        assert_helps(response)
    assert Client().get("/health/").headers["Content-Type"] == "application/json"


def test_a_body_over_the_limit_is_refused_unread(database: None) -> None:
    class Unreadable:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = Client().generic("POST", "/find/", CONTENT_LENGTH="262145", **{"wsgi.input": Unreadable()})
    assert response.status_code == 413
    assert_helps(response)


@pytest.mark.parametrize("refused", ["/find/?w=%00", "/ask/start/"])
def test_what_is_refused_at_the_gate_is_packed_too(database: None, refused: str) -> None:
    """It passes by the page cache, and would weigh twice what the other pages do."""
    response = Client().get(refused, headers={"Accept-Encoding": "gzip, br"})
    assert response.status_code in (400, 405) and response["Content-Encoding"] == "br"
    assert b"0808 2000 247" in brotli.decompress(response.content)


def test_a_wrong_method_gets_a_page_too(database: None) -> None:
    response = Client().put("/only-get/")
    assert (response.status_code, response["Allow"]) == (405, "GET")
    assert_helps(response)


def test_a_wrong_host_gets_a_page_too(database: None) -> None:
    response = Client().get("/find/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert_helps(response)


@pytest.mark.parametrize("broken", ["home.brand.current", "portal.error_pages.render_to_string"])
def test_the_built_in_page_answers_when_the_template_cannot(broken: str) -> None:
    with mock.patch(broken, side_effect=RuntimeError("a value")):
        response = error_pages.error_page(RequestFactory().get("/"), 500)
    assert response.status_code == 500
    assert_helps(response)


@pytest.mark.parametrize("status", error_pages.PAGES)
def test_no_page_blames_shouts_or_promises(status: int) -> None:
    words = error_pages.PAGES[status]
    assert "!" not in words.heading + words.text
    assert len(words.title) < 40
