"""Who works at the desk is kept on the machine, and no editor can become one of them."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from selfreferral.models import Queue
from selfreferral.routing import QUEUES
from triage import access, demo_staff
from triage.models import Membership

pytestmark = pytest.mark.django_db


def desk_staff(*words: str) -> str:
    out = StringIO()
    call_command("desk_staff", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def queue() -> Queue:
    return Queue.objects.create(slug="provider", name="Provider")


def test_a_person_is_added_with_a_passphrase_that_works(queue) -> None:
    said = desk_staff("add", "wanda", "--name", "Wanda Smith", "--queue", "provider", "--role", "worker")
    passphrase = said.split()[-1]
    answer = Client().post("/desk/sign-in/", {"username": "wanda", "password": passphrase})
    assert answer["Location"] == "/desk/"
    assert "passphrase" not in desk_staff("add", "wanda", "--queue", "provider", "--role", "lead").lower()
    assert desk_staff("list") == "wanda: lead, provider\n"


def test_a_team_without_a_lead_is_named(queue) -> None:
    desk_staff("add", "wanda", "--queue", "provider", "--role", "worker")
    assert "provider: NO LEAD" in desk_staff("list")


def test_a_new_passphrase_ends_the_old_one_and_every_session(queue) -> None:
    old = desk_staff("add", "wanda", "--queue", "provider", "--role", "worker").split()[-1]
    client = Client()
    client.post("/desk/sign-in/", {"username": "wanda", "password": old})
    assert client.get("/desk/").status_code == 200
    assert desk_staff("passphrase", "wanda").split()[-1] != old
    assert client.get("/desk/").status_code != 200
    answer = Client().post("/desk/sign-in/", {"username": "wanda", "password": old})
    assert answer["Location"].endswith("?w=w")


def test_a_place_is_taken_away(queue) -> None:
    desk_staff("add", "wanda", "--queue", "provider", "--role", "worker")
    desk_staff("remove", "wanda", "--queue", "provider")
    assert access.roles_of(get_user_model().objects.get(username="wanda")) == {}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "wanda", "--queue", "nowhere", "--role", "worker"], "There are: provider"),
        (["add", "ida", "--queue", "provider", "--role", "worker"], "invented"),
        (["add", "edie", "--queue", "provider", "--role", "worker"], "CMS"),
        (["remove", "wanda", "--queue", "provider"], "no place"),
        (["passphrase", "edie"], "does not work at the desk"),
    ],
)
def test_what_cannot_be_done_says_why(queue, words: list[str], why: str) -> None:
    get_user_model().objects.create_superuser("edie", password="x")
    with pytest.raises(CommandError, match=why):
        desk_staff(*words)
    assert not Membership.objects.exists()


def test_the_demonstration_has_somebody_at_every_queue_and_nobody_in_the_cms() -> None:
    assert demo_staff.load() == len(demo_staff.STAFF) and demo_staff.load() == 0
    for queue in QUEUES:
        readers = set(Membership.objects.filter(queue=queue).values_list("role", flat=True)) - {"auditor"}
        # Some letters are for leads only; none of those comes to the own behaviour programme.
        assert readers and ("lead" in readers or queue == "own-behaviour"), queue
    assert set(Membership.objects.values_list("role", flat=True)) == {"worker", "lead", "auditor"}
    for user in get_user_model().objects.all():
        assert not user.is_staff and not user.is_superuser
        assert not user.has_perm("wagtailadmin.access_admin")


def test_production_makes_no_invented_people(settings) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(ImproperlyConfigured):
        demo_staff.load()
    assert not get_user_model().objects.exists()


@pytest.fixture
def editor(settings) -> Client:
    """The mightiest editor, in the CMS."""
    settings.ROOT_URLCONF, settings.STAFF_DOOR = "portal.urls", "cms"
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("edie", password="x"))
    return client


def test_an_editor_does_not_touch_desk_staff(editor: Client, person: Any) -> None:
    worker, colleague = person("wanda", provider="worker"), person("carl")
    before = get_user_model().objects.values().get(pk=worker.pk)
    for address, typed in acts(worker, colleague).items():
        assert editor.post(address, typed).status_code in (302, 403), address
        assert get_user_model().objects.values().get(pk=worker.pk) == before, address
    assert get_user_model().objects.filter(pk=colleague.pk).exists()


def test_those_acts_would_work_on_somebody_else(editor: Client, person: Any) -> None:
    """So that the test above does not pass because the acts are no longer what the CMS asks for."""
    for number in range(4):
        one, other = person(f"otto{number}"), person(f"carl{number}")
        address, typed = list(acts(one, other).items())[number]
        before = list(get_user_model().objects.filter(pk=one.pk).values())
        editor.post(address, typed)
        assert list(get_user_model().objects.filter(pk=one.pk).values()) != before, address


def acts(one: Any, other: Any) -> dict[str, dict[str, str]]:
    """What an editor may do to a person in the CMS: address, and what is sent."""
    names = {"username": one.username, "first_name": "N", "last_name": "N", "email": "n@example.org"}
    new = {"password1": "quite-another-phrase-9", "password2": "quite-another-phrase-9", "is_active": "on"}
    return {
        f"/cms/users/edit/{one.pk}/": {**names, **new},
        f"/cms/users/delete/{one.pk}/": {},
        f"/cms/bulk/portal/user/delete/?id={one.pk}&id={other.pk}": {},
        f"/cms/bulk/portal/user/set_active_state/?id={one.pk}": {"mark_as_active": "False"},
    }
