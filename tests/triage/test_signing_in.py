"""The door: who comes in, how long they stay, and that a wait is short and for nobody for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from portal.sign_in import gate
from tests.triage.conftest import PASSPHRASE, come_in
from triage.models import CaseEvent

pytestmark = pytest.mark.django_db
DOOR, UNLOCK = "/desk/sign-in/", "/desk/unlock/"


def attempt(client: Client, name: str = "wanda", passphrase: str = "wrong", address: str = "10.0.0.1") -> str:
    """Which answer came: "in", "wrong" or "wait"."""
    answer = client.post(DOOR, {"username": name, "password": passphrase}, REMOTE_ADDR=address)
    assert answer.status_code == 303
    return {"/desk/": "in", f"{DOOR}?w=w": "wrong", f"{DOOR}?w=p": "wait"}[answer["Location"]]


def clock(monkeypatch: pytest.MonkeyPatch, **pause: float) -> None:
    moment = timezone.now() + timedelta(**pause)
    monkeypatch.setattr(gate.timezone, "now", lambda: moment)


@pytest.mark.parametrize(
    ("address", "then"),
    [
        ("/desk/", ""),
        ("/desk/AAA-111/", "?next=%2Fdesk%2FAAA-111%2F"),
        ("/desk/a/b/", "?next=%2Fdesk%2Fa%2Fb%2F"),
    ],
)
def test_a_stranger_is_led_to_the_door(address: str, then: str) -> None:
    assert Client().get(address)["Location"] == DOOR + then


def test_the_door_is_a_plain_page_that_can_be_left() -> None:
    answer = Client().get(DOOR)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'class="leave__button"' in page and 'action="/leave/"' in page
    assert "<title>Sign in - " in page
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "none"


def test_in_and_out_are_on_the_record(worker: Any) -> None:
    client = come_in(worker)
    assert client.get("/desk/").status_code == 200
    assert client.post("/desk/sign-out/")["Location"] == f"{DOOR}?w=o"
    assert client.get("/desk/")["Location"] == DOOR
    assert list(CaseEvent.objects.values_list("what", "by")) == [
        ("signed_in", "wanda"),
        ("signed_out", "wanda"),
    ]


def test_signing_out_is_by_post_alone(at_desk: Client) -> None:
    assert at_desk.get("/desk/sign-out/").status_code == 405
    assert at_desk.get("/desk/").status_code == 200


def test_wrong_name_and_wrong_passphrase_are_one_answer_and_nothing_typed_is_kept(worker: Any) -> None:
    client = Client()
    pages = []
    for name in ("wanda", "nobody", "My-Passphrase-By-Mistake"):
        assert attempt(client, name) == "wrong"
        pages.append(client.get(f"{DOOR}?w=w").content.decode())
    assert not any("Mistake" in page or "nobody" in page for page in pages)
    kept = str(list(CaseEvent.objects.values()))
    assert "wanda" in kept and "Mistake" not in kept and "nobody" not in kept


def test_too_many_wrong_tries_mean_a_wait_and_then_not(worker: Any) -> None:
    client = Client()
    assert [attempt(client) for _ in range(7)] == ["wrong"] * 5 + ["wait"] * 2
    assert attempt(client, passphrase=PASSPHRASE) == "wait"
    page = client.get(f"{DOOR}?w=p")
    assert page.status_code == 429 and page["Retry-After"] == "300"
    assert "Nothing is locked" in page.content.decode()
    caches["limits_fallback"].clear()  # five minutes later, the counts are gone
    assert attempt(client, passphrase=PASSPHRASE) == "in"


def test_the_count_ends_by_itself(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    client, start = Client(), time.time()
    assert [attempt(client) for _ in range(6)][-1] == "wait"
    monkeypatch.setattr(time, "time", lambda: start + 305)
    assert attempt(client, passphrase=PASSPHRASE) == "in"


def test_somebody_elsewhere_cannot_keep_a_worker_out(worker: Any) -> None:
    for _ in range(8):
        attempt(Client(), address="10.9.9.9")
    assert attempt(Client(), passphrase=PASSPHRASE, address="10.0.0.1") == "in"


def test_many_names_from_one_connection_wait_too(worker: Any) -> None:
    tries = [attempt(Client(), name=f"name{number}") for number in range(22)]
    assert tries.count("wrong") == 20 and tries[-1] == "wait"


def test_those_who_come_in_are_not_counted(worker: Any) -> None:
    assert {attempt(Client(), passphrase=PASSPHRASE) for _ in range(8)} == {"in"}


def test_leaving_signs_out_on_the_server_too(at_desk: Client, settings) -> None:
    assert "portal.sign_in.sessions.leave" in settings.LEAVE_HOOKS
    settings.LEAVE_HOOKS = ["portal.sign_in.sessions.leave"]  # as in the triage process
    kept = at_desk.cookies[settings.SESSION_COOKIE_NAME].value
    assert at_desk.post("/leave/").status_code == 200
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/desk/")["Location"] == DOOR


@pytest.mark.parametrize(("pause", "stays"), [({"minutes": 19}, True), ({"minutes": 21}, False)])
def test_nothing_happening_locks(at_desk: Client, monkeypatch, pause: dict, stays: bool) -> None:
    clock(monkeypatch, **pause)
    answer = at_desk.get("/desk/")
    assert answer.status_code == (200 if stays else 303)
    if not stays:
        assert answer["Location"] == UNLOCK
        monkeypatch.undo()
        assert at_desk.get("/desk/")["Location"] == UNLOCK  # and does not come back with the clock


def test_each_page_counts_as_something_happening(at_desk: Client, monkeypatch) -> None:
    for minutes in (15, 30, 45):
        clock(monkeypatch, minutes=minutes)
        assert at_desk.get("/desk/").status_code == 200
        monkeypatch.undo()


def test_a_shift_ends(at_desk: Client, monkeypatch) -> None:
    for minutes in range(0, 601, 15):
        clock(monkeypatch, minutes=minutes)
        last = at_desk.get("/desk/")
        monkeypatch.undo()
    assert last["Location"] == f"{DOOR}?w=i"


def test_a_session_of_another_door_is_none_here(worker: Any, settings) -> None:
    client = Client()
    settings.STAFF_DOOR = "cms"
    client.force_login(worker)
    settings.STAFF_DOOR = "desk"
    assert client.get("/desk/")["Location"] == f"{DOOR}?w=i"


def test_a_form_from_elsewhere_signs_nobody_in(worker: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(DOOR, {"username": "wanda", "password": PASSPHRASE})
    assert answer.status_code in (303, 403) and client.get("/desk/")["Location"] == DOOR
