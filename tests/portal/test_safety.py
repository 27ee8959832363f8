"""The table of headers: the same on every route and status within each class."""

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import include, path

from portal.safety import CLASSES, header_class
from tests.selfreferral.somebody import queues_with_keys

CLASS_OF = [
    ("/", "public"),
    ("/find/", "public"),
    ("/ask/", "public"),
    ("/ask/now/", "form"),
    ("/ask/wait/", "form"),
    ("/ask/sent/", "form"),
    ("/desk/", "desk"),
    ("/cms/pages/", "staff"),
    ("/cmsx/", "public"),
    ("/static/css/site.css", "static"),
    ("/media/a.png", "media"),
    ("//cms/", "public"),
]
# What our own proxy and WhiteNoise are told differs by page, not by class.
SPOKEN_TO_PROXIES = {"cache-control", "x-accel-expires", "cdn-cache-control"}


def answer(request: HttpRequest, status: int) -> HttpResponse:
    if status == 301:
        return HttpResponseRedirect("/", status=301)
    if status == 403:
        raise PermissionDenied
    if status == 500:
        raise ValueError
    return HttpResponse("words", status=status)


urlpatterns = [
    *(
        path(f"{before}answer/<int:status>/", answer)
        for before in ("", "cms/", "desk/", "ask/now/", "static/", "media/")
    ),
    path("", include("portal.urls")),
]
handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.server_error"
PREFIX = {
    "static": "/static/",
    "media": "/media/",
    "staff": "/cms/",
    "desk": "/desk/",
    "form": "/ask/now/",
    "public": "/",
}
STATUSES = [200, 301, 400, 403, 404, 405, 410, 429, 500, 503]


@pytest.fixture(autouse=True)
def answering_urls(settings) -> None:
    settings.ROOT_URLCONF = __name__


def safety_headers(response: HttpResponse) -> dict[str, str]:
    names = {name.lower() for row in CLASSES for name in row.headers} | {"content-security-policy"}
    return {name.lower(): value for name, value in response.headers.items() if name.lower() in names}


@pytest.mark.parametrize(("address", "name"), CLASS_OF)
def test_the_class_follows_from_the_path_alone(address: str, name: str) -> None:
    assert header_class(address).name == name


@pytest.mark.django_db
@pytest.mark.parametrize("row", CLASSES, ids=lambda row: row.name)
def test_every_status_wears_the_same_headers(row) -> None:
    client = Client(raise_request_exception=False)
    before = PREFIX[row.name]
    worn = {status: safety_headers(client.get(f"{before}answer/{status}/")) for status in STATUSES}
    worn["413"] = safety_headers(client.post(before, CONTENT_LENGTH="99999999"))
    worn["bad host"] = safety_headers(client.get(before, HTTP_HOST="evil.example"))
    worn["nul"] = safety_headers(client.get(before + "%00"))
    assert set(row.headers) | {"Content-Security-Policy"} == {
        name for name in [*row.headers, "Content-Security-Policy"] if name.lower() in worn[200]
    }
    if row.name == "static":  # not a file: a page that says no, and looks like one
        worn[200] = safety_headers(client.get("/answer/200/"))
    for status, headers in worn.items():
        assert headers == worn[200], status


@pytest.mark.django_db
def test_a_style_sheet_wears_what_a_file_needs(client: Client) -> None:
    """Twice on every first visit: what only a page needs is left out, and the policy starts from nothing."""
    worn = client.get("/static/answer/200/").headers
    assert worn["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert worn["X-Content-Type-Options"] == "nosniff"
    assert worn["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Permissions-Policy" not in worn and "Access-Control-Allow-Origin" not in worn


@pytest.mark.django_db
def test_browsers_keep_no_page(client: Client) -> None:
    for address in ("/answer/200/", "/answer/404/", "/nowhere/", "/leave/", "/health/", "/cms/answer/200/"):
        assert client.get(address)["Cache-Control"] == "no-store", address


@pytest.mark.django_db
def test_the_public_policy_starts_from_nothing(client: Client) -> None:
    policy = client.get("/answer/200/")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    for rule in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'"):
        assert rule in policy


@pytest.mark.django_db
def test_the_policy_of_referrers_lets_forms_pass(client: Client) -> None:
    """no-referrer would make Chromium send "Origin: null", and Django refuse every form."""
    assert client.get("/answer/200/")["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_only_form_and_staff_rooms_stay_out_of_search_engines(client: Client) -> None:
    for name, before in PREFIX.items():
        assert ("X-Robots-Tag" in client.get(f"{before}answer/200/").headers) == (
            name in ("form", "staff", "desk")
        )


@pytest.mark.django_db
def test_the_cookie_of_a_token_is_sent_once(client: Client) -> None:
    """And the page still says that it is for this browser alone."""
    queues_with_keys()
    assert settings.CSRF_COOKIE_NAME in client.get("/ask/").cookies
    again = client.get("/ask/")
    assert not again.cookies and "Cookie" in again["Vary"]
