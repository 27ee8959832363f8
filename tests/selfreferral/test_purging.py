"""What was closed long ago is forgotten, here and at the desk; nothing else is, whatever its age."""

import hashlib
import uuid
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from selfreferral import events, purging
from selfreferral.management.commands.deliver_referrals import ask_receivers
from selfreferral.models import Event, Heartbeat, Queue, Referral
from tests.selfreferral.somebody import NOW
from triage import events as record
from triage import purging as desk
from triage.models import Case

pytestmark = pytest.mark.django_db
State = Referral.State
KEPT = settings.RETENTION["closed_case"]
JUST = timedelta(seconds=1)
AGES = {
    "new": timedelta(0),
    "a second too young": KEPT - JUST,
    "old enough": KEPT,
    "a second older": KEPT + JUST,
    "ten times as old": KEPT * 10,
}
# How long ago each line about it was written, and whether it goes at that age.
OLD_ENOUGH = ("old enough", "a second older", "ten times as old")


def referral(state: str, *, closed_at: datetime | None = None, sealed: bytes = b"sealed") -> Referral:
    queue, _made = Queue.objects.get_or_create(slug="provider", defaults={"name": "x"})
    reference = f"{uuid.uuid4().hex[:3]}-{uuid.uuid4().hex[:3]}".upper()
    one = Referral.objects.create(
        reference=reference,
        journey=uuid.uuid4(),
        queue=queue,
        urgency="urgent",
        age_band="25-39",
        area_code="in",
        sealed=sealed,
        digest=hashlib.sha256(sealed).hexdigest(),
        state=state,
        created_at=NOW - KEPT * 20,
    )
    events.append(reference, "accepted", by="form", now=NOW - KEPT * 20)
    if closed_at:
        events.append(reference, State.CLOSED, by="desk", now=closed_at)
    return one


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("state", State.values)
def test_only_what_was_closed_long_enough_ago_goes(state: str, age: str) -> None:
    """Every state at every age. The line says "closed" for all, so that only the state can decide."""
    one = referral(state, closed_at=NOW - AGES[age])
    before = Referral.objects.filter(pk=one.pk).values().get()
    goes = state == State.CLOSED and age in OLD_ENOUGH
    assert purging.due(now=NOW).count() == purging.purge(now=NOW, dry_run=True) == int(goes)
    assert Referral.objects.filter(pk=one.pk).values().get() == before  # counting changes nothing
    assert purging.purge(now=NOW) == int(goes)
    after = Referral.objects.filter(pk=one.pk).values().get()
    if not goes:
        assert after == before
        return
    changed = {name for name in after if bytes_of(after[name]) != bytes_of(before[name])}
    assert changed == {"state", "sealed", "urgency", "age_band", "area_code", "head"}
    assert (bytes(after["sealed"]), after["state"]) == (b"", "purged")
    assert events.first_broken(one.reference) is None
    assert Event.objects.filter(reference=one.reference).last().what == "purged"
    assert purging.purge(now=NOW) == 0


def bytes_of(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_its_age_counts_from_its_last_closing() -> None:
    one = referral(State.CLOSED, closed_at=NOW - KEPT * 2)
    events.append(one.reference, "opened", by="desk", now=NOW - KEPT)
    events.append(one.reference, State.CLOSED, by="desk", now=NOW - JUST)
    assert purging.purge(now=NOW) == 0


def test_without_a_line_that_says_when_it_was_closed_it_stays() -> None:
    referral(State.CLOSED)
    assert purging.purge(now=NOW + KEPT * 30) == 0


def test_one_that_cannot_be_put_on_record_is_not_purged(monkeypatch) -> None:
    one = referral(State.CLOSED, closed_at=NOW - KEPT)

    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("selfreferral.purging.events.append", fail)
    with pytest.raises(RuntimeError):
        purging.purge(now=NOW)
    one.refresh_from_db()
    assert one.state == State.CLOSED and bytes(one.sealed) == b"sealed"


def test_many_go_a_few_at_a_time(monkeypatch) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    for _ in range(5):
        referral(State.CLOSED, closed_at=NOW - KEPT)
    referral(State.OPENED, closed_at=NOW - KEPT)
    assert purging.purge(now=NOW) == 5


def case(state: str, age: timedelta) -> Case:
    closed = NOW - age if state == "closed" else None
    return Case.objects.create(
        reference=uuid.uuid4().hex[:7],
        queue="provider",
        urgency="urgent",
        age_band="25-39",
        sealed=b"sealed",
        digest=hashlib.sha256(b"sealed").hexdigest(),
        state=state,
        sent_at=NOW - KEPT * 20,
        received_at=NOW - KEPT * 20,
        due_at=NOW - KEPT * 20,
        opened_at=None if state == "received" else NOW - KEPT * 20,
        closed_at=closed,
        outcome="supported" if closed else "",
    )


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("state", Case.State.values)
def test_the_desk_forgets_the_same(state: str, age: str) -> None:
    one = case(state, AGES[age])
    goes = state == "closed" and age in OLD_ENOUGH
    assert desk.purge(now=NOW, dry_run=True) == desk.purge(now=NOW) == int(goes)
    one.refresh_from_db()
    assert bytes(one.sealed) == (b"" if goes else b"sealed")
    assert (one.age_band, one.outcome) == ("" if goes else "25-39", "supported" if one.closed_at else "")
    assert [event.what for event in record.of_case(one.reference)] == (["purged"] if goes else [])
    assert record.first_fault() is None and desk.purge(now=NOW) == 0


def said(*options: str) -> str:
    out = StringIO()
    call_command("purge_referrals", *options, stdout=out)
    return out.getvalue()


def test_the_command_counts_before_it_deletes_and_names_nobody() -> None:
    one = referral(State.CLOSED, closed_at=timezone.now() - KEPT)
    case("closed", KEPT + timedelta(days=400))
    counted = said("--dry-run")
    assert "letters at the desk: 1\n" in counted and "letters in the outbox: 1\n" in counted
    assert "Nothing was deleted" in counted and bytes(Referral.objects.get().sealed) == b"sealed"
    assert said() == counted.replace("Nothing was deleted.", "Done.")
    assert set(said().split("\n")) == {f"{name}: 0" for name in settings.REFERRAL_PURGES} | {"Done.", ""}
    assert one.reference not in counted + said()


def test_the_worker_purges_once_a_day() -> None:
    referral(State.CLOSED, closed_at=timezone.now() - KEPT)
    ask_receivers()
    assert Referral.objects.get().state == State.PURGED
    referral(State.CLOSED, closed_at=timezone.now() - KEPT)
    ask_receivers()
    assert Referral.objects.filter(state=State.CLOSED).count() == 1
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=25))
    ask_receivers()
    assert not Referral.objects.filter(state=State.CLOSED).exists()
