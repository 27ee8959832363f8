"""What went to a receiver who signs for it later, when it goes again, and what came of it."""

from datetime import datetime, timedelta

from django.utils import timezone

from selfreferral import receipts
from selfreferral.models import Endpoint, Handover
from selfreferral.receipts import Receipt
from selfreferral.transports.base import Refused, Unreachable

# Another copy goes when no receipt has come for so long, doubled with each copy.
FIRST_COPY, LAST_COPY = timedelta(minutes=1), timedelta(hours=1)
# While letters lie there that nobody has fetched, ours is most likely one of them.
LYING_THERE = timedelta(hours=6)


def handover_of(endpoint: Endpoint, reference: str, digest: str) -> Handover:
    """What was sent of this letter. Raises Refused when another one went under this reference."""
    handover, _new = Handover.objects.get_or_create(
        endpoint=endpoint, reference=reference, defaults={"digest": digest, "first_at": timezone.now()}
    )
    if handover.digest != digest:
        raise Refused("Another letter went under this reference.")
    return handover


def answered(handover: Handover) -> bool:
    return bool(handover.signed or handover.refused)


def outcome(endpoint: Endpoint, handover: Handover) -> Receipt | None:
    """The receipt that has come. Raises Refused when the receiver refuses the letter."""
    if handover.refused:
        # The next try asks anew: somebody may have mended it.
        Handover.objects.filter(pk=handover.pk).update(refused="", last_at=None)
        raise Refused(f"It answered {handover.refused}.")
    if not handover.signed:
        return None
    receipt = receipts.from_elsewhere(bytes(handover.signed), handover.signature)
    key = endpoint.public_key
    if receipts.problem(receipt, reference=handover.reference, digest=handover.digest, key=key):
        # Its key was changed since; what came under the old one is worth nothing now.
        Handover.objects.filter(pk=handover.pk).update(signed=None, signature="", last_at=None)
        raise Unreachable("The receipt that came was signed with another key.")
    return receipt


def due(handover: Handover, lying: int, *, now: datetime) -> bool:
    """Whether a copy, or another one, should go: not while ours most likely lies there still."""
    if handover.last_at is None:
        return True
    wait = LYING_THERE if lying else min(LAST_COPY, FIRST_COPY * 2 ** min(handover.copies - 1, 10))
    # A time that lies ahead was written before the clock was put right.
    return not timedelta(0) <= now - handover.last_at < wait
