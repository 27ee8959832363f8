"""An endpoint at a real broker with somebody on the way to it, and a letter to try it with."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from selfreferral import alarms
from selfreferral.models import Alarm, Endpoint
from selfreferral.receipts import Receipt
from selfreferral.transports import amqp
from selfreferral.transports.amqp import Amqp
from tests.faults.middleman import Middleman
from tests.faults.sending import LETTER
from tests.selfreferral.broker import Desk, no_rest
from tests.selfreferral.somebody import queues_with_keys

SHORT = 1.0  # seconds that a try may take here, where it stalls


@pytest.fixture
def brief(monkeypatch) -> None:
    """Nobody waits long for a receipt that a test keeps back."""
    monkeypatch.setattr(amqp, "PATIENCE", 0.1)


@pytest.fixture
def endpoint(desk: Desk, middle: Middleman, transactional_keys: Any) -> Endpoint:
    return desk.point("provider", **desk.given_over(middle.port))


@pytest.fixture
def transactional_keys(request: pytest.FixtureRequest) -> Any:
    """Queues with keys; after the database, which these tests ask for by their mark."""
    return queues_with_keys()


def deliver(to: Endpoint, **changes: Any) -> Receipt:
    no_rest()
    return Amqp().deliver_to(to, **{**LETTER, **changes})


def open_alarms(after: timedelta) -> set[str]:
    """Those that would be open then, with letters sent now."""
    alarms.go_round(now=timezone.now() + after)
    return set(Alarm.objects.values_list("kind", flat=True)) - {"keys", "urgent"}
