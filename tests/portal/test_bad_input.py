"""Whatever is sent: a normal page or a plain refusal with exit and numbers, never a 5xx."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.public_routes import patterns

pytestmark = pytest.mark.django_db
LONG = "x" * 10_240
PLACE = re.compile(r"<[^>]+>")
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


# --- what any address may be sent: the walk finds addresses by itself ------------------------------
VALUES = ["0", str(2**31), str(2**63), "9" * 30, "x" * 5000, "%ff", "é.", "a/b)"]
ORIGINS = ["http://[", "http://[::1", "null", "x", "http://testserver:99999999"]
ODD_CHARSETS = ["base64", "rot13", "idna", "utf-16", "utf-7", "hex", "punycode", "nonsense", "\xff"]
PART = '--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nabc\r\n--x--\r\n'


def places() -> list[str]:
    """Every public address as the URLconf has it: a new one is walked by itself."""
    found = patterns(get_resolver(), leave_out=("cms/", "_util/", "health/"))
    return sorted({*found, "/<path:path>", "/static/<path:path>"})


def filled_in(place: str, value: str) -> str:
    return PLACE.sub(lambda _match: value, place)


@pytest.fixture
def anyone() -> Client:
    return Client(raise_request_exception=False)


def assert_plain(response, what: object) -> None:
    assert response.status_code < 500, what
    if response.status_code >= 400:
        body = response.content.decode()
        assert 'action="/leave/"' in body and "0808 2000 247" in body, what


def assert_not_ours(response, what: object) -> None:
    """A sent form is refused by 303: nor does that lead to "something went wrong on our side"."""
    assert response.headers.get("Location", "")[-3:] not in ("w=2", "w=4", "w=5"), what


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


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:10])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_value_in_any_address(anyone: Client, method: str, value: str) -> None:
    asked = [place for place in places() if PLACE.search(place)]
    assert len(asked) > 10
    for place in asked:
        response = anyone.generic(method, filled_in(place, value), HTTP_ORIGIN="http://testserver")
        assert_plain(response, (place, value[:30]))
        assert_not_ours(response, place)


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("header", ["HTTP_ORIGIN", "HTTP_REFERER"])
def test_any_origin_at_any_address(anyone: Client, header: str, origin: str) -> None:
    for place in places():
        response = anyone.post(filled_in(place, "1"), {"q": "a"}, **{header: origin})
        assert_plain(response, (place, origin))
        assert_not_ours(response, place)


@pytest.mark.parametrize("charset", ODD_CHARSETS)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_any_charset_at_any_address(anyone: Client, kind: str, charset: str) -> None:
    for place in places():
        body = PART if "boundary" in kind else "q=a"
        response = anyone.generic(
            "POST", filled_in(place, "1"), body.encode(), content_type=f"{kind}; charset={charset}"
        )
        if place != "/leave/":  # nothing stands between a person and the exit
            assert response.status_code == 400, (place, charset)
        assert_plain(response, (place, charset))


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_our_own_charset_is_taken(anyone: Client, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert anyone.generic("POST", "/find/", b"q=a", content_type=kind).status_code == 303
