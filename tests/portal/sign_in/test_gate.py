"""The gate: nothing behind a staff door is reached without everything that its address needs."""

import contextlib
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from portal.sign_in import doors, gate
from portal.sign_in.addresses import NEEDS, Need
from tests.portal.sign_in.conftest import Person

pytestmark = pytest.mark.django_db
# Something that fits each kind of value in an address, by its converter or its pattern.
VALUES = {"int": "1", "str": "a", "slug": "a", "path": "a/b", "uuid": "00000000-0000-4000-8000-000000000000"}


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address, with a value for each gap, and the name that the gate knows it by."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walk(entry, before + filled(entry))
        elif isinstance(entry, URLPattern):
            yield "/" + before + filled(entry), entry.name or ""


def filled(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    text = (
        re.sub(r"<(?:(\w+):)?\w+>", lambda gap: VALUES.get(gap[1] or "str", "a"), text)
        if "(?P" not in text
        else text
    )
    text = re.sub(r"\(\?P<reference>.*?\)(?=/|\$|$)", "AAA-111", text)
    text = re.sub(r"\(\?P<slug>[^)]*\)", "claim", text)
    return (
        re.sub(r"\(\?P<\w+>[^)]*\)", "1", text)
        .replace("^", "")
        .replace("$", "")
        .replace("\\Z", "")
        .replace(".*/", "a/")
    )


def addresses(door: doors.Door) -> dict[str, str]:
    found: dict[str, str] = {}
    for address, name in walk(get_resolver()):
        if address.startswith(door.prefix):
            with contextlib.suppress(Resolver404):
                name = resolve(address).view_name  # ours stand before Wagtail's for the same
            found[address] = name
    assert len(found) > (20 if door.name == "desk" else 200)
    return found


def test_every_address_refuses_who_has_not_taken_both_steps(
    door: doors.Door, person: Person, new_person
) -> None:
    """A stranger, somebody between the two steps, a session without a step, and somebody who has none yet."""
    without_a_step, bare = Client(), Client()
    without_a_step.force_login(person.user)  # a session that never saw the second step
    bare.force_login(new_person("newcomer").user)
    between = person.passphrase()
    open_to_all = {name for name, need in NEEDS.items() if need is Need.NOTHING}
    for_newcomers = {name for name, need in NEEDS.items() if need in (Need.SESSION, Need.FIRST_STEP)}
    let_through = []
    for address, name in addresses(door).items():
        if name in open_to_all or name in ("account_logout", "old_sign_out"):
            continue
        for who, client in (("stranger", Client()), ("between", between), ("without", without_a_step)):
            answer = client.get(address)
            if answer.status_code != 303 or not answer["Location"].startswith(f"{door.prefix}sign-in/"):
                let_through.append((who, address, answer.status_code))
        without_a_step.force_login(person.user)
        answer = bare.get(address)
        if name not in for_newcomers and (answer.status_code, answer.get("Location")) != (
            303,
            f"{door.prefix}my-sign-in/",
        ):
            let_through.append(("newcomer", address, answer.status_code))
    assert let_through == []


def test_those_who_took_both_steps_come_in(door: doors.Door, person: Person) -> None:
    client = person.come_in()
    assert person.is_in(client)
    assert client.get(f"{door.prefix}my-sign-in/").status_code == 200


def test_where_no_second_step_is_needed_it_is_asked_all_the_same_of_who_has_one(
    door: doors.Door, person: Person, new_person, settings
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    bare = new_person("newcomer")
    assert bare.is_in(bare.passphrase())
    assert not person.is_in(person.passphrase())
    session = Client()
    session.force_login(person.user)
    assert not person.is_in(session)


def test_people_of_one_door_are_nobody_at_the_other(door: doors.Door, new_person) -> None:
    other = next(one for one in doors.DOORS if one is not door)
    stranger = new_person("olga", at=other.name)
    stranger.door = door
    client = stranger.passphrase()
    assert client.answer["Location"] == f"{door.prefix}sign-in/?w=w"
    client.force_login(stranger.user)
    assert client.get(door.prefix)["Location"] == f"{door.prefix}sign-in/"


def test_a_session_of_one_door_opens_no_other(door: doors.Door, person: Person) -> None:
    client = person.come_in()
    kept = client.session
    kept["door"] = next(one.name for one in doors.DOORS if one is not door)
    kept.save()
    assert client.get(door.prefix)["Location"] == f"{door.prefix}sign-in/?w=i"


def test_invented_people_of_the_cms_are_nobody_in_production(settings) -> None:
    editor = get_user_model().objects.create_superuser("editor", password="x")
    assert doors.is_editor(editor)
    settings.PORTAL_DEMO = False
    assert not doors.is_editor(editor)


def after(monkeypatch: pytest.MonkeyPatch, **pause: float) -> None:
    moment = timezone.now() + timedelta(**pause)
    monkeypatch.setattr(gate.timezone, "now", lambda: moment)


@pytest.mark.parametrize("way", ["passphrase", "code"])
def test_after_a_while_it_is_locked_and_leads_back_to_the_same_page(
    door: doors.Door, person: Person, monkeypatch, way: str
) -> None:
    client = person.come_in()
    page = f"{door.prefix}my-sign-in/"
    after(monkeypatch, minutes=21)
    locked = client.get(page)
    assert locked["Location"] == f"{door.prefix}unlock/?next={page.replace('/', '%2F')}"
    assert b"my-sign-in" in client.get(locked["Location"]).content
    fields = {"password": "wrong"} if way == "passphrase" else {"code": "000000"}
    wrong = person.post(client, "unlock/", next=page, **fields)
    assert wrong.status_code == 403 and not person.is_in(client)
    fields = {"password": "a passphrase for tests only"} if way == "passphrase" else {"code": person.code(1)}
    right = person.post(client, "unlock/", next=page, **fields)
    assert (right.status_code, right["Location"]) == (303, page)
    assert client.get(page).status_code == 200


def test_what_was_sent_while_locked_is_held_and_sent_again(
    door: doors.Door, person: Person, monkeypatch
) -> None:
    client = person.come_in()
    address = "/desk/AAA-111/close/" if door.name == "desk" else "/cms/anything/"
    after(monkeypatch, minutes=21)
    answer = client.post(address, {"words": 'She said: "ring after six" <b>', "tick": ["1", "2"]})
    page = answer.content.decode()
    assert answer.status_code == 403 and f'action="{address}"' in page
    assert "She said: &quot;ring after six&quot; &lt;b&gt;" in page
    assert page.count('name="tick"') == 2 and "csrfmiddlewaretoken" in page


def test_no_page_holds_a_passphrase(door: doors.Door, person: Person, monkeypatch) -> None:
    client = person.come_in()
    after(monkeypatch, minutes=21)
    address = f"{door.prefix}my-sign-in/passphrase/"
    answer = client.post(address, {"password": "my-secret", "new": "another-secret"})
    assert answer.status_code == 303 and answer["Location"].startswith(f"{door.prefix}unlock/?next=")


def test_a_form_from_before_one_signed_in_again_is_held_too(door: doors.Door, person: Person) -> None:
    client = person.come_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    address = "/desk/AAA-111/close/" if door.name == "desk" else "/cms/anything/"
    ours = strict.post(address, {"words": "kept"}, headers={"Origin": "http://testserver"})
    assert ours.status_code == 403 and b'value="kept"' in ours.content
    for origin in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        assert b"kept" not in strict.post(address, {"words": "kept"}, headers=origin).content


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(
    door: doors.Door, person: Person, monkeypatch
) -> None:
    client = person.come_in()
    itself = {"headers": {"Desk-Looks-Again": "1"}}
    for minutes in (10, 19):
        after(monkeypatch, minutes=minutes)
        assert client.get(f"{door.prefix}my-sign-in/", **itself).status_code == 200
        monkeypatch.undo()
    after(monkeypatch, minutes=21)
    assert client.get(f"{door.prefix}my-sign-in/").status_code == 303


@pytest.mark.parametrize("door", ["cms"], indirect=True)
def test_a_page_that_refreshes_by_itself_keeps_nobody_signed_in(door, person: Person, monkeypatch) -> None:
    client = person.come_in()
    for minutes in (10, 19):
        after(monkeypatch, minutes=minutes)
        assert client.get("/cms/state/?live=1").status_code == 200
        monkeypatch.undo()
    after(monkeypatch, minutes=21)
    assert client.get("/cms/state/").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://a.example/",
        "//a.example/",
        "/desk/../leave/",
        "/cms//a.example",
        "/find/",
        "/desk/\\a",
        "javascript:1",
        "\r\nA: b",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(door: doors.Door, person: Person, elsewhere: str) -> None:
    client = person.passphrase(next=elsewhere)
    answer = person.post(client, "sign-in/code/", code=person.code())
    assert answer["Location"] == door.prefix


def test_changing_how_one_signs_in_asks_once_more_who_it_is(
    door: doors.Door, person: Person, monkeypatch
) -> None:
    client = person.come_in()
    fresh = [f"{door.prefix}my-sign-in/{part}/" for part in ("app", "passkey", "passphrase", "codes")]
    assert not any("unlock" in client.get(address).get("Location", "") for address in fresh)
    monkeypatch.setattr(gate, "FRESH_SECONDS", -1)
    for address in fresh:
        assert "unlock" in client.get(address)["Location"], address
