"""The worker: leases with a fence, waits, quarantine, receipts that verify, and a heartbeat."""

import hashlib
import itertools
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from selfreferral import delivery, events, receipts
from selfreferral.delivery import LEASE, LONGEST, SHORTEST, SURPRISES
from selfreferral.management.commands.deliver_referrals import drain, run
from selfreferral.models import Event, Heartbeat, Queue, Referral
from selfreferral.transports import memory
from selfreferral.transports.base import Refused, Unreachable
from tests.selfreferral.somebody import send

State = Referral.State
LATER = timedelta(hours=1)


@pytest.fixture
def letter(keys, box) -> Referral:
    return send()


def now():
    return timezone.now()


def lease():
    return delivery.lease(now=now())


def due_again(**changes) -> None:
    """As if the wait, or the lease, were over."""
    past = now() - timedelta(seconds=1)
    Referral.objects.filter(state=State.LEASED).update(leased_until=past)
    Referral.objects.exclude(next_attempt_at=None).update(next_attempt_at=past, **changes)


def what_happened(referral: Referral) -> list[str]:
    assert events.first_broken(referral.reference) is None
    return list(
        Event.objects.filter(reference=referral.reference).order_by("number").values_list("what", flat=True)
    )


def fail_with(monkeypatch, error: Exception) -> None:
    def deliver(self, **letter):
        raise error

    monkeypatch.setattr(memory.Memory, "deliver", deliver)


def test_a_letter_arrives_as_it_was_sealed(letter, box) -> None:
    assert drain() == 1
    arrived = box[letter.reference]
    assert arrived.sealed == bytes(letter.sealed) and arrived.queue_slug == "provider"
    assert set(arrived.metadata) == {"urgency", "age_band", "area_code", "form_version", "created_at"}
    letter.refresh_from_db()
    assert (letter.state, letter.leased_until, letter.attempts) == (State.RECEIVED, None, 1)
    assert what_happened(letter) == ["accepted", "received"]
    assert drain() == 0 and len(box) == 1


def test_a_leased_letter_is_nobody_elses(letter) -> None:
    assert lease() and lease() is None
    due_again()
    assert lease().fence == 2


def test_a_worker_paused_past_its_lease_may_not_write(letter, box) -> None:
    slow = lease()
    due_again()
    quick = lease()
    receipt = delivery._hand_over(slow.referral)
    assert delivery.received(slow, receipt) is False
    assert delivery.put_back(slow, State.READY) is False
    letter.refresh_from_db()
    assert (letter.state, letter.fence) == (State.LEASED, quick.fence)
    assert delivery.received(quick, receipt) is True
    assert delivery.put_back(slow, State.READY) is False
    assert what_happened(letter) == ["accepted", "received"] and len(box) == 1


def test_an_unreachable_receiver_is_tried_without_a_limit(letter, box, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        fail_with(patched, Unreachable())
        for _ in range(30):
            due_again()
            assert drain() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.surprises) == (State.READY, 30, 0)
    assert SHORTEST <= letter.next_attempt_at - now() + timedelta(seconds=1) <= LONGEST + SHORTEST
    assert drain() == 0  # it waits
    due_again()
    assert drain() == 1 and list(box) == [letter.reference]


def test_the_wait_is_random_and_grows_from_5_s_to_5_min() -> None:
    for attempts in range(60):
        waits = [delivery.backoff(attempts) for _ in range(20)]
        assert min(waits) >= SHORTEST and max(waits) <= LONGEST
    assert max(delivery.backoff(1) for _ in range(50)) <= timedelta(seconds=10)
    assert len({delivery.backoff(8) for _ in range(20)}) > 15


