"""Whatever is sent: a normal page or a plain refusal with exit and numbers, never a 5xx."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
LONG = "x" * 10_240
ADDRESSES = [
    "/%00",
    "/find/%00/",
    "/%ff%fe/",
    "/find/%c3%28/",
    "/s/99999999999999999999999999/",
    "/s/-1/",
    "/s/%D9%A1/",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//evil.example/",
    "/media/../manage.py",
    "/media/%00",
    "/static/%00",
    "/" + LONG,
    "/find/?" + LONG,
    "/find/?q=" + LONG,
    "/find/?w=" + LONG,
    "/find/?w=999999999999999999999&h=-1&h=abc",
    "/find/?page=99999999999999999999",
    "/find/?page=-1",
    "/find/?page=%00",
    "/find/?w=%00&h=%ff",
    "/find/?" + "&".join(f"p{n}=1" for n in range(1000)),
    "/find/?" + "w=1&" * 150,
    "/find/?w[]=1&w[$ne]=2",
    "/wait/?w=" + LONG,
    "/wait/?w=%ff",
]
POSTS = [
    ("/find/", "application/x-www-form-urlencoded", "q=" + LONG),
    ("/find/", "application/x-www-form-urlencoded", "q=%00&q=%ff"),
    ("/find/", "application/x-www-form-urlencoded", "&".join(f"p{n}=1" for n in range(1000))),
    ("/find/", "application/x-www-form-urlencoded; charset=nonsense", "q=a"),
    ("/find/", "application/x-www-form-urlencoded; charset=utf-16", "q=a"),
    ("/find/", "multipart/form-data", "q=a"),
    ("/find/", "multipart/form-data; boundary=", "q=a"),
    ("/find/", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n--x--"),
    ("/find/", "application/json", "[" * 5000),
    ("/find/", "nonsense", "\x00\xff"),
    ("/find/", "application/x-www-form-urlencoded", "q=' OR 1=1 --\"); DROP TABLE x; NEAR(* AND"),
    ("/find/", "application/x-www-form-urlencoded", 'q=" * ( ) ^ : {} - + NOT'),
    ("/s/1/note/", "application/x-www-form-urlencoded", "text=" + LONG),
    ("/nowhere/", "application/x-www-form-urlencoded", "text=" + LONG),
]
HEADERS = [
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "\x00"},
    {"HTTP_HOST": ""},
    {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_X_FORWARDED_FOR": "nonsense, 1.2.3.4"},
    {"HTTP_COOKIE": "a=" + LONG},
    {"HTTP_COOKIE": "__Host-d=nonsense; __Host-t=" + LONG},
    {"HTTP_ACCEPT_ENCODING": "bogus;q=nonsense, *;q=0, " + LONG},
    {"HTTP_IF_NONE_MATCH": LONG},
    {"CONTENT_LENGTH": "nonsense"},
    {"HTTP_RANGE": "bytes=9-1"},
]


@pytest.fixture
def anyone() -> Client:
    return Client(raise_request_exception=False)


def assert_plain(response, what: object) -> None:
    assert response.status_code < 500, what
    if response.status_code >= 400:
        body = response.content.decode()
        assert 'action="/leave/"' in body and "0808 2000 247" in body, what


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_odd_addresses(anyone: Client, method: str, address: str) -> None:
    address, _, query = address.partition("?")
    response = anyone.generic(method, address, QUERY_STRING=query)
    if method == "GET":
        assert_plain(response, address)
    assert response.status_code < 500


@pytest.mark.parametrize(("address", "kind", "body"), POSTS, ids=lambda value: value[:40])
def test_odd_bodies(anyone: Client, address: str, kind: str, body: str) -> None:
    assert_plain(anyone.generic("POST", address, body.encode("latin-1"), content_type=kind), body[:60])


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: str(headers)[:40])
@pytest.mark.parametrize("address", ["/", "/find/", "/nowhere/"])
def test_odd_headers(anyone: Client, address: str, headers: dict[str, str]) -> None:
    assert_plain(anyone.get(address, **headers), headers)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"])
@pytest.mark.parametrize("address", ["/", "/find/", "/nowhere/", "/wait/", "/s/1/", "/s/1/note/"])
def test_odd_methods(anyone: Client, address: str, method: str) -> None:
    response = anyone.generic(method, address)
    assert response.status_code < 500
