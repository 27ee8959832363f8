"""A lost phone: whoever runs the site sets somebody's sign-in back, and that is on the record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.portal.sign_in.conftest import Person, recorded

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("staff_sign_in", *words, stdout=out)
    return out.getvalue()


def test_who_lost_their_phone_comes_in_with_a_new_step(door, person: Person, new_person) -> None:
    client = person.come_in()
    said = run("set-back", "wanda", "--by", "lee")
    passphrase = said.split()[-1]
    assert not person.is_in(client)
    assert person.passphrase().answer["Location"].endswith("?w=w")
    again = person.passphrase(passphrase=passphrase)
    assert again.get(door.prefix)["Location"] == f"{door.prefix}my-sign-in/"
    assert f"wanda: {door.name}, no second step yet" in run("list")
    if door.name == "desk":
        assert ("step_removed", "wanda", "set back by lee") in recorded(door)


def test_sessions_are_ended(door, person: Person) -> None:
    client = person.come_in()
    assert "1 sessions" in run("sign-out", "wanda", "--by", "lee")
    assert not person.is_in(client)


def test_nobody_else_is_set_back(door) -> None:
    with pytest.raises(CommandError, match="signs in at no door"):
        run("set-back", "nobody", "--by", "lee")
