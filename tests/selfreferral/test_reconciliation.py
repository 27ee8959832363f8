"""Once a day everything that was handed over is asked for; what is missing goes again, once it may."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from selfreferral import alarms, events, reconciliation
from selfreferral.management.commands.deliver_referrals import ask_receivers, drain
from selfreferral.models import Alarm, Event, Heartbeat, Queue, Referral
from selfreferral.reconciliation import MISSING, OTHER, RECORD, UNKNOWN
from selfreferral.transports import base
from tests.selfreferral.somebody import NOW, send
from tests.throwaway import unguarded
from triage import telling
from triage import transport as desk
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
State = Referral.State


@pytest.fixture
def inbox(keys) -> Iterator[None]:
    """Letters go to the desk in this database."""
    Queue.objects.update(transport="inbox")
    yield


@pytest.fixture
def letter(inbox) -> Referral:
    one = send()
    assert drain() == 1
    one.refresh_from_db()
    return one


def compare(**after: float) -> dict[str, int]:
    """What differed, without what did not."""
    found = reconciliation.compare(now=NOW + timedelta(**after))
    return {what: number for what, number in found.items() if number}


def whats(letter: Referral) -> list[str]:
    assert events.first_broken(letter.reference) is None
    lines = Event.objects.filter(reference=letter.reference).order_by("number")
    return list(lines.values_list("what", flat=True))


def opened(letter: Referral, state: str = "opened") -> None:
    """Read at the desk, and closed there for `state` "closed"; the outbox has heard of it."""
    closed = {"state": "closed", "closed_at": NOW} if state == "closed" else {"state": "opened"}
    Case.objects.update(opened_at=NOW, **closed)
    telling.catch_up(now=NOW)
    letter.refresh_from_db()
    assert letter.state == state


def test_where_everything_is_as_it_should_be_nothing_happens(letter) -> None:
    rows = list(Referral.objects.values())
    assert compare() == {} and drain() == 0
    assert list(Referral.objects.values()) == rows and whats(letter) == ["accepted", "received"]


@pytest.mark.parametrize("state", ["received", "opened"])
def test_what_the_receiver_lost_goes_there_again(letter, state) -> None:
    if state == "opened":
        opened(letter)
    Case.objects.all().delete()
    assert compare() == {MISSING: 1}
    assert drain() == 1
    case = Case.objects.get()
    assert (bytes(case.sealed), case.state) == (bytes(letter.sealed), "received")
    assert whats(letter)[-2:] == [MISSING, "received"]
    assert compare(days=1) == {} and drain() == 0


def test_bytes_that_were_damaged_at_the_desk_are_mended(letter) -> None:
    opened(letter)
    Case.objects.update(sealed=b"damaged")
    assert compare() == {OTHER: 1}
    assert drain() == 1
    assert bytes(Case.objects.get().sealed) == bytes(letter.sealed)
    assert telling.catch_up(now=NOW) == 1  # it was opened before, and still is
    letter.refresh_from_db()
    assert letter.state == "opened" and compare(days=1) == {}


def test_another_letter_in_its_place_stands_out_until_somebody_looks(letter) -> None:
    Case.objects.update(sealed=b"other", digest=hashlib.sha256(b"other").hexdigest())
    assert compare() == {OTHER: 1}
    assert drain() == 0
    letter.refresh_from_db()
    assert letter.state == State.QUARANTINED and letter in Referral.objects.outstanding()
    assert bytes(Case.objects.get().sealed) == b"other"  # nobody's letter is written over


@pytest.mark.parametrize("lost", ["the row", "the bytes"])
def test_what_was_closed_does_not_come_back(letter, lost) -> None:
    opened(letter, "closed")
    if lost == "the row":
        Case.objects.all().delete()
    else:
        Case.objects.update(sealed=b"damaged")
    what = MISSING if lost == "the row" else OTHER
    assert compare() == {what: 1}
    letter.refresh_from_db()
    assert letter.state == State.CLOSED and drain() == 0
    assert whats(letter)[-1] == what
    assert compare(days=1) == {}  # it was told, and stays on record


def test_what_was_purged_is_not_asked_for_and_what_the_desk_purged_is_not_missed(letter) -> None:
    opened(letter, "closed")
    Case.objects.update(sealed=b"")
    assert compare() == {}
    Referral.objects.update(state=State.PURGED, sealed=b"")
    Case.objects.all().delete()
    assert compare() == {} and drain() == 0 and not Case.objects.exists()


def test_an_outbox_from_an_old_backup_brings_nothing_back_that_was_purged(letter) -> None:
    opened(letter, "closed")
    Case.objects.update(sealed=b"")
    Referral.objects.update(state=State.READY, next_attempt_at=NOW)
    assert drain() == 1 and bytes(Case.objects.get().sealed) == b""
    telling.catch_up(now=NOW)
    letter.refresh_from_db()
    assert letter.state == State.CLOSED


def test_what_the_outbox_does_not_know_is_counted_and_told_once(letter) -> None:
    Referral.objects.all().delete()
    assert compare() == {UNKNOWN: 1}
    assert Case.objects.count() == 1  # somebody will answer it
    assert compare(days=1) == {}


def test_letters_under_way_are_left_alone(inbox) -> None:
    letter = send()
    for state in (State.READY, State.LEASED, State.QUARANTINED):
        Referral.objects.update(state=state)
        assert compare() == {}
    assert whats(letter) == ["accepted"]


def test_a_receiver_that_cannot_be_asked_makes_no_difference(keys, box, monkeypatch) -> None:
    send()
    drain()
    box.clear()

    def cannot(self, references):
        raise base.Unsupported

    monkeypatch.setattr("selfreferral.transports.memory.Memory.holds", cannot)
    assert compare() == {}


def test_more_than_one_page_is_asked_for(inbox, monkeypatch) -> None:
    monkeypatch.setattr(reconciliation, "AT_ONCE", 2)
    monkeypatch.setattr(desk, "AT_ONCE", 2)
    letters = [send() for _ in range(5)]
    drain()
    Case.objects.filter(reference__in=[letter.reference for letter in letters[2:]]).delete()
    assert compare() == {MISSING: 3} and drain() == 3
    Referral.objects.filter(pk__in=[letter.pk for letter in letters[1:]]).delete()
    assert compare(days=1)[UNKNOWN] == 4


def test_a_broken_record_is_found_here_and_at_the_desk(letter) -> None:
    unguarded("selfreferral_event", "guard_event")
    unguarded("triage_caseevent", "guard_record")
    line = Event.objects.get(what="received")
    Event.objects.filter(pk=line.pk)._raw_delete("default")
    assert compare() == {RECORD: 1}  # it lost its end only
    Event.objects.filter(reference=letter.reference)._raw_delete("default")
    assert compare() == {RECORD: 1}
    CaseEvent.objects.all()._raw_delete("default")
    assert compare() == {RECORD: 2}


def test_the_difference_alarms_until_a_comparison_finds_none(letter, settings) -> None:
    Case.objects.all().delete()
    compare()
    alarms.go_round(now=NOW)
    assert Alarm.objects.filter(kind="difference").exists()
    assert health()["differences"] == 1
    drain()
    compare(hours=1)
    alarms.go_round(now=NOW)
    assert not Alarm.objects.filter(kind="difference").exists() and health()["differences"] == 0


def health() -> dict:
    return Client().get("/health/referrals/").json()


def test_ten_workers_compare_once_a_day(letter, monkeypatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(reconciliation, "compare", lambda *, now: calls.append(1))
    for _ in range(10):
        ask_receivers()
    assert calls == [1]
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=24, minutes=1))
    for _ in range(10):
        ask_receivers()
    assert calls == [1, 1] and health()["compared"] < 60


def test_health_says_when_nobody_has_compared_for_two_days(letter) -> None:
    ask_receivers()
    assert health()["status"] != "not compared"
    Heartbeat.objects.filter(worker=reconciliation.WHAT).update(at=timezone.now() - timedelta(hours=49))
    Heartbeat.objects.update_or_create(worker="deliver_referrals", defaults={"at": timezone.now()})
    assert health()["status"] == "not compared"
