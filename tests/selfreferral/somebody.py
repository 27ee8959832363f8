"""An invented person's answers, and queues whose private keys the test holds."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from pyrage import x25519

from selfreferral import drafts, outbox, starter
from selfreferral.flow import to_send
from selfreferral.models import Queue, Referral

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ANSWERS: dict[str, dict[str, Any]] = {
    "who": {"who": "me"},
    "safe": {"now": "yes"},
    "where": {"postcode": "S60 1AE", "area": "in"},
    "about": {"name": "Marigold Őz 👩🏽‍🦱", "age": "25-39", "pronouns": "she"},
    "contact": {
        "ways": ["phone", "ring_us"],
        "phone_number": "07700 900461",
        "phone_safe": "some",
        "phone_when": "weekdays 10 to 2",
        "phone_voicemail": "no",
        "code_word": "lemon tart",
    },
    "agree": {"share": ["health", "police"]},
}


def answers(**changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {**ANSWERS, **{step: {**ANSWERS.get(step, {}), **given} for step, given in changes.items()}}


def queues_with_keys() -> dict[str, x25519.Identity]:
    """The starter's queues, each with a key of its own; "escrow" opens all but those with their own
    spare key, which "independent-escrow" opens.
    """
    starter.load(area="Rotherham")
    identities = {queue.slug: x25519.Identity.generate() for queue in Queue.objects.all()}
    escrow, outside = x25519.Identity.generate(), x25519.Identity.generate()
    for queue in Queue.objects.all():
        spare = outside if queue.own_escrow else escrow
        queue.recipients = [str(identities[queue.slug].to_public()), str(spare.to_public())]
        queue.transport = "memory"
        queue.save()
    return {**identities, "escrow": escrow, "independent-escrow": outside}


def send(given: dict[str, dict[str, Any]] | None = None, *, journey: uuid.UUID | None = None) -> Referral:
    """Posted and committed, as the form does it."""
    journey = journey or uuid.uuid4()
    told, steps = to_send(given or ANSWERS)
    mark = drafts.mark_of(told, journey=journey, secret=b"a cookie")
    with transaction.atomic():
        posted = outbox.post(journey, told, steps, now=NOW, mark=mark)
    return Referral.objects.get(reference=posted.reference)
