"""What the forks do when letters go to a provider's broker."""

import time
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from selfreferral import delivery, progress
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Handover, Queue, Referral
from tests.selfreferral.broker import no_rest
from tests.selfreferral.receiver import point
from tests.selfreferral.somebody import queues_with_keys


def furnish(given: dict[str, Any]) -> Iterator[Any]:
    """Every queue's letters go to one broker."""
    queues_with_keys()
    for slug in Queue.objects.values_list("slug", flat=True):
        point(slug, **given)
    yield "furnished"


def deliver() -> Iterator[Any]:
    """One round in which every letter is due, and nobody rests. Says how far each letter is."""
    no_rest()
    Referral.objects.filter(state__in=("ready", "quarantined")).update(next_attempt_at=timezone.now())
    drain()
    yield dict(Referral.objects.values_list("reference", "state"))


def recover(seconds: float) -> Iterator[Any]:
    """What the worker does by itself, quicker: listens, sweeps, delivers, until nothing waits."""
    no_rest()
    until = time.monotonic() + seconds
    while Referral.objects.outstanding().exists() and time.monotonic() < until:
        progress.go_round(now=timezone.now())
        delivery.sweep()
        drain(for_at_most=1)
    yield dict(Referral.objects.values_list("reference", "state"))


def copies() -> Iterator[Any]:
    yield dict(Handover.objects.values_list("reference", "copies"))
