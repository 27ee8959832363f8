"""One round of the worker: lease a letter, hand it over, record the receipt.

Leases use the database's clock and a fence: every lease raises the number, and only the
worker that holds the latest one may write. A worker that was paused past its lease writes
nothing; the transport makes the repeat harmless. There is no "given up": whatever is not
received is tried again, or stands in quarantine and is counted and alarmed until it is.
"""

import hashlib
import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from selfreferral import events, receipts
from selfreferral.models import Heartbeat, Queue, Referral
from selfreferral.receipts import Receipt
from selfreferral.transports import base

LEASE = timedelta(seconds=30)
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)
# Ends that nobody planned (a crash of ours, a lease that nobody ended) before somebody must look.
SURPRISES = 5
WORKER = "deliver_referrals"
State = Referral.State
logger = logging.getLogger("selfreferral.delivery")


@dataclass(frozen=True)
class Lease:
    """The right to deliver one letter, while `fence` is the latest."""

    referral: Referral
    fence: int

    def row(self) -> QuerySet[Referral]:
        """The row to write to; no row at all once the lease is somebody else's."""
        return Referral.objects.filter(pk=self.referral.pk, state=State.LEASED, fence=self.fence)


def lease(*, now: datetime) -> Lease | None:
    """The next letter that is due, leased in a transaction of its own; None when none is.

    Workers do not wait for each other: on PostgreSQL a row that another one holds is skipped,
    on SQLite the transaction begins IMMEDIATE, so that only one looks at a time.
    """
    with transaction.atomic():
        referral = oldest_due()
        if referral is None:
            return None
        if referral.state == State.LEASED:
            referral.surprises += 1
        held = Lease(referral, referral.fence + 1)
        referral.attempts += 1
        Referral.objects.filter(pk=referral.pk).update(
            state=State.LEASED,
            fence=held.fence,
            surprises=referral.surprises,
            attempts=referral.attempts,
            leased_until=from_now(LEASE),
        )
        if referral.state == State.LEASED and referral.surprises >= SURPRISES:
            # Whatever it is, it takes the worker with it: not again before somebody has looked.
            quarantine(held, "left behind too often", wait=None, now=now)
            return None
        return held


# What is due, by state: each has its own answer out of the index, however many wait.
DUE = (
    Q(state=State.READY, next_attempt_at__lte=Now()),
    Q(state=State.QUARANTINED, next_attempt_at__lte=Now()),
    Q(state=State.LEASED, leased_until__lt=Now()),  # left behind
)


def oldest_due() -> Referral | None:
    """Those that surprised nobody yet first, the oldest of them; held until the transaction ends.

    Asked for together they would all be sorted for each letter, which took minutes out of 100,000.
    """
    rows = Referral.objects.select_for_update(skip_locked=True)
    calm = [rows.filter(due, surprises=0).order_by("next_attempt_at").first() for due in DUE]
    if found := [referral for referral in calm if referral]:
        return min(found, key=lambda referral: (referral.next_attempt_at or referral.created_at, referral.pk))
    return rows.filter(DUE[0] | DUE[1] | DUE[2]).order_by("surprises", "next_attempt_at", "pk").first()


def deliver(held: Lease, *, now: datetime) -> bool:
    """Hand the leased letter over and record what came of it; whether it is received now."""
    try:
        receipt = _hand_over(held.referral)
    except base.Unreachable:
        put_back(held, State.READY)
    except base.Refused:
        logger.error("A letter was refused; it is kept, and somebody must look")
        quarantine(held, "refused", wait=LONGEST, now=now)
    except Exception:
        logger.exception("A letter could not be delivered")
        held.referral.surprises += 1
        if held.referral.surprises < SURPRISES:
            put_back(held, State.READY)
        else:
            quarantine(held, "failed too often", wait=LONGEST, now=now)
    else:
        return received(held, receipt)
    return False


