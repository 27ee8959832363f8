"""How long things are kept: one setting, every state at every age, and the same words on the privacy page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.module_loading import import_string

from home import kept
from portal.environ import Environ
from selfreferral import events, guards, purging, reconciliation
from selfreferral.models import Draft, Event, Referral
from services_directory import lengths, reporting
from services_directory.models import Report
from tests import factories
from tests.selfreferral.somebody import NOW
from tests.selfreferral.test_purging import case, referral
from tests.throwaway import unguarded
from triage import events as record
from triage import purging as desk
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
KEEP = settings.RETENTION
JUST, AGES = timedelta(seconds=1), (-1, 0, 10**8)  # seconds past the day on which it goes
State = Referral.State


# --- the table: every state, at every age ------------------------------------------------------
def everything(model: Any) -> list[dict[str, Any]]:
    rows = list(model.objects.order_by("pk").values())
    return [{k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("past", AGES)
@pytest.mark.parametrize("what", ["closed_case", "tombstone", "record"])
@pytest.mark.parametrize("state", State.values)
def test_a_letter_in_every_state_at_every_age(state: str, what: str, past: int) -> None:
    one = referral(state, closed_at=NOW - KEEP[what] - timedelta(seconds=past))
    if state == State.PURGED:
        Referral.objects.update(received_at=NOW - KEEP[what] * 2)
        events.append(one.reference, "purged", by="x", now=NOW - KEEP[what] - timedelta(seconds=past))
    before, lines = everything(Referral), Event.objects.count()
    counted = purging.everywhere(now=NOW, dry_run=True)
    assert (everything(Referral), Event.objects.count()) == (before, lines)
    gone = purging.everywhere(now=NOW)
    assert gone == counted
    age = KEEP[what] + timedelta(seconds=past)
    goes = {
        "letters in the outbox": int(state == State.CLOSED and age >= KEEP["closed_case"]),
        "sent letters down to their number": int(state == State.PURGED and age >= KEEP["tombstone"]),
        "lines of the outbox’s records": lines * (state == State.PURGED and age >= KEEP["record"]),
    }
    assert {name: number for name, number in gone.items() if number} == {
        name: number for name, number in goes.items() if number
    }
    if not any(goes.values()):
        assert (everything(Referral), Event.objects.count()) == (before, lines)
    row = Referral.objects.get()
    assert (row.reference, row.digest, events.broken()) == (one.reference, one.digest, 0)


@pytest.mark.parametrize("past", AGES)
@pytest.mark.parametrize("what", ["closed_case", "tombstone"])
@pytest.mark.parametrize("emptied", [False, True])
@pytest.mark.parametrize("state", Case.State.values)
def test_a_case_in_every_state_at_every_age(state: str, emptied: bool, what: str, past: int) -> None:
    """Emptied and not closed is damaged: nothing is taken from it."""
    age = KEEP["closed_case"] + KEEP["tombstone"] * (what == "tombstone") + timedelta(seconds=past)
    one = case(state, age)
    Case.objects.update(sealed=b"" if emptied else b"sealed")
    before = everything(Case)
    counted = purging.everywhere(now=NOW, dry_run=True)
    assert everything(Case) == before
    gone = purging.everywhere(now=NOW)
    letter = state == "closed" and not emptied and age >= KEEP["closed_case"]
    bare = state == "closed" and age >= KEEP["closed_case"] + KEEP["tombstone"]
    assert gone["letters at the desk"] == counted["letters at the desk"] == letter
    assert gone["closed cases down to their number"] == bare
    row = Case.objects.get()
    assert (row.reference, row.digest, row.queue, row.state) == (one.reference, one.digest, one.queue, state)
    if bare:
        assert (row.urgency, row.outcome, row.claimed_by, row.sealed) == ("", "", None, b"")
        assert {moment.strftime("%m-%d %H:%M") for moment in times(row)} == {"01-01 00:00"}
    if not letter and not bare:
        assert everything(Case) == before
    assert record.first_fault() is None


def times(row: Case) -> list[Any]:
    return [row.sent_at, row.received_at, row.due_at, row.opened_at, row.closed_at]


@pytest.mark.parametrize("past", AGES)
@pytest.mark.parametrize("state", Draft.State.values)
@pytest.mark.parametrize("what", ["draft_idle", "draft_absolute"])
def test_a_draft_in_every_state_at_every_age(what: str, state: str, past: int) -> None:
    then = NOW - KEEP[what] - timedelta(seconds=past)
    started = NOW - JUST if what == "draft_idle" else then
    seen = then if what == "draft_idle" else NOW
    Draft.objects.create(cookie_hash="x", state=state, started_at=started, seen_at=seen)
    goes = past > 0 and (what == "draft_absolute" or state == Draft.State.OPEN)
    assert purging.everywhere(now=NOW, dry_run=True)["answers that nobody sent"] == goes
    assert Draft.objects.count() == 1
    assert purging.everywhere(now=NOW)["answers that nobody sent"] == goes
    assert Draft.objects.count() == (not goes)


@pytest.mark.parametrize("past", AGES)
@pytest.mark.parametrize("dealt_with", [False, True])
def test_a_report_at_every_age(dealt_with: bool, past: int) -> None:
    then = NOW - KEEP["report"] - timedelta(seconds=past)
    done = {"dealt_with_at": then} if dealt_with else {}
    Report.objects.create(service=factories.service("A"), kind="other", text="x", received_at=then, **done)
    goes = dealt_with and past >= 0
    assert reporting.purge(now=NOW, dry_run=True) == goes and Report.objects.count() == 1
    assert reporting.purge(now=NOW) == goes and Report.objects.count() == (not goes)


def test_one_that_fails_keeps_no_other_back_and_the_day_does_not_count(settings) -> None:
    referral(State.CLOSED, closed_at=NOW - KEEP["closed_case"])
    whole = settings.REFERRAL_PURGES
    settings.REFERRAL_PURGES = {"broken": "selfreferral.purging.no_such", **whole}
    with pytest.raises(ImportError):
        purging.everywhere(now=NOW)
    assert Referral.objects.get().state == State.PURGED


def test_a_bare_row_is_not_missed_by_the_comparison(keys, box) -> None:
    one = referral(State.PURGED, closed_at=NOW - KEEP["tombstone"])
    Referral.objects.update(received_at=NOW, sealed=b"")
    events.append(one.reference, "purged", by="x", now=NOW - KEEP["tombstone"])
    assert purging.thin(now=NOW) == 1 == Referral.objects.exclude(journey=one.journey).count()
    assert not +reconciliation.compare(now=NOW)


# --- the record of a letter, after its older lines went -----------------------------------------
@pytest.fixture
def forgotten() -> Referral:
    """One line is left of it: it says that the others went."""
    one = referral(State.PURGED, closed_at=NOW - KEEP["record"] * 2)
    events.append(one.reference, "purged", by="x", now=NOW - KEEP["record"])
    assert purging.forget_lines(now=NOW) == 3 and events.broken() == 0
    assert purging.forget_lines(now=NOW + KEEP["record"] * 2) == 0  # once
    return one


OUTBOX = {
    "the anchor's number": "UPDATE selfreferral_event SET number = 9",
    "the anchor's hash of what went": "UPDATE selfreferral_event SET previous_hash = 'x'",
    "the anchor's time": "UPDATE selfreferral_event SET at = '2020-01-01 00:00:00+00:00'",
    "the anchor's word": "UPDATE selfreferral_event SET what = 'purged'",
    "the anchor is gone": "DELETE FROM selfreferral_event",
    "the head": "UPDATE selfreferral_referral SET head = ''",
    "the letter's state": "UPDATE selfreferral_referral SET state = 'received'",
}


@pytest.mark.parametrize("statement", OUTBOX.values(), ids=OUTBOX)
def test_what_is_done_to_a_shortened_record_by_hand_shows(forgotten: Referral, statement: str) -> None:
    unguarded("selfreferral_event", "guard_event")
    connection.cursor().execute(statement)
    assert events.broken() == 1 == reconciliation.compare(now=NOW)[reconciliation.RECORD]


WHOLE = {
    "a word": "UPDATE selfreferral_event SET what = 'opened' WHERE number = 1",
    "a line gone": "DELETE FROM selfreferral_event WHERE number = 1",
    "the last line gone": "DELETE FROM selfreferral_event WHERE number = 2",
    "all gone": "DELETE FROM selfreferral_event",
}


@pytest.mark.parametrize("statement", WHOLE.values(), ids=WHOLE)
def test_what_is_done_to_a_whole_record_by_hand_shows_and_is_not_purged_away(statement: str) -> None:
    one = referral(State.PURGED, closed_at=NOW - KEEP["record"])
    assert events.broken() == 0
    unguarded("selfreferral_event", "guard_event")
    connection.cursor().execute(statement)
    assert events.broken() == 1 and events.first_broken(one.reference) is not None
    assert purging.forget_lines(now=NOW + KEEP["record"]) == 0 and events.broken() == 1


# --- the desk's record, after its beginning went -------------------------------------------------
@pytest.fixture
def short() -> Iterator[None]:
    """Lines 1 to 3 went; 4 and 5 are young, 6 says what went."""
    for age in (KEEP["record"] * 2, KEEP["record"], KEEP["record"], KEEP["record"] - JUST, JUST):
        record.write("opening", now=NOW - age, reference="AAA-111", by="wanda")
    assert desk.forget_lines(now=NOW, dry_run=True) == 3 == desk.forget_lines(now=NOW)
    numbers = list(CaseEvent.objects.values_list("number", "what"))
    assert numbers == [(4, "opening"), (5, "opening"), (6, "forgotten")]
    assert record.first_fault() is None and desk.forget_lines(now=NOW) == 0
    yield


DESK = {
    "a row": "UPDATE triage_caseevent SET by = 'ida' WHERE number = 5",
    "the first of those that stay": "DELETE FROM triage_caseevent WHERE number = 4",
    "one in the middle": "DELETE FROM triage_caseevent WHERE number = 5",
    "the anchor is gone": "DELETE FROM triage_caseevent WHERE number = 6",
    "the anchor says more went": "UPDATE triage_caseevent SET detail = '4 x' WHERE number = 6",
    "the anchor is nonsense": "UPDATE triage_caseevent SET detail = 'x' WHERE number = 6",
    "all gone": "DELETE FROM triage_caseevent",
}


@pytest.mark.parametrize("statement", DESK.values(), ids=DESK)
def test_what_is_done_to_the_desks_short_record_by_hand_shows(short: None, statement: str) -> None:
    unguarded("triage_caseevent", "guard_record")
    connection.cursor().execute(statement)
    assert record.first_fault() is not None
    assert reconciliation.compare(now=NOW)[reconciliation.RECORD] == 1
    left = CaseEvent.objects.count()
    assert desk.forget_lines(now=NOW + KEEP["record"] * 2) == 0 and CaseEvent.objects.count() == left


def test_a_record_goes_on_after_it_was_shortened_and_is_shortened_again(short: None) -> None:
    later = NOW + KEEP["record"] + JUST
    record.write("opening", now=later, reference="BBB-111", by="wanda")
    assert desk.forget_lines(now=later) == 3  # the old anchor among them
    assert list(CaseEvent.objects.values_list("number", "what")) == [(7, "opening"), (8, "forgotten")]
    assert record.first_fault() is None


@pytest.mark.parametrize("state", Case.State.values)
def test_lines_about_a_letter_that_is_kept_stay_whatever_their_age(state: str) -> None:
    one = case(state, KEEP["closed_case"] - JUST)
    for reference in ("AAA-111", one.reference, "AAA-111"):
        record.write("opening", now=NOW - KEEP["record"] * 9, reference=reference, by="wanda")
    assert desk.forget_lines(now=NOW) == 1
    assert one.reference in CaseEvent.objects.values_list("reference", flat=True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite refuses changes only")
def test_postgresql_removes_lines_for_nobody_else(short: None) -> None:
    remove = "DELETE FROM triage_caseevent WHERE number = 4"
    for statement in (remove, "UPDATE triage_caseevent SET by = 'x' WHERE number = 4"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), guards.removing():
        connection.cursor().execute("UPDATE triage_caseevent SET by = 'x' WHERE number = 4")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        with guards.removing():
            pass
        connection.cursor().execute(remove)


# --- one setting ---------------------------------------------------------------------------------
def test_each_length_is_read_from_the_environment_and_has_words() -> None:
    source = Path(settings.BASE_DIR, "portal/settings/retention.py").read_text()
    names = re.findall(r'"(\w+)": _env.span\("(KEEP_\w+)"', source)
    example = Path(settings.BASE_DIR, ".env.example").read_text()
    assert {name for name, _variable in names} == set(KEEP) == set(kept.WHAT)
    assert all(f"\n{variable}=" in example for _name, variable in names)
    for path in settings.REFERRAL_PURGES.values():
        assert import_string(path)(now=NOW, dry_run=True) == 0


@pytest.mark.parametrize("value", ["0", "-1", "a year", "1.5", "99999"])
def test_a_length_that_is_none_stops_the_start(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KEEP_X_DAYS is .* Write a whole number"):
        Environ({"KEEP_X_DAYS": value}).span("KEEP_X_DAYS", days=365)
    assert Environ({"KEEP_X_DAYS": "30"}).span("KEEP_X_DAYS", days=365) == timedelta(days=30)


def test_the_privacy_page_and_the_form_say_what_the_setting_says(settings) -> None:
    call_command("load_starter", verbosity=0)
    settings.RETENTION = {
        name: length * 3 if name.startswith("draft") else length + timedelta(days=7)
        for name, length in KEEP.items()
    }
    page = unescape(Client().get("/privacy/").content.decode())
    for name, length in settings.RETENTION.items():
        assert f"<strong>{lengths.in_words(length)} {kept.WHAT[name][1]}</strong>" in page
    assert (
        "after 90 minutes in which you do nothing, and after 6 hours"
        in Client().get("/ask/").content.decode()
    )
    assert kept.NOT_YET in page and not re.search(r"\b(30 minutes|1 year|6 years)\b", page)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=730), "2 years"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=366), "366 days"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(minutes=90), "90 minutes"),
    ],
)
def test_lengths_in_words(length: timedelta, words: str) -> None:
    assert lengths.in_words(length) == words


def test_a_letter_keeps_its_row_for_good() -> None:
    """The number and the digest outlive everything: an old backup brings nothing back."""
    one, there = (
        referral(State.CLOSED, closed_at=NOW - KEEP["closed_case"]),
        case("closed", KEEP["closed_case"]),
    )
    Referral.objects.update(received_at=NOW)
    for years in range(0, 60, 4):
        purging.everywhere(now=NOW + timedelta(days=365 * years))
    assert [(row.reference, row.digest) for row in Referral.objects.all()] == [(one.reference, one.digest)]
    assert [(row.reference, row.digest) for row in Case.objects.all()] == [(there.reference, there.digest)]
    assert Referral.objects.get().journey != one.journey
    assert events.broken() == 0 and record.first_fault() is None
