"""A new passphrase by mail opens nothing alone, and tells nobody who is known here."""

import re
import time
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from portal.sign_in import doors, forgotten
from portal.sign_in import mail as letters
from tests.portal.sign_in.conftest import Person, recorded
from tests.sinks import Mail

pytestmark = pytest.mark.django_db
NEW = {"new": "one two three four", "again": "one two three four"}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was handed to the other thread is done here, so that it sees this test's own people."""
    handed: list[Any] = []
    monkeypatch.setattr(letters.connections, "close_all", lambda: None)

    class Now:
        def submit(self, work: Any, *given: Any) -> None:
            handed.append(given)
            work(*given)

    monkeypatch.setattr(letters, "post_office", Now())
    return handed


def ask(person: Person, address: str, client: Client | None = None) -> Any:
    return person.post(client or Client(), "forgotten/", email=address)


def link_in(mail: Mail) -> str:
    return re.search(r"http://testserver(/\S+)", mail.taken[-1][1].replace("=\r\n", ""))[1]  # type: ignore[index]


def test_a_new_passphrase_by_mail_does_not_go_round_the_second_step(
    door, person: Person, mail, at_once
) -> None:
    elsewhere = person.come_in()
    assert ask(person, "Wanda@Example.org")["Location"] == f"{door.prefix}forgotten/sent/"
    (to, letter), address = mail.taken[0], link_in(mail)
    assert to == "wanda@example.org" and "wanda" in letter and "abuse" not in letter.lower()
    client = Client()
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert person.post(client, "forgotten/new/", key=key)["Location"] == f"{door.prefix}forgotten/new/"
    assert person.post(client, "forgotten/new/", new="short", again="short").status_code == 422
    assert person.post(client, "forgotten/new/", **NEW)["Location"] == f"{door.prefix}sign-in/?w=n"
    assert not person.is_in(client), "the mail signs nobody in"
    assert not person.is_in(elsewhere), "who was signed in with the old one is out"
    client = person.passphrase(passphrase=NEW["new"])
    assert client.answer["Location"] == f"{door.prefix}sign-in/code/" and not person.is_in(client)
    assert person.post(client, "forgotten/new/", key=key).status_code == 303
    assert "no longer works" in client.get(f"{door.prefix}forgotten/new/").content.decode()


def test_known_or_not_the_answer_is_the_same_and_only_the_known_get_mail(
    door, person: Person, new_person, mail, at_once
) -> None:
    other = next(one.name for one in doors.DOORS if one is not door)
    new_person("olga", email="olga@example.org", at=other)
    gone = new_person("gone", email="gone@example.org")
    gone.user.is_active = False
    gone.user.save()
    pages = []
    for name in ("wanda", "olga", "gone", "nobody"):
        caches["limits_fallback"].clear()
        client = Client()
        answer = ask(person, f"{name}@example.org", client)
        pages.append((answer.status_code, answer["Location"], client.get(answer["Location"]).content))
    assert len(set(pages)) == 1
    assert [to for to, _letter in mail.taken] == ["wanda@example.org"] and len(at_once) == 4


def test_the_request_itself_looks_nobody_up(
    door, person: Person, monkeypatch, django_assert_num_queries
) -> None:
    """So the time says nothing: all that differs happens in another thread, after the answer."""
    handed = []
    monkeypatch.setattr(
        letters, "post_office", type("Later", (), {"submit": lambda *given: handed.append(given)})()
    )
    ask(person, "warm@example.org")
    for address in ("wanda@example.org", "nobody@example.org"):
        with django_assert_num_queries(0):
            ask(person, address)
    assert len(handed) == 3


def test_a_mail_server_that_hangs_or_refuses_holds_nobody_up_and_names_nobody(
    door, person: Person, mail: Mail, settings, caplog
) -> None:
    mail.down()
    start = time.monotonic()
    letters.quietly(forgotten.post, "wanda@example.org", door, "http://testserver")
    assert time.monotonic() - start < 5
    assert "was not sent" in caplog.text and "wanda" not in caplog.text


@pytest.mark.parametrize(
    "key", ["", "a", "MQ.x", "...", "MQ.abc-def", "x" * 199, "OTk5OTk5OTk5OTk5OTk5OTk5.a-b"]
)
def test_a_made_up_link_opens_nothing(door, person: Person, key: str) -> None:
    client = Client()
    person.post(client, "forgotten/new/", key=key)
    answer = person.post(client, "forgotten/new/", **NEW)
    assert answer.status_code == 410 and person.passphrase(passphrase=NEW["new"]).answer["Location"].endswith(
        "?w=w"
    )


def test_a_link_of_one_door_opens_no_other(door, new_person) -> None:
    olga = new_person("olga", at=next(one.name for one in doors.DOORS if one is not door))
    assert forgotten.user_of(forgotten.key_of(olga.user)) is None


def test_asking_often_means_a_wait_and_one_mailbox_is_not_flooded(
    door, person: Person, mail, at_once
) -> None:
    answers = [ask(person, "wanda@example.org")["Location"] for _ in range(6)]
    assert [address.endswith("sent/") for address in answers] == [True] * 5 + [False]
    assert answers[-1].endswith("?w=l") and len(mail.taken) == 3


@pytest.mark.parametrize("door", ["desk"], indirect=True)
def test_it_is_on_the_record(door, person: Person) -> None:
    client = Client()
    person.post(client, "forgotten/new/", key=forgotten.key_of(person.user))
    person.post(client, "forgotten/new/", **NEW)
    assert recorded(door) == [("passphrase", "wanda", "by mail")]
