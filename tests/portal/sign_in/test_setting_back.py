"""A lead sets a colleague's second step back: both own steps are shown anew, and it is on record."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from portal.sign_in import mail, second_step
from tests.portal.sign_in.conftest import PASSPHRASE, Person, give_app, give_codes, open_door, recorded
from triage.events import first_fault
from triage.models import Membership

pytestmark = pytest.mark.django_db
LIST = "/desk/my-sign-in/colleagues/"
REFUSED = "/wait/?w=3"  # a form that was sent to a page that is not there


@pytest.fixture
def door(settings: Any) -> Any:
    return open_door("desk", settings)


@pytest.fixture
def lead(new_person: Any) -> Person:
    lee = new_person("lee")
    Membership.objects.filter(user=lee.user).update(role="lead")
    give_app(lee)
    return lee


def press(client: Client, whom: Person, lead: Person, **changes: str) -> Any:
    lead_row = Authenticator.objects.filter(user=lead.user, type="totp")
    lead_row.update(data=lead.fresh_data())
    given = {"password": PASSPHRASE, "code": lead.code(), **changes}
    return client.post(f"{LIST}{whom.user.pk}/", given)


def test_a_lead_sets_back_and_the_colleague_adds_a_new_step(lead: Person, person: Person) -> None:
    give_codes(person)
    theirs, client = person.come_in(), lead.come_in()
    assert f'href="{LIST}"' in client.get("/desk/my-sign-in/").content.decode()
    assert client.get(f"{LIST}{person.user.pk}/").status_code == 200
    answer = press(client, person, lead)
    assert answer.status_code == 303
    assert "is signed out everywhere" in client.get(answer["Location"]).content.decode()
    assert not Authenticator.objects.filter(user=person.user).exists()
    assert not person.is_in(theirs)
    assert ("step_removed", "lee", "set back: wanda") in recorded(person.door) and first_fault() is None
    again = person.passphrase()  # their own, as before
    assert again.get("/desk/")["Location"] == "/desk/my-sign-in/"
    assert lead.is_in(client)


@pytest.mark.parametrize(
    "wrong",
    [{"password": "not mine at all"}, {"code": "000000"}, {"code": ""}, {"password": ""}, {"code": "\x00é"}],
)
def test_without_both_own_steps_nothing_happens(lead: Person, person: Person, wrong: dict[str, str]) -> None:
    theirs, client = person.come_in(), lead.come_in()
    answer = press(client, person, lead, **wrong)
    assert answer.status_code == 403 and PASSPHRASE not in answer.content.decode()
    assert len(second_step.of(person.user)) == 1 and person.is_in(theirs)
    assert not [line for line in recorded(person.door) if line[0] == "step_removed"]


def test_a_wrong_passphrase_uses_up_no_code(lead: Person, person: Person) -> None:
    client = lead.come_in()
    said = press(client, person, lead, password="not mine at all").content.decode()
    assert "not your passphrase" in said and "That code" not in said
    assert (
        client.post(f"{LIST}{person.user.pk}/", {"password": PASSPHRASE, "code": lead.code()}).status_code
        == 303
    )


def test_a_code_that_was_used_works_no_second_time(lead: Person, person: Person) -> None:
    client = lead.come_in()
    code = lead.code()
    second_step.take_code(lead.user, code)
    client.post(f"{LIST}{person.user.pk}/", {"password": PASSPHRASE, "code": code})
    assert second_step.of(person.user)


def test_wrong_tries_mean_a_wait_here_too(lead: Person, person: Person) -> None:
    client = lead.come_in()
    for _ in range(6):
        press(client, person, lead, password="not mine at all")
    assert "Please wait" in press(client, person, lead).content.decode() and second_step.of(person.user)


def test_nobody_sets_back_who_is_not_theirs(lead: Person, person: Person, new_person: Any) -> None:
    """Oneself; somebody of another team; somebody who works there as well; nobody at all."""
    other, both = new_person("olu"), new_person("bo")
    Membership.objects.filter(user=other.user).update(queue="children")
    Membership.objects.create(user=both.user, queue="children", role="auditor")
    client = lead.come_in()
    page = client.get(LIST).content.decode()
    give_app(other), give_app(both)
    for one in (lead, other, both):
        assert press(client, one, lead)["Location"] == REFUSED and second_step.of(one.user)
        assert client.get(f"{LIST}{one.user.pk}/").status_code == 404
        assert f"{LIST}{one.user.pk}/" not in page
    assert client.get(f"{LIST}999999/").status_code == 404 and f"{LIST}{person.user.pk}/" in page


def test_nobody_sets_back_who_comes_in_by_another_door(lead: Person, person: Person, new_person: Any) -> None:
    """The step is the person's: at the CMS it keeps an administrator's power, or an editor's, from others."""
    root, editor = new_person("rita"), new_person("edda")
    type(root.user).objects.filter(pk=root.user.pk).update(is_superuser=True)
    editor.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    give_app(root), give_app(editor)
    client = lead.come_in()
    page = client.get(LIST).content.decode()
    assert f"{LIST}{person.user.pk}/" in page
    for one in (root, editor):
        assert f"{LIST}{one.user.pk}/" not in page
        assert press(client, one, lead)["Location"] == REFUSED and second_step.of(one.user)


def test_whoever_is_set_back_is_told_and_every_door_of_theirs_has_it_on_record(
    person: Person, settings: Any, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    person.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("staff_sign_in", "set-back", "wanda", "--by", "lee", stdout=StringIO())
    mail.post_office.submit(int).result()
    (told,) = mailoutbox
    assert told.to == ["wanda@example.org"] and "If you did not ask for this" in told.body
    assert "://" not in told.body
    assert ("step_removed", "wanda", "set back by lee") in recorded(person.door)
    assert ModelLogEntry.objects.get(action="sign_in.step_removed").data == {"detail": "set back by lee"}


def test_a_lead_by_the_councils_account_shows_the_second_step_alone(lead: Person, person: Person) -> None:
    client = lead.come_in()
    lead.user.set_unusable_password()
    lead.user.save()
    session = client.session
    session[HASH_SESSION_KEY] = lead.user.get_session_auth_hash()
    session.save()
    assert 'name="password"' not in client.get(f"{LIST}{person.user.pk}/").content.decode()
    assert press(client, person, lead, code="000000").status_code == 403 and second_step.of(person.user)
    assert press(client, person, lead).status_code == 303 and not second_step.of(person.user)


def test_a_worker_and_an_auditor_set_nobody_back(lead: Person, person: Person) -> None:
    client = person.come_in()
    for role in ("worker", "auditor"):
        Membership.objects.filter(user=person.user).update(role=role)
        assert client.get(LIST).status_code == 404
        assert press(client, lead, person)["Location"] == REFUSED and second_step.of(lead.user)
        assert LIST not in client.get("/desk/my-sign-in/").content.decode()


def test_a_lead_without_a_step_of_their_own_sets_nobody_back(
    lead: Person, person: Person, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    Authenticator.objects.filter(user=lead.user).delete()
    client = lead.passphrase()
    assert "add a second step of your own" in client.get(f"{LIST}{person.user.pk}/").content.decode()
    client.post(f"{LIST}{person.user.pk}/", {"password": PASSPHRASE, "code": "000000"})
    assert second_step.of(person.user)


def test_at_the_cms_there_is_no_such_page(person: Person, settings: Any) -> None:
    cms = open_door("cms", settings)
    person.user.is_superuser = person.user.is_staff = True
    person.user.save()
    person.door = cms
    assert person.come_in().get("/cms/my-sign-in/colleagues/").status_code == 404
