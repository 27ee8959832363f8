"""Leaving by the server's own way: it cannot fail, and it takes everything of ours with it."""

import statistics
import time
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from portal import exit

METHODS = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gets_the_blank_page_without_a_database(no_database: None, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, "/leave/")
    assert response.status_code == 200
    assert response["Refresh"] == f"0; url={settings.QUICK_EXIT_URL}"
    assert response["Clear-Site-Data"] == '"storage"'
    body = response.content.decode()
    assert "<body></body>" in body or method == "HEAD"
    assert settings.PORTAL_AREA not in body


def test_leaving_twice_is_leaving(no_database: None) -> None:
    client = Client()
    assert [client.post("/leave/").status_code for _ in range(2)] == [200, 200]


def test_our_cookies_end_and_one_throw_away_cookie_is_set(no_database: None) -> None:
    cookies = Client().post("/leave/").cookies
    assert set(cookies) == {*settings.OUR_COOKIES, exit.EVICTION_COOKIE}
    for name in settings.OUR_COOKIES:
        assert (cookies[name]["max-age"], cookies[name].value) == (0, "")
    assert cookies[exit.EVICTION_COOKIE]["max-age"] == 1
    for cookie in cookies.values():
        assert cookie["path"] == "/" and cookie["secure"] and not cookie["domain"]
        assert cookie["httponly"] and cookie["samesite"] == "Strict"


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_a_guess_of_the_browser_ends_nothing(no_database: None, header: str) -> None:
    response = Client().get("/leave/", headers={header: "prefetch;prerender"})
    assert response.status_code == 425
    assert not response.cookies and "Clear-Site-Data" not in response and "Refresh" not in response
    assert Client().post("/leave/", headers={header: "prefetch"}).status_code == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_COOKIE": "__Host-d=\x00\xff; =;"},
        {"CONTENT_TYPE": "multipart/form-data", "CONTENT_LENGTH": "999999999"},
        {"QUERY_STRING": "%00=%ff&" * 900},
    ],
)
def test_no_request_is_too_broken_to_leave(no_database: None, spoilt: dict[str, str]) -> None:
    response = Client().post("/leave/", **spoilt)
    assert response.status_code == 200 and "Refresh" in response


def test_leaving_works_in_maintenance(no_database: None, settings) -> None:
    settings.PORTAL_MAINTENANCE = True
    assert Client().post("/leave/").status_code == 200


def forget(request: object) -> None:
    FORGOTTEN.append(request)


def fail(request: object) -> None:
    raise RuntimeError("no")


FORGOTTEN: list[object] = []


def test_hooks_are_called_and_cannot_stop_it(no_database: None, settings) -> None:
    here = "tests.portal.test_exit"
    settings.LEAVE_HOOKS = [f"{here}.fail", "no.such.place", f"{here}.missing", f"{here}.forget"]
    FORGOTTEN.clear()
    assert Client().post("/leave/").status_code == 200
    assert len(FORGOTTEN) == 1


@pytest.mark.django_db
def test_the_decoy_of_the_site_settings_is_used() -> None:
    with mock.patch("home.brand.current", return_value=mock.Mock(decoy="https://www.example.com/w")):
        assert Client().post("/leave/")["Refresh"] == "0; url=https://www.example.com/w"


def test_broken_words_and_templates_do_not_stop_it(no_database: None) -> None:
    with (
        mock.patch("home.brand.current", side_effect=RuntimeError),
        mock.patch("portal.exit.render_to_string", side_effect=RuntimeError),
    ):
        response = Client().post("/leave/")
    assert (response.status_code, response.content.decode()) == (200, exit.BLANK)


def test_no_session_is_read(no_database: None) -> None:
    request = RequestFactory().post("/leave/")
    assert exit.leave(request).status_code == 200
    assert not hasattr(request, "session")


@pytest.mark.django_db
def test_leaving_is_quick() -> None:
    client = Client()
    client.post("/leave/")
    times = []
    for _ in range(100):
        start = time.perf_counter()
        client.post("/leave/")
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"exit p95 {p95:.1f} ms")
    assert p95 <= 50
