"""A receiver elsewhere fails in every way there is: only its own fresh signature counts, nothing is
lost, nothing arrives twice, and whatever it does is over in the time that one try may take.
"""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from selfreferral import alarms, delivery, progress
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Alarm, Event, Queue, Referral
from selfreferral.transports import webhook, wire
from selfreferral.transports.base import Refused, Unreachable
from selfreferral.transports.webhook import Webhook
from tests.faults import acts, webhook_acts
from tests.faults.nasty import AGAIN, RECEIVED, REFUSED, STALLING, WAYS, Nasty, storm
from tests.faults.proof import AT_ONCE, PEOPLE, ROUNDS, people, record
from tests.faults.sending import QUICK, SEALED, deliver, endpoint
from tests.faults.world import World
from tests.selfreferral.receiver import point
from tests.selfreferral.somebody import queues_with_keys, send

HOUR = timedelta(hours=1)
State = Referral.State


@pytest.mark.parametrize("way", WAYS)
def test_what_comes_of_it(nasty: Nasty, way: str) -> None:
    to, started = endpoint(nasty), time.monotonic()
    nasty.ways = [way]
    expected = Refused if way in REFUSED else None if way in RECEIVED else Unreachable
    if expected:
        with pytest.raises(expected):
            deliver(to)
    else:
        assert deliver(to).reference == "K7M-4QX"
    assert time.monotonic() - started < QUICK + 2
    assert len(nasty.heard) == 1  # nothing was followed, nothing sent twice
    Webhook.resting.clear()
    deliver(to)
    assert nasty.letters() == {"K7M-4QX": SEALED}


def test_the_real_limits() -> None:
    assert (wire.AT_MOST, wire.LONGEST) == (10.0, 65536)
    assert delivery.LEASE.total_seconds() > 2 * wire.AT_MOST


@pytest.mark.parametrize("way", sorted(STALLING))
def test_one_that_costs_time_rests_and_costs_no_more(nasty: Nasty, way: str) -> None:
    nasty.ways = [way]
    for _ in range(5):
        with pytest.raises(Unreachable):
            deliver(endpoint(nasty))
    assert len(nasty.heard) == 1
    assert 15 < Webhook.resting[1] - time.monotonic() <= webhook.REST


@pytest.mark.parametrize(("way", "seconds"), [("429 and wait", 1), ("503 and wait for a year", 60)])
def test_it_rests_for_as_long_as_it_asks_within_a_minute(nasty: Nasty, way: str, seconds: int) -> None:
    nasty.ways = [way]
    with pytest.raises(Unreachable):
        deliver(endpoint(nasty))
    assert seconds - 1 < Webhook.resting[1] - time.monotonic() <= seconds


def test_an_answer_that_was_overheard_is_of_no_use_later(nasty: Nasty) -> None:
    """Somebody in between repeats what the receiver itself signed a moment ago."""
    overheard: list[bytes] = []
    WAYS["overheard"] = lambda n, connection, *request: connection.sendall(overheard[0])
    real = Nasty.real

    def listen_in(self, path, headers, body):
        signed, answer = real(self, path, headers, body)
        lines = [f"{name}: {value}" for name, value in signed.items()]
        head = "\r\n".join(["HTTP/1.1 200 So", *lines, f"Content-Length: {len(answer)}", "", ""])
        overheard.append(head.encode() + answer)
        return signed, answer

    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Nasty, "real", listen_in)
            deliver(endpoint(nasty))
        nasty.ways = ["overheard"]
        time.sleep(1.1)  # timestamps are whole seconds; the request is another one
        with pytest.raises(Unreachable, match="something else"):
            deliver(endpoint(nasty))
    finally:
        del WAYS["overheard"]


PATCHES = {**AT_ONCE, "selfreferral.transports.wire.AT_MOST": QUICK}


def arrived_once(world: World, nasty: Nasty, told: list, *, fault: str) -> None:
    (found,) = world.do(webhook_acts.outbox)
    sent = {reference: bytes.fromhex(sealed) for reference, sealed in found["sealed"].items()}
    record(fault, lost=len(set(sent) - set(nasty.letters())), duplicated=len(found["received"]) - len(sent))
    assert {line[1] for line in told} == set(sent)
    assert nasty.letters() == sent
    assert sorted(found["received"]) == sorted(sent) and found["broken"] == 0


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_through_a_storm_of_faults_everything_arrives_once(world: World, nasty: Nasty, seed: int) -> None:
    world.do(webhook_acts.furnish, nasty.url, nasty.secret, nasty.public_key)
    told = world.do(acts.post, people(seed))
    nasty.ways = storm(seed, 5 * PEOPLE)
    for _ in range(10):
        (states,) = world.do(webhook_acts.deliver, 1, patches=PATCHES)
        marked = {reference for reference, state in states.items() if state == State.RECEIVED}
        assert marked <= set(nasty.letters())  # never marked before it lies there
        assert set(states.values()) <= {State.RECEIVED, State.READY}
    nasty.ways = []
    (states,) = world.do(webhook_acts.recover, patches=PATCHES)
    assert set(states.values()) == {State.RECEIVED}
    arrived_once(world, nasty, told, fault="webhook storm")


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", ["leased", "sent, not recorded"])
def test_the_worker_is_killed_beside_it(world: World, nasty: Nasty, cut: str, seed: int) -> None:
    world.do(webhook_acts.furnish, nasty.url, nasty.secret, nasty.public_key)
    told = world.do(acts.post, people(seed))
    soon = {**PATCHES, "selfreferral.delivery.LEASE": timedelta(seconds=0.3)}
    process = world.start(acts.deliver, cut=cut, nth=seed % PEOPLE + 1, patches=soon)
    process.said()
    assert process.killed
    time.sleep(0.4)
    world.do(acts.deliver, patches=soon)
    arrived_once(world, nasty, told, fault=f"worker killed beside a webhook: {cut}")


