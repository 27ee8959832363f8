"""A receiver is set up, tried with a sealed test and only then used; its secret is never shown again."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from selfreferral import alarms, checks, delivery, progress, reconciliation, signatures, trial
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Endpoint, Event, Handover, Heartbeat, Queue, Referral
from selfreferral.transports.amqp import Amqp
from selfreferral.transports.memory import Memory
from selfreferral.transports.webhook import Webhook
from tests.faults.world import wait_until
from tests.selfreferral.broker import fetching, no_rest, shared_broker
from tests.selfreferral.receiver import Running, point, running
from tests.selfreferral.somebody import send

pytestmark = pytest.mark.django_db
State = Referral.State


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture(autouse=True)
def ready(settings, receiver: Running, keys, box) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    Webhook.resting.clear()
    receiver.clear()


def command(*words: str, **options) -> str:
    out = StringIO()
    call_command("endpoint", *words, stdout=out, **options)
    return out.getvalue()


def set_up(receiver: Running, tmp_path: Path, **changes: str) -> str:
    given = {"url": receiver.url, "public_key": receiver.public_key, **changes}
    file = tmp_path / "secret.txt"
    file.write_text(changes.get("secret", receiver.secret))
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if name != "secret"]
    return command("set", "provider", *options, f"--secret-file={file}")


def test_set_test_use_and_a_letter_arrives(receiver, tmp_path) -> None:
    set_up(receiver, tmp_path, contact="01709 000000", hours="9 to 5")
    assert "signed for TST-" in command("test", "provider")
    assert list(receiver.folder.iterdir()) == []  # thrown away
    assert Queue.objects.get(slug="provider").transport == "memory"
    command("use", "provider")
    letter = send()
    assert drain() == 1
    assert (receiver.folder / f"{letter.reference}.age").read_bytes() == bytes(letter.sealed)
    assert "in use" in command("show") and "01709 000000" in command("show")


def test_the_secret_is_nowhere_to_be_read(receiver, tmp_path) -> None:
    said = set_up(receiver, tmp_path) + command("show")
    assert receiver.secret not in said
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM selfreferral_endpoint")
        (stored,) = cursor.fetchone()
    assert receiver.secret not in stored and receiver.secret[6:] not in stored
    assert Endpoint.objects.get().signing_secret() == receiver.secret


def test_a_new_secret_is_shown_once(receiver) -> None:
    said = command(
        "set", "provider", f"--url={receiver.url}", f"--public-key={receiver.public_key}", "--new-secret"
    )
    secret = next(word for word in said.split() if word.startswith("whsec_"))
    assert Endpoint.objects.get().signing_secret() == secret and secret not in command("show")


WRONG = {
    "another secret": ({"secret": signatures.new_secret()}, "same on both sides"),
    "another public key": ({"public_key": signatures.new_pair()[1]}, "whpk_"),
    "nobody there": ({"url": "http://127.0.0.1:9"}, "Nobody listens"),
    "a private address": ({"url": "http://127.0.0.2:80"}, "private network"),
}


@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_plain_words_and_it_is_not_used(receiver, tmp_path, changes, words) -> None:
    set_up(receiver, tmp_path, **changes)
    with pytest.raises(CommandError, match=words):
        command("use", "provider")
    assert Queue.objects.get(slug="provider").transport == "memory"


NOT_KEPT = {
    "plain http outside the demonstration": {"url": "http://example.org"},
    "a name in the address": {"url": "https://a:b@example.org"},
    "a question mark": {"url": "https://example.org/?q"},
    "no address": {"url": "https://[::1"},
    "a space": {"url": "https://example.org/a b"},
    "a new line": {"url": "https://example.org/\r\nX-A: b"},
    "a private key in place of the public": {"public_key": signatures.new_pair()[0]},
    "half a key": {"public_key": "whpk_AAAA"},
    "no secret": {"secret": "sesame"},
}


@pytest.mark.parametrize("changes", NOT_KEPT.values(), ids=NOT_KEPT)
def test_what_cannot_be_right_is_not_kept_nor_repeated(receiver, tmp_path, settings, changes) -> None:
    settings.PORTAL_DEMO = False
    given = {"url": "https://example.org", **changes}
    with pytest.raises(CommandError) as error:
        set_up(receiver, tmp_path, **given)
    assert not Endpoint.objects.exists()
    assert "whsk_" not in str(error.value) and "sesame" not in str(error.value)


def test_without_a_key_of_ours_no_secret_is_kept(receiver, tmp_path, settings) -> None:
    settings.ENDPOINT_KEY = ""
    with pytest.raises(CommandError, match="ENDPOINT_KEY"):
        set_up(receiver, tmp_path)


def test_another_key_of_ours_is_an_alarm_and_not_a_crash(receiver, tmp_path, settings) -> None:
    set_up(receiver, tmp_path)
    command("use", "provider")
    settings.ENDPOINT_KEY = "another"
    with pytest.raises(ImproperlyConfigured):
        Endpoint.objects.get().signing_secret()
    letter = send()
    assert drain() == 0
    letter.refresh_from_db()
    assert letter.state == State.QUARANTINED


def test_a_queue_without_its_receiver_is_a_problem_that_is_named(receiver) -> None:
    Queue.objects.filter(slug="provider").update(transport="webhook")
    (problem,) = checks.queue_problems()
    assert problem == "provider: has no receiver. Run: manage.py endpoint set provider --kind webhook"
    point("provider", url=receiver.url, secret=receiver.secret, public_key=receiver.public_key)
    assert checks.queue_problems() == []


def test_what_a_person_opens_there_ends_the_alarm_here(receiver, tmp_path) -> None:
    set_up(receiver, tmp_path)
    command("use", "provider")
    letter = send()
    drain()
    late = timezone.now() + timedelta(days=1000)
    find = alarms.BY_NAME["unopened"].find
    assert find(late) == {"provider": 1}
    assert progress.go_round(now=timezone.now()) == 0
    (receiver.folder / f"{letter.reference}.opened").touch()
    assert progress.go_round(now=timezone.now()) == 1
    letter.refresh_from_db()
    assert letter.state == State.OPENED and find(late) == {}
    assert progress.go_round(now=timezone.now()) == 0
    lines = Event.objects.filter(reference=letter.reference).order_by("number")
    assert lines.values_list("what", "by").last() == ("opened", "receiver")


def test_what_is_closed_there_is_closed_here_from_then_on(receiver, tmp_path) -> None:
    set_up(receiver, tmp_path)
    command("use", "provider")
    letter = send()
    drain()
    (receiver.folder / f"{letter.reference}.closed").touch()
    assert progress.go_round(now=timezone.now()) == 1
    letter.refresh_from_db()
    assert letter.state == State.CLOSED


def test_each_receiver_hears_of_its_own_letters_only(
    receiver, tmp_path, tmp_path_factory, monkeypatch
) -> None:
    heard: dict[str, set[str]] = {}
    for slug in ("provider", "high-risk"):
        point(slug, url=f"{receiver.url}/{slug}", secret=receiver.secret, public_key=receiver.public_key)
    mine, theirs = send(), send()
    Referral.objects.filter(pk=theirs.pk).update(queue=Queue.objects.get(slug="high-risk"))

    def post(url, headers, body):
        heard.setdefault(url.rpartition("/")[0].rpartition("/")[2], set()).update(
            one for one in (mine.reference, theirs.reference) if one.encode() in body
        )
        raise delivery.base.Unreachable

    monkeypatch.setattr("selfreferral.transports.wire.post", post)
    both = [mine.reference, theirs.reference]
    Webhook().opened(both), Webhook().holds(both)
    assert heard == {"provider": {mine.reference}, "high-risk": {theirs.reference}}


def test_a_test_says_when_it_cannot_be_sealed(receiver) -> None:
    endpoint = point("provider", url=receiver.url, secret=receiver.secret, public_key=receiver.public_key)
    endpoint.queue.recipients = []
    assert not trial.send(endpoint, now=timezone.now()).worked


def test_what_was_received_before_the_switch_stays_where_it_is(receiver, tmp_path) -> None:
    """Neither sent again to the new receiver, nor named to it; and it is asked for its own afterwards."""
    before = send()
    assert drain() == 1  # in memory
    set_up(receiver, tmp_path)
    command("use", "provider")
    after = send()
    assert drain() == 1
    assert not any(reconciliation.compare(now=timezone.now()).values()) and drain() == 0
    assert {file.stem for file in receiver.folder.glob("*.age")} == {after.reference}
    Queue.objects.update(transport="memory")
    (receiver.folder / f"{after.reference}.age").write_bytes(b"damaged")
    assert reconciliation.compare(now=timezone.now())[reconciliation.OTHER] == 1
    assert Memory.box.keys() == {before.reference}


@pytest.mark.once
def test_a_broker_is_set_up_by_command_and_the_reference_receiver_opens_its_letters(
    keys, tmp_path, settings
) -> None:
    """The whole way: command, worker, broker, a receiver in a process of its own, both receipts."""
    settings.AMQP_PLAIN_HOSTS = ["127.0.0.1"]
    no_rest()
    (tmp_path / "team.txt").write_text(f"{keys['provider']}\n")
    (tmp_path / "team.txt").chmod(0o600)
    with shared_broker() as url, fetching(tmp_path, url, "--open-with", tmp_path / "team.txt") as running:
        (tmp_path / "password").write_text("guest\n")
        (tmp_path / "secret").write_text(running.secret)
        files = [f"--password-file={tmp_path}/password", f"--secret-file={tmp_path}/secret"]
        names = ["--user=guest", f"--letters={running.letters}", f"--replies={running.replies}"]
        broker = [f"--url={running.url}", f"--public-key={running.public_key}", "--kind=amqp"]
        said = command("set", "provider", *broker, *names, *files)
        assert "Kept." in said and "guest" not in said
        assert "signed for TST-" in command("test", "provider")
        command("use", "provider", "--kind=amqp")
        letter = send()
        wait_until(lambda: drain() or letter_is(letter, State.RECEIVED))
        assert (running.folder / f"{letter.reference}.age").read_bytes() == bytes(letter.sealed)
        wait_until(lambda: progress.go_round(now=timezone.now()))
        assert letter_is(letter, State.OPENED)
        (running.folder / f"{letter.reference}.closed").touch()
        Heartbeat.objects.filter(worker="progress, closed").delete()
        wait_until(lambda: Amqp().listen() or Amqp().opened([letter.reference])[letter.reference].closed_at)
        assert progress.go_round(now=timezone.now()) == 1 and letter_is(letter, State.CLOSED)
        Amqp().listen()
        assert not Handover.objects.exists()  # over: nothing of it is needed any more
        assert "amqp amqp://127.0.0.1" in command("show") and "in use" in command("show")


def letter_is(letter: Referral, state: str) -> bool:
    letter.refresh_from_db()
    return letter.state == state


def test_with_two_receivers_the_one_in_use_is_meant(receiver, tmp_path) -> None:
    set_up(receiver, tmp_path)
    point("provider", url="amqps://broker.example", secret=receiver.secret, public_key="", kind="amqp")
    with pytest.raises(CommandError, match="name one: --kind"):
        Queue.objects.filter(slug="provider").update(transport="memory")
        command("test", "provider")
    assert "signed for TST-" in command("use", "provider", "--kind=webhook")
    assert "signed for TST-" in command("test", "provider")


def test_a_broker_without_what_it_needs_is_not_kept(tmp_path) -> None:
    with pytest.raises(CommandError) as error:
        command("set", "provider", "--kind=amqp", "--url=amqps://broker.example", "--new-secret")
    words = str(error.value)
    assert all(f"{name}: This is needed." in words for name in ("user", "password", "letters", "replies"))
    assert not Endpoint.objects.exists()
