"""The inbox stores a letter once, with its line on the record, and signs for exactly that."""

import hashlib
from datetime import UTC, datetime

import pytest

from selfreferral import receipts
from selfreferral.models import Queue
from selfreferral.transports.base import Refused, named
from tests.triage.conftest import SENT, later
from triage import events
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
METADATA = {"urgency": "soon", "age_band": "", "area_code": "", "form_version": 1, "created_at": SENT}


def deliver(sealed: bytes = b"sealed", reference: str = "AAA-111", queue: str = "provider", digest: str = ""):
    return named("inbox").deliver(
        sealed=sealed,
        reference=reference,
        queue_slug=queue,
        digest=digest or hashlib.sha256(sealed).hexdigest(),
        metadata=METADATA,
    )


def test_a_letter_is_stored_signed_for_and_on_the_record() -> None:
    receipt = deliver()
    case = Case.objects.get()
    assert bytes(case.sealed) == b"sealed" and case.due_at == later(hours=4)
    assert receipts.problem(receipt, reference="AAA-111", digest=case.digest) == ""
    assert [event.what for event in events.of_case("AAA-111")] == ["received"]


def test_again_gives_the_same_receipt_and_stores_nothing() -> None:
    assert deliver() == deliver()
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [{"sealed": b"other"}, {"queue": "high-risk"}, {"digest": "0" * 64}],
    ids=["another letter", "another queue", "a digest that does not fit"],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(wrong: dict) -> None:
    deliver()
    before = Case.objects.values().get()
    with pytest.raises(Refused):
        deliver(**wrong)
    assert Case.objects.values().get() == before and CaseEvent.objects.count() == 1


def test_without_its_line_on_the_record_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr("triage.transport.events.write", fail)
    with pytest.raises(RuntimeError):
        deliver()
    assert not Case.objects.exists()


def test_an_answer_is_due_in_the_hours_of_its_queue() -> None:
    """Sent on a Friday at 9:30 to a team that is closed until Monday."""
    Queue.objects.create(slug="provider", name="Provider", open_hours={"mon": ["09:00", "21:00"]})
    deliver()
    assert Case.objects.get().due_at == datetime(2026, 11, 23, 13, tzinfo=UTC)