def _hand_over(referral: Referral) -> Receipt:
    """Send it and check the receipt: anything else than a verified one is no delivery."""
    sealed = bytes(referral.sealed)
    if hashlib.sha256(sealed).hexdigest() != referral.digest:
        raise base.Refused("The stored letter is damaged.")
    queue = referral.queue
    transport = base.named(queue.transport)
    metadata: base.Metadata = {
        "urgency": referral.urgency,
        "age_band": referral.age_band,
        "area_code": referral.area_code,
        "form_version": referral.form_version,
        "created_at": referral.created_at,
    }
    if referral.handed_on_at:
        metadata["handed_on_at"] = referral.handed_on_at
    receipt = transport.deliver(
        sealed=sealed,
        reference=referral.reference,
        queue_slug=queue.slug,
        digest=referral.digest,
        metadata=metadata,
    )
    key = transport.receipt_key(queue.slug)
    if problem := receipts.problem(receipt, reference=referral.reference, digest=referral.digest, key=key):
        raise base.Unreachable(problem)
    return receipt


def received(held: Lease, receipt: Receipt) -> bool:
    """Record a verified receipt; False when the lease was somebody else's by then."""
    referral = held.referral
    with transaction.atomic():
        mine = held.row().update(
            state=State.RECEIVED,
            received_at=receipt.received_at,
            carrier=referral.queue.transport,
            leased_until=None,
            next_attempt_at=None,
        )
        if mine:
            events.append(referral.reference, "received", by=WORKER, now=receipt.received_at)
            if referral.attempts > 1:
                # The receiver is back: whatever else waits for it need not wait any longer.
                waiting_for(referral.queue).update(next_attempt_at=Now())
    return bool(mine)


def put_back(held: Lease, state: State, wait: timedelta | None = None) -> bool:
    """End the lease, to be tried again after `wait`; False when it was somebody else's by then."""
    pause = backoff(held.referral.attempts) if wait is None else wait
    mine = held.row().update(
        state=state,
        surprises=held.referral.surprises,
        leased_until=None,
        next_attempt_at=from_now(pause),
    )
    return bool(mine)


def quarantine(held: Lease, why: str, *, wait: timedelta | None, now: datetime) -> None:
    """Alarmed and still outstanding. With no `wait` it is not tried again before it is released."""
    referral = held.referral
    with transaction.atomic():
        known = referral.state == State.QUARANTINED
        if put_back(held, State.QUARANTINED, wait) and not known:
            events.append(referral.reference, f"quarantined: {why}", by=WORKER, now=now)
        if wait is None:
            Referral.objects.filter(pk=referral.pk, state=State.QUARANTINED).update(next_attempt_at=None)


def release(reference: str, *, now: datetime, by: str = "operator") -> bool:
    """Somebody has looked: out of quarantine, to be tried at once."""
    with transaction.atomic():
        quarantined = Referral.objects.filter(reference=reference, state=State.QUARANTINED)
        found = quarantined.update(state=State.READY, surprises=0, next_attempt_at=Now())
        if found:
            events.append(reference, "released", by=by, now=now)
    return bool(found)


def again(queue: Queue) -> int:
    """What waits for a later try at this queue is tried at the next round; how much that is.

    What is being handed over keeps its lease, and what nobody may try before they looked stays.
    """
    later = Q(state__in=[State.READY, State.QUARANTINED], next_attempt_at__gt=Now())
    return Referral.objects.filter(later, queue=queue).update(next_attempt_at=Now())


def sweep() -> None:
    """Let the oldest letter of each queue go now, to find out whether its receiver is back."""
    for queue in Queue.objects.all():
        oldest = waiting_for(queue).order_by("created_at").values("pk")[:1]
        waiting_for(queue).filter(pk__in=list(oldest.values_list("pk", flat=True))).update(
            next_attempt_at=Now()
        )


def waiting_for(queue: Queue) -> QuerySet[Referral]:
    """Ready, but not before some later moment."""
    return Referral.objects.filter(state=State.READY, next_attempt_at__gt=Now(), queue=queue)


def beat() -> None:
    """The worker went round, by the database's clock; /health/referrals/ reads it."""
    if not Heartbeat.objects.filter(worker=WORKER).update(at=Now()):
        Heartbeat.objects.update_or_create(worker=WORKER, defaults={"at": Now()})


def backoff(attempts: int) -> timedelta:
    """Full jitter: from 5 s up to a limit that doubles with each attempt and stops at 5 min."""
    limit = min(LONGEST, SHORTEST * 2 ** min(attempts, 10))
    return SHORTEST + random.random() * (limit - SHORTEST)


def from_now(pause: timedelta) -> ExpressionWrapper:
    """A moment by the database's clock."""
    return ExpressionWrapper(Now() + pause, output_field=DateTimeField())
