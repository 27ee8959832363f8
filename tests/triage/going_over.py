"""A case that is ready to go to another queue, for tests."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pyrage import x25519

from selfreferral import events as outbox_events
from selfreferral.models import Queue, Referral
from tests.triage.conftest import SENT, later
from tests.triage.teams import teams
from triage import decisions
from triage.decisions import BY_SLUG
from triage.models import Case

NOW = later(hours=4)
State = Referral.State


@pytest.fixture
def keys(db, desk_key) -> dict[str, x25519.Identity]:
    return teams(desk_key)


@pytest.fixture
def ready(keys, send, person) -> Callable[..., Case]:
    """`ready("provider")`: opened and held by a lead of its queue, with its row in the outbox."""

    def one(queue: str = "provider", *, state: str = State.OPENED, **options: Any) -> Case:
        case = send(queue=queue, **{"version": 2, "leads_only": False, **options})
        row = Referral.objects.create(
            reference=case.reference,
            journey=uuid.uuid4(),
            queue=Queue.objects.get(slug=queue),
            urgency=case.urgency,
            sealed=case.sealed,
            digest=case.digest,
            state=state,
            created_at=SENT,
            received_at=SENT,
        )
        outbox_events.append(row.reference, "accepted", by="form", now=SENT)
        lead = person(f"lead-{case.reference}", **{queue: "lead"})
        Case.objects.update(state="opened", opened_at=SENT, claimed_by=lead, claimed_at=SENT)
        return Case.objects.get(pk=case.pk)

    return one


def hand_on(case: Case, to: str = "high-risk", reason: str = "higher", **answers: Any) -> Case:
    given = {"queue": to, "reason": reason, "urgent": False, **answers}
    return decisions.decide(BY_SLUG["hand-on"], case, user=case.claimed_by, answers=given, now=NOW)


def everything() -> list[Any]:
    return [list(model.objects.values()) for model in (Case, Referral, outbox_events.Event)]
