"""OpenID Connect: it stands in for the passphrase, never for the second step, and adds nobody."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import clear_url_caches, include, path

from portal.sign_in import addresses, doors
from portal.sign_in.addresses import PROVIDER
from tests.portal.sign_in.conftest import Person, recorded
from tests.throwaway import free_port
from tests.triage import desk_urls

pytestmark = pytest.mark.django_db
urlpatterns = [
    path("desk/", include([path(one.route, one.view, name=one.name) for one in PROVIDER])),
    *desk_urls.urlpatterns,
]


class Council:
    """A provider that says whatever a test wants: `claims` of the next person who comes."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.url = f"http://127.0.0.1:{free_port()}"
        council = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
                self.say({"issuer": council.url, **{name: f"{council.url}/{name}" for name in names}})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                now = int(time.time())
                claims = {"iss": council.url, "aud": "us", "iat": now, "exp": now + 60, "sub": "1"}
                token = jwt.encode({**claims, **council.claims}, "k" * 32, algorithm="HS256")
                self.say({"access_token": "a", "token_type": "Bearer", "id_token": token})

            def say(self, what: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(what).encode())

            def log_message(self, *given: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", urlsplit(self.url).port or 0), Answers)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def council(door: doors.Door, settings) -> Iterator[Council]:
    council = Council()
    app = {"provider_id": "council", "name": "Council", "client_id": "us", "secret": "s"}
    app["settings"] = {"server_url": council.url, "fetch_userinfo": False, "email_authentication": True}  # type: ignore[assignment]
    settings.STAFF_OIDC = app
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield council
    council.server.shutdown()
    council.server.server_close()


def come_back(client: Client, **extra: str) -> Any:
    """To the provider and back, as the browser does it."""
    there = client.get("/desk/sign-in/with/council/", {"next": "/desk/AAA-111/", "process": "connect"})
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert "code_challenge" in asked and asked["redirect_uri"] == [
        "http://testserver/desk/sign-in/with/council/back/"
    ]
    given = {"code": "c", "state": asked["state"][0], **extra}
    return client.get("/desk/sign-in/with/council/back/", given)


@pytest.mark.parametrize("door", ["desk"], indirect=True)
def test_the_second_step_is_ours_whatever_the_provider_says(door, council: Council, person: Person) -> None:
    council.claims = {"email": "Wanda@example.org", "email_verified": True, "amr": ["mfa"], "acr": "high"}
    client = Client()
    assert come_back(client)["Location"] == "/desk/sign-in/code/"
    assert not person.is_in(client)
    answer = person.post(client, "sign-in/code/", code=person.code())
    assert answer["Location"] == "/desk/AAA-111/" and person.is_in(client)


@pytest.mark.parametrize("door", ["desk"], indirect=True)
@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org", "email_verified": True},
        {"email": "wanda@example.org", "email_verified": False},
        {"email": "wanda@example.org"},
        {"email": "olga@example.org", "email_verified": True},  # of the other door
        {"email": "two@example.org", "email_verified": True},  # of two people
        {"email": "wanda@example.org", "email_verified": True, "aud": "others"},
        {"email": "wanda@example.org", "email_verified": True, "exp": 1},
        {},
    ],
    ids=str,
)
def test_nobody_else_comes_in_by_it(door, council: Council, person: Person, new_person, claims: dict) -> None:
    new_person("olga", email="olga@example.org", at="cms")
    for name in ("tess", "theo"):
        new_person(name, email="two@example.org")
    before, council.claims = get_user_model().objects.count(), claims
    client = Client()
    assert come_back(client)["Location"] == "/desk/sign-in/?w=c"
    assert not person.is_in(client) and get_user_model().objects.count() == before
    assert [what for what, *_rest in recorded(door)] == ["failed"]


@pytest.mark.parametrize("door", ["desk"], indirect=True)
def test_a_made_up_answer_or_a_provider_that_is_down_is_no_fault_of_ours(door, council: Council) -> None:
    for given in ({}, {"code": "c", "state": "made-up"}, {"error": "access_denied", "state": "x"}):
        answer = Client().get("/desk/sign-in/with/council/back/", {**given, "_redir": "1"})
        assert answer.status_code in (302, 303) and "/desk/sign-in/" in answer["Location"], given
    council.server.shutdown()
    council.server.server_close()
    assert Client().get("/desk/sign-in/with/council/")["Location"] == "/desk/sign-in/?w=c"


@pytest.mark.parametrize("door", ["desk"], indirect=True)
@pytest.mark.parametrize("given", [{"error": "x"}, {"code": "a", "state": "b"}])
def test_made_up_answers_do_not_fill_the_record(door, council: Council, given: dict[str, str]) -> None:
    for _ in range(25):
        answer = Client().get("/desk/sign-in/with/council/back/", {**given, "_redir": "1"})
    assert answer["Location"].endswith("?w=p") and len(recorded(door)) == 20


@pytest.mark.parametrize("door", ["desk"], indirect=True)
def test_without_our_cookies_the_page_asks_again_itself(door, council: Council) -> None:
    """Back from another site a browser leaves them out (SameSite=Strict)."""
    page = Client().get("/desk/sign-in/with/council/back/", {"code": "c", "state": "s"}).content.decode()
    assert 'content="0;url=/desk/sign-in/with/council/back/?code=c&amp;state=s&amp;_redir=1"' in page


def test_its_addresses_stand_only_where_it_is_set(settings) -> None:
    settings.STAFF_OIDC = None
    assert not set(PROVIDER) & set(addresses.of_this_door())
    settings.STAFF_OIDC = {"provider_id": "council"}
    assert set(PROVIDER) <= set(addresses.of_this_door())
