"""What a receiver says that cannot be: it opens nothing, stops nothing, and stands in nobody's way."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from selfreferral import progress, receipts, reconciliation, signatures
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Comparison, Endpoint, Handover, Referral
from selfreferral.transports import line, replies
from selfreferral.transports.base import Progress, Unreachable
from tests.selfreferral.somebody import send

pytestmark = pytest.mark.django_db
BEFORE_THE_CALENDAR = "0001-01-01T00:00:00+01:00"
YEAR_1 = "0001-01-01T00:00:00Z"  # what some languages write for "not yet"


@pytest.fixture
def letter(keys, box) -> Referral:
    one = send()
    assert drain() == 1
    Referral.objects.update(created_at=timezone.now())
    one.refresh_from_db()
    return one


@pytest.fixture
def key() -> tuple[str, str]:
    return signatures.new_pair()


@pytest.fixture
def handover(letter: Referral, key: tuple[str, str]) -> Handover:
    endpoint = Endpoint.objects.create(
        queue=letter.queue, kind="amqp", url="amqps://a.example/", options={"replies": "r"}, public_key=key[1]
    )
    return endpoint.handovers.create(
        reference=letter.reference, digest=letter.digest, first_at=timezone.now(), signatures=["v1,a"]
    )


def say(handover: Handover, private: str, opened_at: str) -> bool:
    said = {"type": "referral.opened", "reference": handover.reference, "digest": handover.digest}
    body = json.dumps({**said, "answers": "v1,a", "opened_at": opened_at}).encode()
    headers = signatures.headers(private, id=handover.reference, body=body, now=timezone.now())
    return replies.take(handover.endpoint, headers, body, now=timezone.now())


@pytest.mark.parametrize("at", [BEFORE_THE_CALENDAR, YEAR_1, "9999-12-31T23:59:59-14:00"])
def test_a_broker_is_not_believed_that_a_letter_was_opened_then(handover, key, at: str) -> None:
    assert say(handover, key[0], at) is False
    handover.refresh_from_db()
    assert handover.opened_at is None
    assert say(handover, key[0], timezone.now().isoformat()) is True


@pytest.mark.parametrize("id", ["\x00", "K" * 300, ""])
def test_an_unsigned_word_about_no_letter_is_thrown_away(handover, id: str) -> None:
    assert replies.take(handover.endpoint, {"webhook-id": id}, b"{}", now=timezone.now()) is False


@pytest.mark.parametrize("words", [BEFORE_THE_CALENDAR, "9999-12-31T23:59:59-14:00"])
def test_a_time_outside_the_calendar_is_none(words: str) -> None:
    with pytest.raises(ValueError):
        receipts.moment(words)


def test_a_letter_opened_before_it_was_sent_stays_unopened(letter: Referral, monkeypatch) -> None:
    said = {letter.reference: Progress(datetime(1, 1, 1, tzinfo=UTC))}
    monkeypatch.setattr("selfreferral.transports.memory.Memory.opened", lambda *_: said)
    assert progress.go_round(now=timezone.now()) == 0
    said[letter.reference] = Progress(letter.created_at - timedelta(minutes=1))  # clocks differ
    progress.turns.Heartbeat.objects.all().delete()
    assert progress.go_round(now=timezone.now()) == 1


@pytest.mark.parametrize("name", ["COUNCIL-2026-000123", "K7M\x004QX"])
def test_what_is_no_reference_of_ours_stops_no_comparison(letter: Referral, monkeypatch, name: str) -> None:
    monkeypatch.setattr("selfreferral.transports.memory.Memory.everything", lambda _: iter([[name]]))
    assert not any(reconciliation.compare(now=timezone.now()).values())


def test_a_receiver_that_breaks_the_comparison_keeps_the_record_from_nothing(letter, monkeypatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("selfreferral.transports.memory.Memory.holds", broken)
    with pytest.raises(RuntimeError):
        reconciliation.compare(now=timezone.now())
    assert Comparison.objects.filter(what=reconciliation.RECORD).exists()


def test_at_another_address_what_is_not_signed_for_goes_again(handover: Handover) -> None:
    endpoint, just_now = handover.endpoint, timezone.now()
    Handover.objects.update(copies=3, last_at=just_now)
    endpoint.contact = "Somebody else"
    endpoint.save()
    handover.refresh_from_db()
    assert (handover.copies, handover.last_at) == (3, just_now)
    for change in ({"url": "amqps://b.example/"}, {"options": {"replies": "other"}}):
        Handover.objects.update(copies=3, last_at=just_now)
        for name, value in change.items():
            setattr(endpoint, name, value)
        endpoint.save()
        handover.refresh_from_db()
        assert (handover.copies, handover.last_at) == (0, None)


def test_of_several_addresses_of_a_broker_the_first_that_answers_counts(monkeypatch) -> None:
    tried: list[str] = []

    class Line(SimpleNamespace):
        def __init__(self, place: Any, address: str, until: float) -> None:
            super().__init__(address=address, until=until)

        def open(self) -> None:
            tried.append(self.address)
            if self.address != "c":
                raise Unreachable("Nobody listens there.")

        def close(self) -> None:
            pass

    monkeypatch.setattr(line, "Line", Line)
    assert line.opened(None, ["a", "b", "c", "d"], 10.0).address == "c" and tried == ["a", "b", "c"]
    with pytest.raises(Unreachable):
        line.opened(None, ["a", "b"], 10.0)