FORGERIES = {
    "no receipt": lambda letter: None,
    "another letter's": lambda letter: receipts.sign("CCC-CCC", letter["digest"], now()),
    "another digest": lambda letter: receipts.sign(letter["reference"], "0" * 64, now()),
    "another key": lambda letter: receipts.sign(letter["reference"], letter["digest"], now(), key="x"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_only_a_verified_receipt_counts(letter, monkeypatch, forge) -> None:
    monkeypatch.setattr(memory.Memory, "deliver", lambda self, **letter: forge(letter))
    assert drain() == 0
    letter.refresh_from_db()
    assert letter.state == State.READY and what_happened(letter) == ["accepted"]


def test_a_refused_letter_is_kept_alarmed_and_tried_slowly(letter, box, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        fail_with(patched, Refused())
        for _ in range(3):
            due_again()
            drain()
    letter.refresh_from_db()
    assert letter.state == State.QUARANTINED and letter in Referral.objects.outstanding()
    assert what_happened(letter) == ["accepted", "quarantined: refused"]
    assert letter.next_attempt_at - now() > LONGEST - timedelta(seconds=5)
    due_again()
    assert drain() == 1 and what_happened(letter)[-1] == "received"


def test_a_letter_that_breaks_us_stands_aside_and_others_go_on(letter, box, monkeypatch) -> None:
    real = memory.Memory.deliver

    def deliver(self, **given):
        if given["reference"] == letter.reference:
            raise ZeroDivisionError("a fault of ours")
        return real(self, **given)

    monkeypatch.setattr(memory.Memory, "deliver", deliver)
    good = send()
    for _ in range(SURPRISES):
        drain()
        due_again()
    assert list(box) == [good.reference]
    letter.refresh_from_db()
    assert letter.state == State.QUARANTINED and what_happened(letter)[1:] == [
        "quarantined: failed too often"
    ]


def test_a_letter_that_kills_its_worker_waits_for_somebody_to_look(letter, box) -> None:
    held = [lease() for _ in range(SURPRISES) if due_again() is None]
    assert all(held)
    due_again()
    assert lease() is None
    letter.refresh_from_db()
    assert (letter.state, letter.next_attempt_at) == (State.QUARANTINED, None)
    assert what_happened(letter)[1:] == ["quarantined: left behind too often"]
    call_command("deliver_referrals", release=letter.reference, stdout=StringIO())
    assert drain() == 1 and what_happened(letter)[2:] == ["released", "received"]
    with pytest.raises(CommandError):
        call_command("deliver_referrals", release=letter.reference)


def test_damaged_bytes_are_never_delivered(letter, box) -> None:
    Referral.objects.update(sealed=b"damaged")
    assert drain() == 0 and box == {}
    letter.refresh_from_db()
    assert letter.state == State.QUARANTINED


def test_when_a_receiver_is_back_nothing_waits_for_its_turn(keys, box, monkeypatch) -> None:
    letters = [send() for _ in range(5)]
    with monkeypatch.context() as patched:
        fail_with(patched, Unreachable())
        drain()
    Referral.objects.update(next_attempt_at=now() + LATER)
    assert drain() == 0
    delivery.sweep()  # one goes to look, and the others follow
    assert Referral.objects.filter(next_attempt_at__lte=now()).count() == 1
    assert drain() == len(letters) == len(box)


@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_whatever_happens(keys, box, monkeypatch) -> None:
    letter, rounds = send(), itertools.count()

    class Stop:
        """Lets three rounds pass."""

        over = False

        def is_set(self) -> bool:
            return self.over

        def wait(self, seconds: float) -> None:
            self.over = next(rounds) == 2

    real, failures = delivery.lease, iter([ValueError("bug")])

    def lease_after_a_failure(**options):
        for error in failures:
            raise error
        return real(**options)

    monkeypatch.setattr(delivery, "lease", lease_after_a_failure)
    run(until=Stop())  # type: ignore[arg-type]
    assert list(box) == [letter.reference]
    assert now() - Heartbeat.objects.get(worker=delivery.WORKER).at < timedelta(seconds=30)


def test_once_says_how_many(letter, box) -> None:
    out = StringIO()
    call_command("deliver_referrals", once=True, stdout=out)
    assert out.getvalue() == "1 received.\n"
    assert Heartbeat.objects.filter(worker=delivery.WORKER).count() == 1


def health() -> tuple[int, str]:
    response = Client().get("/health/referrals/")
    return response.status_code, response.json()["status"]


def test_health_is_red_when_something_waits_too_long(letter, box) -> None:
    delivery.beat()
    Referral.objects.update(created_at=now())
    assert health() == (200, "ok")
    Referral.objects.update(created_at=now() - timedelta(minutes=6))
    assert health() == (503, "late")
    drain()
    assert health() == (200, "ok")


def test_health_is_red_when_the_worker_stands_still(letter) -> None:
    Referral.objects.update(created_at=now())
    assert health() == (503, "worker")  # it waits, and no worker ever came round
    delivery.beat()
    Heartbeat.objects.update(at=F("at") - timedelta(minutes=6))
    assert health() == (503, "worker")


def test_health_is_red_while_a_letter_needs_somebody_to_look(letter, box) -> None:
    delivery.beat()
    Referral.objects.update(created_at=now(), digest=hashlib.sha256(b"x").hexdigest())
    drain()
    assert health() == (503, "quarantined")
    assert letter.reference not in Client().get("/health/referrals/").content.decode()


def test_health_is_red_while_a_queue_cannot_be_sealed_for(keys) -> None:
    delivery.beat()
    assert health() == (200, "ok")
    Queue.objects.filter(slug="children").update(recipients=[])
    assert health() == (503, "keys")


def test_a_lease_is_longer_than_a_round_and_shorter_than_recovery() -> None:
    assert timedelta(seconds=10) < LEASE < timedelta(seconds=60)
