"""Adding, using and removing a second step, and what is written down of it."""

import base64
import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from portal.sign_in import doors, limits, second_step
from portal.sign_in.doors import What
from tests.portal.sign_in.conftest import PASSPHRASE, SECRET, Person, code_of, give_app, give_codes, recorded
from triage.models import CaseEvent

pytestmark = pytest.mark.django_db


def add_app(person: Person, client: Client) -> Any:
    """Reads the key off the page, as a person types it into an app."""
    address = f"{person.door.prefix}my-sign-in/app/"
    page = client.get(address).content.decode()
    key = re.search(r'class="sign-in-key">([A-Z2-7 ]+)<', page)
    assert key and "data:image/svg+xml" in page
    person.secret = key[1].replace(" ", "")
    return client.post(address, {"code": f" {person.code()[:3]} {person.code()[3:]} "})


def test_a_newcomer_adds_an_app_and_can_go_on(door: doors.Door, new_person) -> None:
    person = new_person("nora")
    client = person.passphrase()
    assert client.get(door.prefix)["Location"] == f"{door.prefix}my-sign-in/"
    assert "Add a second step" in client.get(f"{door.prefix}my-sign-in/").content.decode()
    assert add_app(person, client)["Location"] == f"{door.prefix}my-sign-in/codes/"
    codes = re.findall(
        r"<code>(\d{8})</code>", client.get(f"{door.prefix}my-sign-in/codes/").content.decode()
    )
    assert len(codes) == 10
    assert not re.search(r"<code>", client.get(f"{door.prefix}my-sign-in/codes/").content.decode()), (
        "shown twice"
    )
    assert person.is_in(client)
    again = person.passphrase()
    assert not person.is_in(again)
    assert person.post(again, "sign-in/code/", code=codes[3])["Location"] == door.prefix
    used = person.passphrase()
    assert person.post(used, "sign-in/code/", code=codes[3]).status_code == 403


def test_a_code_of_the_app_works_once_and_no_older_one_after_it(door: doors.Door, person: Person) -> None:
    later, now = person.code(1), person.code()
    assert second_step.take_code(person.user, later) is not None
    caches["default"].clear()  # nothing that a restart forgets holds it
    assert second_step.take_code(person.user, later) is None
    assert second_step.take_code(person.user, now) is None
    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６", code_of(SECRET, 4)):
        assert second_step.take_code(person.user, wrong) is None


def test_the_secrets_are_sealed_in_the_database(door: doors.Door, person: Person, settings) -> None:
    codes = give_codes(person)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept and not any(code in kept for code in codes)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert second_step.take_code(person.user, person.code()) is not None


def test_wrong_codes_mean_a_wait_and_then_not(door: doors.Door, person: Person) -> None:
    client = person.passphrase()
    pages = [person.post(client, "sign-in/code/", code="000000").content.decode() for _ in range(7)]
    assert ["Please wait" in page for page in pages] == [False] * 5 + [True] * 2
    right = person.post(client, "sign-in/code/", code=person.code())
    assert right.status_code == 403 and "Nothing is locked" in right.content.decode()
    caches["limits_fallback"].clear()  # five minutes later, the counts are gone
    assert person.post(client, "sign-in/code/", code=person.code())["Location"] == door.prefix


def test_codes_are_counted_by_person_from_many_connections(door: doors.Door, person: Person, rf) -> None:
    requests = [rf.post("/", REMOTE_ADDR=f"10.0.0.{number}") for number in range(22)]
    waits = [limits.wait(request, "code", "wanda", count=True) for request in requests]
    assert waits[:19] == [0] * 19 and waits[-1] == 60
    assert limits.wait(requests[0], "code", "another") == 0


@pytest.mark.parametrize("door", ["desk"], indirect=True)
def test_every_try_and_every_change_is_on_the_record_without_what_was_typed(door, new_person) -> None:
    person = new_person("nora")
    person.passphrase(passphrase="My-Secret-By-Mistake")
    person.passphrase(username="no\x00ra")
    client = person.passphrase()
    add_app(person, client)
    person.post(person.passphrase(), "sign-in/code/", code="424242")
    client.post("/desk/my-sign-in/passkey/", {"credential": "{}"})
    client.post("/desk/my-sign-in/codes/new/")
    client.post(
        "/desk/my-sign-in/passphrase/",
        {"password": PASSPHRASE, "new": "one two three four", "again": "one two three four"},
    )
    assert recorded(door) == [
        ("failed", "nora", ""),
        ("failed", "", ""),
        ("signed_in", "nora", ""),
        ("step_added", "nora", "totp"),
        ("failed", "nora", "code"),
        ("step_added", "nora", "recovery_codes"),
        ("passphrase", "nora", ""),
    ]
    kept = str(list(CaseEvent.objects.values()))
    assert not any(typed in kept for typed in ("Mistake", "424242", "three"))
    assert {what.value for what in What} <= set(CaseEvent.What.values)


@pytest.mark.parametrize("door", ["cms"], indirect=True)
def test_the_cms_keeps_its_own_log_of_it(door, person: Person) -> None:
    from wagtail.models import ModelLogEntry

    person.passphrase(passphrase="My-Secret-By-Mistake")
    person.come_in()
    logged = ModelLogEntry.objects.filter(action__startswith="sign_in").order_by("pk")
    assert [line.action for line in logged] == ["sign_in.failed", "sign_in.signed_in"]
    assert "Mistake" not in str(list(logged.values())) and not CaseEvent.objects.exists()


