"""What the forks do when letters go to a receiver elsewhere."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils import timezone

from selfreferral import delivery, events, progress
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Event, Queue, Referral
from selfreferral.transports.webhook import Webhook
from tests.selfreferral.receiver import point
from tests.selfreferral.somebody import queues_with_keys


def furnish(url: str, secret: str, public_key: str) -> Iterator[Any]:
    """Every queue's letters go to one receiver; says the private keys."""
    keys = queues_with_keys()
    for slug in Queue.objects.values_list("slug", flat=True):
        point(slug, url=url, secret=secret, public_key=public_key)
    yield [str(identity) for identity in keys.values()]


def deliver(rounds: int) -> Iterator[Any]:
    """So many rounds in which every letter is due, and no receiver rests."""
    for _ in range(rounds):
        Webhook.resting.clear()
        Referral.objects.filter(state="ready").update(next_attempt_at=timezone.now())
        drain()
    yield dict(Referral.objects.values_list("reference", "state"))


def recover() -> Iterator[Any]:
    """The receiver is back, and nobody does anything: one sweep of the worker, and what is due then."""
    Referral.objects.filter(state="ready").update(next_attempt_at=F("created_at") + delivery.LONGEST * 10**5)
    delivery.sweep()
    drain()
    yield dict(Referral.objects.values_list("reference", "state"))


def seen() -> Iterator[Any]:
    yield progress.go_round(now=timezone.now())


def outbox() -> Iterator[Any]:
    yield {
        "sealed": {one.reference: bytes(one.sealed).hex() for one in Referral.objects.all()},
        "received": list(Event.objects.filter(what="received").values_list("reference", flat=True)),
        "broken": events.broken(),
    }
