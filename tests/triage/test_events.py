"""The record is added to, never changed, and a change by hand shows."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.triage.conftest import later
from triage import events
from triage.models import CaseEvent, RecordHead

pytestmark = pytest.mark.django_db
ON_POSTGRESQL = connection.vendor == "postgresql"


@pytest.fixture
def three() -> None:
    for number in range(3):
        events.write("opening", now=later(minutes=number), reference="AAA-111", by="wanda")


def test_each_row_carries_the_hash_of_the_one_before(three) -> None:
    rows = list(CaseEvent.objects.all())
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous_hash for row in rows] == ["", rows[0].hash, rows[1].hash]
    assert events.first_fault() is None


def test_python_refuses_to_change_or_remove(three) -> None:
    row = CaseEvent.objects.get(pk=2)
    for act in (
        row.save,
        row.delete,
        CaseEvent.objects.all().delete,
        lambda: CaseEvent.objects.update(by="x"),
    ):
        with pytest.raises(TypeError):
            act()


def test_the_database_refuses_a_change(three) -> None:
    acts = ["UPDATE triage_caseevent SET by = 'somebody else' WHERE number = 2"]
    if ON_POSTGRESQL:
        acts.append("DELETE FROM triage_caseevent WHERE number = 2")
    for act in acts:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(act)
    assert events.first_fault() is None


def without_guard(statement: str) -> None:
    with connection.cursor() as cursor:
        on = " ON triage_caseevent" if ON_POSTGRESQL else ""
        cursor.execute(f"DROP TRIGGER guard_record{on}")
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE triage_caseevent SET by = 'ida' WHERE number = 2", 2),
        ("UPDATE triage_caseevent SET at = '2026-11-20 09:00:00+00:00' WHERE number = 1", 1),
        ("UPDATE triage_caseevent SET number = 9 WHERE number = 3", 3),
        ("DELETE FROM triage_caseevent WHERE number = 1", 1),
        ("DELETE FROM triage_caseevent WHERE number = 3", 3),
        ("DELETE FROM triage_caseevent", 1),
    ],
    ids=["who", "when", "which place", "first gone", "last gone", "all gone"],
)
def test_whatever_was_done_by_hand_shows(three, statement: str, first: int) -> None:
    without_guard(statement)
    assert events.first_fault() == first


def test_a_row_that_cannot_be_written_leaves_the_chain_whole(three, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("down")

    with monkeypatch.context() as broken:
        broken.setattr(RecordHead, "save", fail)
        with pytest.raises(DatabaseError):
            events.write("opening", now=later(), reference="AAA-111")
    assert CaseEvent.objects.count() == 3 and events.first_fault() is None
