"""A broker, the way to it and the receiver behind it fail in every way there is: a confirm is never taken
for a receipt, nothing is lost, nothing arrives twice, and no try takes longer than it may.
"""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from selfreferral import delivery, signatures
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Handover, Referral
from selfreferral.transports import amqp
from selfreferral.transports.amqp import Amqp
from selfreferral.transports.base import Refused, Unreachable
from tests.faults import broker_side
from tests.faults.authority import Authority
from tests.faults.broker_side import SHORT, deliver, open_alarms
from tests.faults.middleman import AGAIN, STALLING, WAYS, Middleman
from tests.faults.sending import LETTER, SEALED
from tests.faults.world import wait_until
from tests.selfreferral.broker import Desk, no_rest
from tests.selfreferral.somebody import send

brief, endpoint, transactional_keys = broker_side.brief, broker_side.endpoint, broker_side.transactional_keys


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
