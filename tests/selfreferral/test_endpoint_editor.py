"""A manager gives a queue a receiver elsewhere: tested before it is used, its secret shown once."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from home import roles
from selfreferral import checks, signatures
from selfreferral.endpoint_forms import AGAIN
from selfreferral.models import Endpoint, Handover, Queue
from selfreferral.transports.elsewhere import Field
from selfreferral.transports.webhook import Webhook
from tests.selfreferral.broker import Desk, no_rest, shared_broker
from tests.selfreferral.receiver import Running, point, running
from tests.services_directory.editors import in_role, staff

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
    user = in_role(roles.MANAGERS)
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
    actions = (
        ModelLogEntry.objects.exclude(action__startswith="sign_in")
        .order_by("pk")
        .values_list("action", flat=True)
    )
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
    assert {anonymous.status_code, editor.status_code} <= {302, 303, 403, 405}
    assert receiver.url not in text(client.get(address))
    assert list(Queue.objects.values()) == before


def test_an_unknown_queue_is_not_found(client, manager) -> None:
    assert client.get("/cms/receivers/nowhere/webhook/").status_code == 404


# --- a broker, and kinds that nobody has thought of yet ----------------------------------------------
BROKER = "/cms/receivers/provider/amqp/"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with shared_broker() as url:
        one = Desk(url, tmp_path_factory.mktemp("desk"))
        with one.open():
            yield one
        one.unmake()


def at_broker(client: Client, desk: Desk, **changes: str) -> Any:
    given = desk.given
    whole = {
        "seen": client.get(BROKER).context["form"]["seen"].value() or "",
        **{name: given[name] for name in ("url", "secret", "public_key")},
        **given["options"],
        **given["closed"],
        "contact": "Ada, 01709 000000",
        **changes,
    }
    return client.post(BROKER, whole, follow=True)


@pytest.fixture
def plain(settings) -> None:
    settings.AMQP_PLAIN_HOSTS = ["127.0.0.1"]
    no_rest()


def test_a_broker_is_saved_tested_used_and_stopped_beside_the_webhook(
    client, manager, receiver, desk, plain
) -> None:
    save(client, receiver)
    page = text(at_broker(client, desk))
    assert "Saved." in page and desk.letters_queue in page
    assert desk.secret not in page and 'value="guest"' in page and page.count("guest") == 1  # the name
    assert "It signed for TST-" in text(client.post(f"{BROKER}test/", follow=True))
    assert transport() == "memory" and not Handover.objects.exists() and desk.letters() == {}
    page = text(client.post(f"{BROKER}use/", follow=True))
    assert "New letters go there" in page and transport() == "amqp"
    assert "Set up, too:" in page  # the webhook is there still
    assert desk.given["url"] in text(client.get("/cms/receivers/"))
    assert "Saved." in text(at_broker(client, desk, password="", secret="", hours="always"))
    assert Endpoint.objects.get(kind="amqp").closed_values() == {"password": "guest"}
    act(client, "stop")
    assert transport() == "amqp"  # the webhook was not in use
    client.post(f"{BROKER}stop/")
    assert transport() == "inbox"


NO_BROKER = {
    "no encryption": ({"url": "amqp://broker.example/"}, "url", "amqps://"),
    "a web address": ({"url": "https://broker.example/"}, "url", "amqps://"),
    "a name in the address": ({"url": "amqps://a:b@broker.example/"}, "url", "plain address"),
    "two virtual hosts": ({"url": "amqps://broker.example/a/b"}, "url", "%2F"),
    "no address": ({"url": "amqps://[::1"}, "url", "no address"),
    "one queue for both": ({"letters": "one", "replies": "one"}, "replies", "of their own"),
    "the broker's own queue": ({"letters": "amq.gen"}, "letters", "own"),
    "an endless name": ({"letters": "é" * 200}, "letters", "no name"),
    "no password": ({"password": ""}, "password", "required"),
    "no queue": ({"replies": ""}, "replies", "required"),
}


@pytest.mark.once
@pytest.mark.parametrize(("changes", "field", "words"), NO_BROKER.values(), ids=NO_BROKER)
def test_what_can_be_no_broker_is_said_beside_the_field(
    client, manager, desk, plain, changes, field, words
) -> None:
    response = at_broker(client, desk, **changes)
    errors = response.context["form"].errors
    assert words in str(errors[field]) and len(errors[field]) == 1
    said = [name for name in errors if AGAIN not in errors[name]]
    assert said == [field] and "secret" in errors, "what is never shown must be typed again"
    assert not Endpoint.objects.exists()
    assert all(value in text(response) for name, value in changes.items() if name != "password")


WRONG = {
    "password": ({"password": "sesame"}, "does not let us in"),
    "queue": ({"letters": "nowhere"}, "no such queue. Are both queues there"),
    "secret": ({"secret": signatures.new_secret()}, "401. It does not accept our signature"),
    "key": ({"public_key": signatures.new_pair()[1]}, "Is its public key"),
}


@pytest.mark.once
@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
def test_a_broker_that_does_not_work_is_not_used_and_the_page_says_why(
    client, manager, desk, plain, changes, words, monkeypatch
) -> None:
    monkeypatch.setattr("selfreferral.transports.amqp.AT_MOST", 2.0)
    at_broker(client, desk, **changes)
    page = text(client.post(f"{BROKER}use/", follow=True))
    assert words in page and "sesame" not in page and transport() == "memory"


class Pigeon(Webhook):
    """A third kind: everything that a manager sees of it comes out of this."""

    name = "pigeon"
    title = "A pigeon"
    fields = (
        Field("loft", "Its loft", "Where it lives", lambda loft: "" if loft == "north" else "No such loft."),
        Field("call", "What it listens to", closed=True),
    )


def test_a_third_kind_is_one_class_and_one_settings_line(client, manager, receiver, settings) -> None:
    here = f"{__name__}.Pigeon"
    settings.REFERRAL_TRANSPORTS = {**settings.REFERRAL_TRANSPORTS, "pigeon": here}
    page = "/cms/receivers/provider/pigeon/"
    assert "A pigeon" in text(client.get("/cms/receivers/")) and "Its loft" in text(client.get(page))
    given = {**given_(receiver), "loft": "south", "call": "coo"}
    assert "No such loft." in str(client.post(page, given).context["form"].errors["loft"])
    assert "Saved." in text(client.post(page, {**given, "loft": "north"}, follow=True))
    assert Endpoint.objects.get(kind="pigeon").closed_values() == {"call": "coo"}
    assert "New letters go there" in text(client.post(f"{page}use/", follow=True)) and transport() == "pigeon"
    assert client.get("/cms/receivers/provider/owl/").status_code == 404
    assert checks.transports(None) == []
    settings.REFERRAL_TRANSPORTS = {"owl": here}
    assert [problem.id for problem in checks.transports(None)] == ["selfreferral.E004"]


def given_(receiver: Running) -> dict[str, str]:
    return {
        "seen": "",
        "url": receiver.url,
        "public_key": receiver.public_key,
        "secret": receiver.secret,
        "contact": "",
        "hours": "",
    }
