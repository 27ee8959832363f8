"""A broker, the way to it and the receiver behind it fail in every way there is: a confirm is never taken
for a receipt, nothing is lost, nothing arrives twice, and no try takes longer than it may.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pytest
from django.utils import timezone

from selfreferral import alarms, delivery, progress, signatures
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Alarm, Endpoint, Event, Handover, Queue, Referral
from selfreferral.receipts import Receipt
from selfreferral.transports import amqp
from selfreferral.transports.amqp import Amqp
from selfreferral.transports.base import Refused, Unreachable
from tests.faults import acts, amqp_acts, webhook_acts
from tests.faults.authority import Authority
from tests.faults.middleman import AGAIN, STALLING, WAYS, Middleman, storm
from tests.faults.proof import AT_ONCE, PEOPLE, ROUNDS, people, record
from tests.faults.sending import LETTER, SEALED
from tests.faults.world import BROKER_CUTS, World, wait_until
from tests.selfreferral.broker import Desk, no_rest
from tests.selfreferral.somebody import queues_with_keys, send
from tests.throwaway import rabbitmq

HOUR = timedelta(hours=1)
SHORT = 1.0  # seconds that a try may take here, where it stalls
BRIEF = {"selfreferral.transports.amqp.PATIENCE": 0.1}
QUICK = {
    **BRIEF,
    "selfreferral.transports.amqp.AT_MOST": SHORT,
    "selfreferral.transports.handovers.FIRST_COPY": timedelta(seconds=0.1),
    "selfreferral.transports.handovers.LYING_THERE": timedelta(seconds=1),
}
State = Referral.State


@pytest.fixture
def brief(monkeypatch) -> None:
    """Nobody waits long for a receipt that a test keeps back."""
    monkeypatch.setattr(amqp, "PATIENCE", 0.1)


@pytest.fixture
def endpoint(desk: Desk, middle: Middleman, transactional_keys: Any) -> Endpoint:
    return desk.point("provider", **desk.given_over(middle.port))


@pytest.fixture
def transactional_keys(request: pytest.FixtureRequest) -> Any:
    """Queues with keys; after the database, which these tests ask for by their mark."""
    return queues_with_keys()


def deliver(to: Endpoint, **changes: Any) -> Receipt:
    no_rest()
    return Amqp().deliver_to(to, **{**LETTER, **changes})


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_what_comes_of_it(desk: Desk, middle: Middleman, endpoint, brief, monkeypatch, way: str) -> None:
    if way in STALLING:
        monkeypatch.setattr(amqp, "AT_MOST", SHORT)
    started, middle.ways = time.monotonic(), [way]
    with pytest.raises(Unreachable) as error:
        deliver(endpoint)
    assert time.monotonic() - started < SHORT + 4
    assert isinstance(error.value, amqp.Waiting) == (way not in AGAIN)
    monkeypatch.setattr(amqp, "AT_MOST", 10.0)
    monkeypatch.setattr(amqp, "PATIENCE", 5.0)
    with desk.open():
        assert deliver(endpoint).reference == "K7M-4QX"
    assert desk.letters() == {"K7M-4QX": SEALED}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("way", ["cut before the receipt", "cut before our thanks"])
def test_a_receipt_on_its_way_is_not_lost(desk: Desk, middle: Middleman, endpoint, brief, way: str) -> None:
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    with desk.open():
        wait_until(lambda: desk.lying(desk.replies_queue) == 1)
    middle.ways = [way]
    if way == "cut before the receipt":
        with pytest.raises(Unreachable):
            deliver(endpoint)
    else:
        deliver(endpoint)
        wait_until(lambda: desk.lying(desk.replies_queue) == 1)  # it comes again, and does no harm
        Amqp().listen()
    assert deliver(endpoint).reference == "K7M-4QX"
    assert Handover.objects.get().copies == 1 and desk.lying(desk.replies_queue) == 0


def test_the_real_limits() -> None:
    assert (amqp.AT_MOST, amqp.PATIENCE) == (10.0, 2.0)
    assert delivery.LEASE.total_seconds() > 2 * amqp.AT_MOST


@pytest.mark.once
@pytest.mark.django_db
def test_one_that_costs_time_rests_and_costs_no_more(middle: Middleman, endpoint, monkeypatch) -> None:
    monkeypatch.setattr(amqp, "AT_MOST", SHORT)
    middle.usual = "silent"
    for _ in range(4):
        with pytest.raises(Unreachable):
            Amqp().deliver_to(endpoint, **LETTER)
    assert middle.heard == 1
    assert 15 < Amqp.resting[endpoint.pk] - time.monotonic() <= amqp.REST


# --- what is no receipt -----------------------------------------------------------------------------
def said(desk: Desk, sent: dict[str, str], **changes: Any) -> dict[str, Any]:
    whole = {
        "type": "referral.received",
        "answers": sent["webhook-signature"],
        "reference": "K7M-4QX",
        "digest": LETTER["digest"],
        "received_at": datetime.now(UTC).isoformat(),
        **changes,
    }
    return {name: value for name, value in whole.items() if value != "left out"}


def signed(
    desk: Desk, what: Any, *, late: float = 0, key: str = "", id: str = "K7M-4QX"
) -> tuple[dict[str, str], bytes]:
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    now = datetime.now(UTC) - timedelta(seconds=late)
    return signatures.headers(key or desk.private, id=id, body=body, now=now), body


FORGED = {
    "signed by another": lambda d, s: signed(d, said(d, s), key=signatures.new_pair()[0]),
    "signed with the secret": lambda d, s: signed(d, said(d, s), key=d.secret),
    "not signed": lambda d, s: ({"webhook-id": "K7M-4QX"}, json.dumps(said(d, s)).encode()),
    "no headers": lambda d, s: ({}, json.dumps(said(d, s)).encode()),
    "changed on its way": lambda d, s: (signed(d, said(d, s))[0], json.dumps(said(d, s)).encode() + b" "),
    "signed before it was sent": lambda d, s: signed(d, said(d, s), late=600),
    "signed in ten minutes": lambda d, s: signed(d, said(d, s), late=-600),
    "an answer to another copy": lambda d, s: signed(d, said(d, s, answers="v1,AAAA")),
    "an answer to nothing": lambda d, s: signed(d, said(d, s, answers="left out")),
    "another id": lambda d, s: signed(d, said(d, s), id="CCC-CCC"),
    "another reference": lambda d, s: signed(d, said(d, s, reference="CCC-CCC")),
    "another digest": lambda d, s: signed(d, said(d, s, digest="0" * 64)),
    "received tomorrow": lambda d, s: signed(d, said(d, s, received_at="2999-01-01T00:00:00Z")),
    "received without a zone": lambda d, s: signed(d, said(d, s, received_at="2026-01-01T00:00:00")),
    "received never": lambda d, s: signed(d, said(d, s, received_at=None)),
    "of no kind": lambda d, s: signed(d, said(d, s, type="left out")),
    "of an unknown kind": lambda d, s: signed(d, said(d, s, type="referral.eaten")),
    "no JSON": lambda d, s: signed(d, b"received, thank you"),
    "a list": lambda d, s: signed(d, b"[]"),
    "too deep": lambda d, s: signed(d, b"[" * 30_000),
    "too long": lambda d, s: signed(d, said(d, s, more="x" * 70_000)),
    "empty": lambda d, s: signed(d, b""),
    "a page": lambda d, s: ({}, b"<h1>Please sign in</h1>"),
    "opened, by another": lambda d, s: signed(
        d, said(d, s, type="referral.opened", opened_at="2026-01-01T00:00:00Z"), key=signatures.new_pair()[0]
    ),
    "opened tomorrow": lambda d, s: signed(
        d, said(d, s, type="referral.opened", opened_at="2999-01-01T00:00:00Z")
    ),
}


def put(desk: Desk, headers: dict[str, str], body: bytes) -> None:
    with desk.channel() as channel:
        channel.basic_publish("", desk.replies_queue, body, pika.BasicProperties(headers=headers))


@pytest.mark.once
@pytest.mark.django_db
def test_what_is_no_receipt_moves_nothing_and_is_on_record(desk: Desk, endpoint, brief) -> None:
    send()
    Referral.objects.update(reference="K7M-4QX", digest=LETTER["digest"], sealed=SEALED)
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    with desk.channel() as channel:
        _method, properties, body = channel.basic_get(desk.letters_queue)
    sent = dict(properties.headers)
    before = Handover.objects.values().get()
    for name, forge in FORGED.items():
        put(desk, *forge(desk, sent))
        Amqp().listen()
        assert Handover.objects.values().get() == before, name
        assert Amqp().opened(["K7M-4QX"]) == {}, name
    assert desk.lying(desk.replies_queue) == 0  # none of them stands in the way of a right one
    right = signed(desk, said(desk, sent))
    put(desk, *right)
    put(desk, *right)
    assert deliver(endpoint).digest == LETTER["digest"]


@pytest.mark.django_db
def test_what_is_not_believed_stands_on_the_record_once(desk: Desk, endpoint, brief, caplog) -> None:
    letter = send()
    assert drain() == 0
    with desk.channel() as channel:
        _method, properties, _body = channel.basic_get(desk.letters_queue)
    for _ in range(3):
        wrong = said(desk, dict(properties.headers), reference=letter.reference, digest="0" * 64)
        put(desk, *signed(desk, wrong, id=letter.reference))
    Amqp().listen()
    lines = list(Event.objects.filter(reference=letter.reference).values_list("what", flat=True))
    assert lines == ["accepted", "a receipt was refused"]
    assert "about another letter" in caplog.text and letter.reference not in caplog.text


@pytest.mark.once
@pytest.mark.django_db
def test_a_receipt_of_an_earlier_life_is_none(desk: Desk, endpoint, brief) -> None:
    """The letter is sent anew, as after a restored backup; somebody repeats what was signed for it before."""
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    with desk.channel() as channel:
        _method, properties, _body = channel.basic_get(desk.letters_queue)
    overheard = signed(desk, said(desk, dict(properties.headers)))
    Handover.objects.all().delete()
    time.sleep(1.1)  # timestamps are whole seconds; the copy is another one
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    put(desk, *overheard)
    Amqp().listen()
    assert Handover.objects.get().signed is None


# --- what alarms at once ------------------------------------------------------------------------------
def open_alarms(after: timedelta) -> set[str]:
    """Those that would be open then, with letters sent now."""
    alarms.go_round(now=timezone.now() + after)
    return set(Alarm.objects.values_list("kind", flat=True)) - {"keys", "urgent"}


ALARMING = {
    "another password": lambda desk: {"closed": {"password": "sesame"}},
    "another virtual host": lambda desk: {"url": f"{desk.given['url']}/elsewhere"},
    "no queue for letters": lambda desk: {"options": {**desk.given["options"], "letters": "nowhere"}},
    "no queue for receipts": lambda desk: {"options": {**desk.given["options"], "replies": "nowhere"}},
    "another secret": lambda desk: {"secret": signatures.new_secret()},
    "plain, where it may not be": lambda desk: {"url": "amqp://broker.example/"},
}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ALARMING.values(), ids=ALARMING)
def test_what_is_refused_alarms_at_once_and_is_kept(desk: Desk, endpoint, caplog, wrong) -> None:
    letter = send()
    Referral.objects.update(created_at=timezone.now())
    to = desk.point("provider", **wrong(desk))
    with desk.open():
        assert drain() == 0
        assert open_alarms(timedelta(seconds=1)) == {"quarantined"}, caplog.text
        assert letter.reference not in caplog.text and "sesame" not in caplog.text
        desk.point("provider")
        no_rest()
        delivery.release(letter.reference, now=timezone.now())
        assert drain() == 1 and open_alarms(timedelta(seconds=1)) == set()
    assert desk.letters() == {letter.reference: bytes(letter.sealed)} and to.pk


@pytest.mark.once
@pytest.mark.django_db
def test_a_queue_that_goes_while_we_look_sends_the_letter_back(desk: Desk, endpoint, brief, monkeypatch):
    """What `mandatory` is for: the broker would confirm a letter that it throws away."""
    monkeypatch.setattr("selfreferral.transports.line.Line.waiting", lambda self, queue: 0)
    with desk.channel() as channel:
        channel.queue_delete(desk.letters_queue)
    with pytest.raises(Refused, match="came back"):
        deliver(endpoint)
    assert Handover.objects.get().copies == 0
    desk.make()


@pytest.mark.once
@pytest.mark.django_db
def test_a_full_queue_takes_nothing_and_is_tried_again(desk: Desk, endpoint, brief) -> None:
    with desk.channel() as channel:
        channel.queue_delete(desk.letters_queue)
        limits = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare(desk.letters_queue, durable=True, arguments=limits)
    errors = []
    for number in range(8):
        with pytest.raises(Unreachable) as error:
            deliver(endpoint, reference=f"CCC-CC{number + 2}")
        errors.append(str(error.value))
    assert "nack" in errors[-1]
    confirmed = Handover.objects.filter(copies=1).count()
    assert confirmed == desk.lying(desk.letters_queue) < 8


# --- the way there ------------------------------------------------------------------------------------
CERTIFICATES = {
    "self-signed": ({"host": "localhost", "self_signed": True}, "certificate"),
    "for another host": ({"host": "other.example"}, "certificate"),
    "ended": ({"host": "localhost", "ended": True}, "certificate"),
    "right": ({"host": "localhost"}, ""),
}


@pytest.mark.once
@pytest.mark.django_db
def test_only_a_right_certificate_gets_a_letter(desk: Desk, endpoint, brief, settings, tmp_path) -> None:
    authority = Authority(tmp_path)
    settings.AMQP_PLAIN_HOSTS, settings.WEBHOOK_PRIVATE_HOSTS = [], ["localhost"]
    settings.WEBHOOK_CA_FILE = str(authority.file)
    for options, words in CERTIFICATES.values():
        middle = Middleman(desk.port, context=authority.context(**options))
        endpoint.url = f"amqps://localhost:{middle.port}"
        with pytest.raises(Unreachable) as error:
            deliver(endpoint)
        assert words in str(error.value)
        assert isinstance(error.value, amqp.Waiting) == (words == "")
        middle.down()
    assert desk.lying(desk.letters_queue) == 1
    endpoint.url = desk.given["url"].replace("amqp:", "amqps:")
    with pytest.raises((Unreachable, Refused)):
        deliver(endpoint, reference="CCC-CCC")
    assert desk.lying(desk.letters_queue) == 1


@pytest.mark.once
@pytest.mark.django_db
def test_a_name_that_leads_inside_leads_nowhere(endpoint, settings) -> None:
    settings.AMQP_PLAIN_HOSTS = []
    endpoint.url = "amqps://localhost:5671"
    with pytest.raises(Refused, match="private network"):
        deliver(endpoint)


# --- nothing lost, nothing twice ----------------------------------------------------------------------
def arrived_once(world: World, desk: Desk, told: list, *, fault: str, **figures: Any) -> None:
    (found,) = world.do(webhook_acts.outbox)
    sent = {reference: bytes.fromhex(sealed) for reference, sealed in found["sealed"].items()}
    stored = sum(words.endswith(" stored") for words in desk.said)
    twice = stored - len(desk.letters()) + len(found["received"]) - len(sent)
    record(fault, lost=len(set(sent) - set(desk.letters())), duplicated=twice, **figures)
    assert {line[1] for line in told} == set(sent)
    assert desk.letters() == sent and twice == 0
    assert sorted(found["received"]) == sorted(sent) and found["broken"] == 0


def recovered(world: World) -> float:
    started = time.monotonic()
    (states,) = world.do(amqp_acts.recover, 120, patches={**AT_ONCE, **BRIEF})
    assert set(states.values()) == {State.RECEIVED}
    return round(time.monotonic() - started, 2)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_through_a_storm_of_faults_everything_arrives_once(
    world: World, desk: Desk, middle: Middleman, seed: int
) -> None:
    world.do(amqp_acts.furnish, desk.given_over(middle.port))
    told = world.do(acts.post, people(seed))
    faults = middle.ways = storm(seed, 3 * PEOPLE)
    names = list(faults)
    for round in range(4):
        if round < 2:
            (states,) = world.do(amqp_acts.deliver, patches=QUICK)
        else:
            with desk.open():
                (states,) = world.do(amqp_acts.deliver, patches=QUICK)
        marked = {reference for reference, state in states.items() if state == State.RECEIVED}
        assert marked <= set(desk.letters())  # never marked before it lies there
        assert set(states.values()) <= {State.RECEIVED, State.READY}
    met = len(names) - len(middle.ways) - names[: len(names) - len(middle.ways)].count("good")
    middle.ways = []
    with desk.open():
        seconds = recovered(world)
    arrived_once(world, desk, told, fault="broker storm", injected=met, seconds=seconds)


CUTS = ["leased", *BROKER_CUTS, "sent, not recorded"]


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", CUTS)
def test_the_worker_is_killed_beside_it(world: World, desk: Desk, cut: str, seed: int) -> None:
    world.do(amqp_acts.furnish, desk.given)
    told = world.do(acts.post, people(seed))
    soon = {**AT_ONCE, "selfreferral.delivery.LEASE": timedelta(seconds=0.3)}
    with desk.open():
        process = world.start(acts.deliver, cut=cut, nth=seed % PEOPLE + 1, patches=soon)
        process.said()
        assert process.killed
        time.sleep(0.4)
        seconds = recovered(world)
    arrived_once(
        world, desk, told, fault=f"worker killed beside a broker: {cut}", injected=1, seconds=seconds
    )


@pytest.mark.once
@pytest.mark.timing  # a second broker starts twice, which takes a busy machine minutes
@pytest.mark.parametrize("seed", range(min(ROUNDS, 10)))
def test_the_broker_is_killed_with_letters_in_it(world: World, tmp_path, settings, seed: int) -> None:
    settings.AMQP_PLAIN_HOSTS = ["127.0.0.1"]
    with rabbitmq() as server:
        if server is None:
            pytest.skip("RabbitMQ is not installed: apt-get install rabbitmq-server")
        server.ready()
        desk = Desk(server.url, tmp_path / "desk")
        # RabbitMQ 3.10 writes a new quorum queue's name to the disk within three minutes; killed sooner it
        # has a queue that confirms nothing more. Ours was made long ago, like any that is in use.
        server.rest()
        world.do(amqp_acts.furnish, desk.given)
        told = world.do(acts.post, people(seed))
        world.do(amqp_acts.deliver, patches=BRIEF)
        (copies,) = world.do(amqp_acts.copies)
        assert set(copies.values()) == {1}  # confirmed, and nobody has fetched them
        server.stop()
        server.start()
        (states,) = world.do(amqp_acts.deliver, patches=BRIEF)
        assert set(states.values()) == {State.READY}
        server.ready()
        with desk.open():
            seconds = recovered(world)
        (again,) = world.do(amqp_acts.copies)
        assert again == copies  # what was confirmed was still there: nothing had to go again
        arrived_once(world, desk, told, fault="broker killed", injected=1, seconds=seconds)


@pytest.mark.once
@pytest.mark.django_db
def test_a_receiver_that_is_down_for_an_hour_and_back(desk: Desk, endpoint, brief) -> None:
    Queue.objects.exclude(slug="provider").update(transport="memory")
    references = {send().reference for _ in range(5)}
    Referral.objects.update(created_at=timezone.now(), urgency="urgent")
    for minute in range(0, 60, 10):
        Referral.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        assert drain() == 0
        expected = {"not-received"} if minute >= 5 else set()
        assert open_alarms(timedelta(minutes=minute, seconds=1)) == expected
    assert desk.lying(desk.letters_queue) == 5  # thirty tries, and not one copy more than needed
    Referral.objects.update(next_attempt_at=timezone.now() + HOUR)
    with desk.open():
        wait_until(lambda: desk.lying(desk.replies_queue) == 5)
        progress.go_round(now=timezone.now())  # hears the receipts, and makes the letters due
        assert drain() == 5
        assert set(desk.letters()) == references
        assert Event.objects.filter(what="received").count() == 5
        # Received is not seen: the agreed time goes on until a person opened it there.
        assert open_alarms(timedelta(hours=2, seconds=1)) == {"urgent-unopened"}
        for reference in references:
            (desk.folder / f"{reference}.opened").touch()
        wait_until(lambda: desk.lying(desk.replies_queue) == 5)
    assert progress.go_round(now=timezone.now()) == 5
    assert open_alarms(timedelta(hours=2, seconds=1)) == set()


@pytest.mark.once
@pytest.mark.django_db
def test_copies_go_again_only_when_ours_is_not_there_any_more(desk: Desk, endpoint, brief) -> None:
    def tried(**ago: float) -> int:
        """Copies, when the last one went so long ago."""
        Handover.objects.update(last_at=timezone.now() - timedelta(**ago))
        with pytest.raises(amqp.Waiting):
            deliver(endpoint)
        return Handover.objects.get().copies

    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    assert tried(minutes=2) == 1  # it lies there
    assert tried(hours=7) == 2
    with desk.channel() as channel:
        channel.queue_purge(desk.letters_queue)
    assert tried(minutes=1) == 2
    assert tried(minutes=2, seconds=1) == 3
    assert tried(hours=-5) == 4  # written while the clock was wrong
