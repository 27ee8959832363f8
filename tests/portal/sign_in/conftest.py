"""People of both doors, who need a second step, and what their apps and keys would answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client

from portal.sign_in import doors
from triage.models import CaseEvent, Membership

PASSPHRASE = "a passphrase for tests only"
SECRET = generate_totp_secret()


@dataclass
class Person:
    """`home`: the first page behind their door; `secret`: of the app that they have, or none."""

    user: Any
    door: doors.Door
    secret: str = ""

    def post(self, client: Client, address: str, **fields: str) -> Any:
        return client.post(self.door.prefix + address, fields)

    def passphrase(self, client: Client | None = None, passphrase: str = PASSPHRASE, **fields: str) -> Client:
        client = client or Client()
        fields = {"username": self.user.get_username(), "password": passphrase, **fields}
        client.answer = self.post(client, "sign-in/", **fields)  # type: ignore[attr-defined]
        return client

    def code(self, step: int = 0) -> str:
        return code_of(self.secret, step)

    def come_in(self) -> Client:
        """Through both steps."""
        client = self.passphrase()
        assert client.answer["Location"] == f"{self.door.prefix}sign-in/code/"  # type: ignore[attr-defined]
        Authenticator.objects.filter(user=self.user, type="totp").update(data=self.fresh_data())
        answer = self.post(client, "sign-in/code/", code=self.code())
        assert answer.status_code == 303 and answer["Location"] == self.door.prefix, answer.content
        return client

    def fresh_data(self) -> dict[str, Any]:
        """As if none of the app's codes had been used yet."""
        data = Authenticator.objects.get(user=self.user, type="totp").data
        return {name: value for name, value in data.items() if name != "last_counter"}

    def is_in(self, client: Client) -> bool:
        return client.get(self.door.prefix).status_code == 200


def code_of(secret: str, step: int = 0) -> str:
    """What the app shows now; `step` 1 is the code after it."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture(params=[door.name for door in doors.DOORS])
def door(request: pytest.FixtureRequest, settings) -> doors.Door:
    """Each of the two doors, as in its own process, with a second step required."""
    return open_door(request.param, settings)


def open_door(name: str, settings: Any) -> doors.Door:
    settings.STAFF_DOOR = name
    settings.ROOT_URLCONF = "tests.triage.desk_urls" if name == "desk" else "portal.urls"
    settings.STAFF_MFA_REQUIRED = True
    caches["limits_fallback"].clear()
    return doors.here()


@pytest.fixture
def new_person(db, door: doors.Door) -> Callable[..., Person]:
    """`new_person("wanda")`: somebody of this door, without a second step."""

    def one(name: str, email: str = "", at: str = door.name) -> Person:
        user = get_user_model().objects.create_user(name, email=email, password=PASSPHRASE)
        if at == "desk":
            Membership.objects.create(user=user, queue="provider", role="worker")
        else:
            user.is_superuser = user.is_staff = True
            user.save()
        return Person(user, next(one for one in doors.DOORS if one.name == at))

    return one


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    """Wanda, with an app."""
    wanda = new_person("wanda", email="wanda@example.org")
    give_app(wanda)
    return wanda


def give_app(person: Person) -> None:
    person.secret = SECRET
    TOTP.activate(person.user, SECRET)


def give_codes(person: Person) -> list[str]:
    return RecoveryCodes.activate(person.user).generate_codes()


def recorded(door: doors.Door) -> list[tuple[str, str, str]]:
    """What, who and detail of everything that the door wrote down, at the desk."""
    assert door.name == "desk"
    return list(CaseEvent.objects.values_list("what", "by", "detail"))