@pytest.fixture
def queues(nasty: Nasty) -> None:
    queues_with_keys()
    point("high-risk", url=nasty.url, secret=nasty.secret, public_key=nasty.public_key)
    Queue.objects.update(transport="webhook")
    point("provider", url=nasty.url, secret=nasty.secret, public_key=nasty.public_key)


def open_alarms(after: timedelta) -> set[str]:
    """Those that would be open then, with letters sent now."""
    alarms.go_round(now=timezone.now() + after)
    return set(Alarm.objects.values_list("kind", flat=True)) - {"keys", "urgent"}


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["503", "stored, then reset", "a sign-in page"])
def test_down_for_an_hour_and_back(nasty: Nasty, queues: None, way: str) -> None:
    references = {send().reference for _ in range(5)}
    Referral.objects.update(created_at=timezone.now(), urgency="urgent")
    nasty.usual = way
    for minute in range(0, 60, 5):
        Referral.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        assert drain() == 0
        expected = {"not-received"} if minute >= 5 else set()
        assert open_alarms(timedelta(minutes=minute, seconds=1)) == expected
    assert Referral.objects.outstanding().count() == 5
    assert min(Referral.objects.values_list("attempts", flat=True)) == 12
    nasty.usual = "good"
    Referral.objects.update(next_attempt_at=timezone.now() + HOUR)
    delivery.sweep()
    assert drain() == 5
    assert set(nasty.letters()) == references
    assert Event.objects.filter(what="received").count() == 5
    assert open_alarms(HOUR) == set()
    # Received is not seen: the agreed time goes on until a person opened it there.
    assert open_alarms(timedelta(hours=2, seconds=1)) == {"urgent-unopened"}
    for reference in references:
        (nasty.folder / f"{reference}.opened").touch()
    assert progress.go_round(now=timezone.now()) == 5
    assert open_alarms(timedelta(hours=2, seconds=1)) == set()


@pytest.mark.django_db
def test_what_it_refuses_alarms_at_once_and_is_kept(nasty: Nasty, queues: None, caplog) -> None:
    letter = send()
    Referral.objects.update(created_at=timezone.now())
    nasty.usual = "401"
    drain()
    assert "The receiver of provider did not take a letter. It answered 401." in caplog.text
    assert letter.reference not in caplog.text
    assert open_alarms(timedelta(seconds=1)) == {"quarantined"}
    nasty.usual = "good"
    delivery.release(letter.reference, now=timezone.now())
    assert drain() == 1 and open_alarms(timedelta(seconds=1)) == set()
    assert nasty.letters() == {letter.reference: bytes(letter.sealed)}


@pytest.mark.django_db
def test_one_that_hangs_does_not_hold_up_the_others(nasty: Nasty, queues: None, tmp_path) -> None:
    other = Nasty(tmp_path / "other")
    try:
        point("high-risk", url=other.url, secret=other.secret, public_key=other.public_key)
        letters = [send() for _ in range(8)]
        Referral.objects.filter(pk__in=[one.pk for one in letters[4:]]).update(
            queue=Queue.objects.get(slug="high-risk")
        )
        nasty.usual = "silent"
        started = time.monotonic()
        assert drain() == 4
        assert time.monotonic() - started < QUICK + 3
        assert len(other.letters()) == 4 and len(nasty.heard) == 1
        nasty.usual = "good"
        Webhook.resting.clear()
        delivery.sweep()
        assert drain() == 4 and len(nasty.letters()) == 4
    finally:
        other.down()


@pytest.mark.django_db
@pytest.mark.parametrize("way", [*AGAIN, *sorted(REFUSED)])
def test_a_bad_answer_to_a_question_opens_nothing_and_loses_nothing(nasty: Nasty, queues: None, way) -> None:
    letter = send()
    drain()
    (nasty.folder / f"{letter.reference}.opened").touch()
    nasty.ways = [way, way]
    assert progress.go_round(now=timezone.now()) == 0
    Webhook.resting.clear()
    assert Webhook().holds([letter.reference]) == {letter.reference: letter.digest}
    nasty.ways = []
    Webhook.resting.clear()
    assert progress.go_round(now=timezone.now()) == 1
