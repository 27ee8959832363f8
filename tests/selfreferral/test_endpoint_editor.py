"""A manager gives a queue a receiver elsewhere: tested before it is used, its secret shown once."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import ModelLogEntry

from selfreferral import signatures, starter
from selfreferral.models import Endpoint, Queue
from selfreferral.transports.webhook import Webhook
from tests.selfreferral.receiver import Running, point, running
from tests.services_directory.editors import staff

pytestmark = pytest.mark.django_db
PAGE = "/cms/receivers/provider/webhook/"
ADDRESSES = ["/cms/receivers/", PAGE, *(f"{PAGE}{act}/" for act in ("test", "use", "stop"))]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture(autouse=True)
def ready(settings, keys) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    Webhook.resting.clear()


@pytest.fixture
def manager(client: Client) -> Any:
    user = get_user_model().objects.create_user(username="mo", first_name="Mo", last_name="Example")
    user.groups.add(Group.objects.get(name=starter.MANAGERS))
    client.force_login(user)
    return user


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def given(client: Client, receiver: Running, **changes: str) -> dict[str, str]:
    seen = client.get(PAGE).context["form"]["seen"].value() or ""
    whole = {"seen": seen, "url": receiver.url, "public_key": receiver.public_key, "secret": receiver.secret}
    return {**whole, "contact": "Ada, 01709 000000", "hours": "9 to 5", **changes}


def save(client: Client, receiver: Running, **changes: str) -> str:
    return text(client.post(PAGE, given(client, receiver, **changes), follow=True))


def act(client: Client, name: str) -> str:
    return text(client.post(f"{PAGE}{name}/", follow=True))


def transport() -> str:
    return Queue.objects.get(slug="provider").transport


def test_save_test_use_and_stop(client, manager, receiver) -> None:
    assert "Saved." in save(client, receiver)
    assert "It signed for TST-" in act(client, "test") and transport() == "memory"
    page = act(client, "use")
    assert "New letters go there" in page and "In use" in page and transport() == "webhook"
    assert receiver.url in text(client.get("/cms/receivers/"))
    assert "the desk here" in act(client, "stop") and transport() == "inbox"
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [one.rpartition(".")[2] for one in actions] == ["change", "secret", "use", "stop"]


def test_the_secret_is_in_no_page_and_no_log(client, manager, receiver) -> None:
    pages = save(client, receiver) + text(client.get(PAGE)) + act(client, "test")
    logged = str(list(ModelLogEntry.objects.values_list("data", "label")))
    assert receiver.secret not in pages + logged and "whsec_A" not in logged
    assert Endpoint.objects.get().signing_secret() == receiver.secret


def test_an_empty_secret_makes_one_and_shows_it_in_that_answer_only(client, manager, receiver) -> None:
    response = client.post(PAGE, given(client, receiver, secret=""))
    (secret,) = re.findall(r"whsec_[\w+/]{43}=", text(response))
    assert Endpoint.objects.get().signing_secret() == secret
    assert response["Cache-Control"] == "no-store"
    assert secret not in text(client.get(PAGE)) and secret not in str(client.cookies)
    assert "Saved." in save(client, receiver, secret="", hours="always")
    assert Endpoint.objects.get().signing_secret() == secret


def test_one_that_does_not_sign_is_not_used_and_the_page_says_why(client, manager, receiver) -> None:
    save(client, receiver, public_key=signatures.new_pair()[1])
    assert "Its signature is wrong. Is its public key" in act(client, "use")
    assert transport() == "memory"


def test_a_change_of_one_in_use_is_tested_at_once(client, manager, receiver) -> None:
    point("provider", url=receiver.url, secret=receiver.secret, public_key=receiver.public_key)
    assert "same on both sides" in save(client, receiver, secret=signatures.new_secret())


NOT_KEPT = {
    "no https": ({"url": "ftp://example.org"}, "https://"),
    "a question mark": ({"url": "https://example.org/?key=1"}, "plain address"),
    "a private key": ({"public_key": signatures.new_pair()[0]}, "whpk_"),
    "no secret at all": ({"secret": "sesame"}, "whsec_"),
    "changed meanwhile": ({"seen": "old"}, "Somebody else changed"),
}


@pytest.mark.parametrize(("changes", "words"), NOT_KEPT.values(), ids=NOT_KEPT)
def test_what_cannot_be_right_is_not_kept(client, manager, receiver, changes, words) -> None:
    page = save(client, receiver, **changes)
    assert words in page and not Endpoint.objects.exists()
    assert "sesame" not in page


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_comes_in(client, receiver, address) -> None:
    point("provider", url=receiver.url, secret=receiver.secret, public_key=receiver.public_key)
    before = list(Queue.objects.values())
    anonymous = client.post(address)
    client.force_login(staff("change_routing"))
    editor = client.post(address)
    assert {anonymous.status_code, editor.status_code} <= {302, 403, 405}
    assert receiver.url not in text(client.get(address))
    assert list(Queue.objects.values()) == before


def test_an_unknown_queue_is_not_found(client, manager) -> None:
    assert client.get("/cms/receivers/nowhere/webhook/").status_code == 404