def test_the_last_second_step_stays_while_one_is_needed(door: doors.Door, person: Person, settings) -> None:
    client = person.come_in()
    step = Authenticator.objects.get(user=person.user, type="totp")
    address = f"{door.prefix}my-sign-in/{step.pk}/remove/"
    assert "has to stay" in client.get(address).content.decode()
    assert client.post(address).status_code == 409 and Authenticator.objects.filter(pk=step.pk).exists()
    settings.STAFF_MFA_REQUIRED = False
    assert (
        client.post(address).status_code == 303
        and not Authenticator.objects.filter(user=person.user).exists()
    )


def test_nobody_removes_somebody_elses(door: doors.Door, person: Person, new_person) -> None:
    other = new_person("otto")
    give_app(other)
    step = Authenticator.objects.get(user=other.user)
    assert person.come_in().post(f"{door.prefix}my-sign-in/{step.pk}/remove/").status_code in (303, 404)
    assert Authenticator.objects.filter(pk=step.pk).exists()


NONSENSE = [
    "",
    "{}",
    "[]",
    "null",
    "5",
    '"a"',
    "{",
    '{"id": 5}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
]
NONSENSE += [
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":5,"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA"}}'
]


# One whose list of keys ends in the middle, and two that are nested deeper than anybody reads.
CUT_SHORT = base64.urlsafe_b64encode(bytes(32) + b"\x41" + bytes(20) + b"\x00\x01A").rstrip(b"=").decode()
CLIENT = '{"type":"webauthn.get","challenge":"AAAA","origin":"https://testserver"}'
SAID = {
    "clientDataJSON": base64.urlsafe_b64encode(CLIENT.encode()).rstrip(b"=").decode(),
    "authenticatorData": CUT_SHORT,
    "signature": "AA",
    "userHandle": "MQ",
}
DEEP = base64.urlsafe_b64encode(b"[" * 20_000).rstrip(b"=").decode()
NONSENSE += [
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {**SAID, **more}})
    for more in ({}, {"clientDataJSON": DEEP})
]
NONSENSE += ["[" * 30_000]


def test_a_made_up_passkey_is_refused_everywhere(door: doors.Door, person: Person) -> None:
    between, stranger, inside = person.passphrase(), Client(), person.come_in()
    for sent in NONSENSE:
        caches["limits_fallback"].clear()  # each counts as a wrong try
        assert person.post(between, "sign-in/code/", credential=sent).status_code == 403, sent
        stranger.get(f"{door.prefix}sign-in/passkey/", headers={"Accept": "application/json"})
        assert person.post(stranger, "sign-in/passkey/", credential=sent)["Location"].endswith("?w=k"), sent
        inside.get(f"{door.prefix}my-sign-in/passkey/")
        assert person.post(inside, "my-sign-in/passkey/", credential=sent).status_code == 422, sent
        assert person.post(inside, "unlock/", credential=sent).status_code == 200, sent  # no way of theirs


def test_signing_out_elsewhere(door: doors.Door, person: Person) -> None:
    here, there, third = person.come_in(), person.come_in(), person.come_in()
    page = here.get(f"{door.prefix}my-sign-in/").content.decode()
    names = re.findall(r'name="one" value="(\w+)"', page)
    assert len(names) == 2 and not any(client.session.session_key in page for client in (here, there, third))
    here.post(f"{door.prefix}my-sign-in/elsewhere/", {"one": names[0]})
    assert [person.is_in(client) for client in (here, there, third)].count(True) == 2
    here.post(f"{door.prefix}my-sign-in/elsewhere/", {"one": "made-up"})
    assert [person.is_in(client) for client in (there, third)].count(True) == 1
    here.post(f"{door.prefix}my-sign-in/elsewhere/")
    assert person.is_in(here) and not person.is_in(there) and not person.is_in(third)


def test_nobody_ends_somebody_elses_session(door: doors.Door, person: Person, new_person) -> None:
    other = new_person("otto")
    give_app(other)
    theirs = other.come_in()
    person.come_in().post(f"{door.prefix}my-sign-in/elsewhere/")
    assert other.is_in(theirs)


def test_a_new_passphrase_signs_out_everywhere_else(door: doors.Door, person: Person) -> None:
    here, there = person.come_in(), person.come_in()
    address = f"{door.prefix}my-sign-in/passphrase/"
    typed = {"new": "one two three four", "again": "one two three four"}
    assert here.post(address, {"password": "wrong", **typed}).status_code == 422
    assert here.post(address, {"password": PASSPHRASE, "new": "short", "again": "short"}).status_code == 422
    assert here.post(address, {"password": PASSPHRASE, **typed, "again": "other"}).status_code == 422
    assert here.post(address, {"password": PASSPHRASE, **typed}).status_code == 303
    assert person.is_in(here) and not person.is_in(there)


def test_old_sessions_are_deleted(door: doors.Door, person: Person) -> None:
    from django.contrib.sessions.models import Session

    from portal.sign_in import sessions

    person.come_in()
    sessions.purge(now=timezone.now())
    assert Session.objects.count() == 1
    sessions.purge(now=timezone.now() + timedelta(hours=11))
    assert not Session.objects.exists()


def test_while_redis_is_down_tries_are_counted_and_nothing_breaks(
    door: doors.Door, person: Person, settings
) -> None:
    """The address of a server that is not there: counted in this process, at once."""
    from portal.limits import LimitsCache

    limits_cache = {**settings.CACHES["limits"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "limits": limits_cache}
    LimitsCache.closed_until = 0.0
    start = time.monotonic()
    client = Client()
    answers = [person.passphrase(client, "wrong").answer["Location"][-1] for _ in range(7)]
    assert answers == ["w"] * 5 + ["p"] * 2 and time.monotonic() - start < 5
