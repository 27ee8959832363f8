"""What waits at each queue: how much, how urgent, since when, and what stands still. Never a word of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, Subquery

from selfreferral import alarms
from selfreferral.models import Event, Queue, Referral
from selfreferral.models.outbox import SINCE
from selfreferral.transports.elsewhere import kinds

State, Urgency = Referral.State, Referral.Urgency
UNDER_WAY = (*Referral.OUTSTANDING, State.RECEIVED)
AT_MOST = 20  # of those that stand still: enough to begin with
QUARANTINED = "quarantined: "
# What the worker wrote down, and what it means. Anything else is shown as it stands there.
WHY = {
    "refused": "the receiver refused it, or its bytes are damaged",
    "failed too often": "it failed five times in a way nobody planned",
    "left behind too often": "the worker stopped five times while it carried this one",
}


@dataclass(frozen=True)
class Stuck:
    """A letter in quarantine. `reference` is what `deliver_referrals --release` asks for."""

    reference: str
    why: str
    since: datetime


@dataclass
class Waiting:
    """One queue. Times are from when it was sent or, if later, handed on to this team."""

    queue: Queue
    goes_to: str
    unreceived: int = 0
    unopened: int = 0
    tried_again: int = 0
    quarantined: int = 0
    late: int = 0
    oldest_unreceived: datetime | None = None
    oldest_unopened: datetime | None = None
    urgencies: dict[str, int] = field(default_factory=dict)
    stuck: list[Stuck] = field(default_factory=list)

    def add(self, state: str, urgency: str, number: int, tried: int, oldest: datetime) -> None:
        label = Urgency(urgency).label if urgency in Urgency else urgency
        self.urgencies[label] = self.urgencies.get(label, 0) + number
        if state == State.RECEIVED:
            self.unopened += number
            self.oldest_unopened = min(self.oldest_unopened or oldest, oldest)
        else:
            self.unreceived += number
            self.quarantined += number if state == State.QUARANTINED else 0
            self.tried_again += tried
            self.oldest_unreceived = min(self.oldest_unreceived or oldest, oldest)


def by_queue(*, now: datetime) -> list[Waiting]:
    """Every queue that is in use, or has something waiting; one line each, in the order of their slugs."""
    queues = Queue.objects.prefetch_related("endpoints").order_by("slug")
    lines = {queue.pk: Waiting(queue, goes_to(queue)) for queue in queues}
    rows = Referral.objects.filter(state__in=UNDER_WAY).order_by()
    again = Count("pk", filter=Q(state__in=[State.READY, State.LEASED], attempts__gt=1))
    groups = rows.values("queue_id", "state", "urgency").annotate(number=Count("pk"), again=again)
    groups = groups.annotate(oldest=Min(SINCE))
    found = groups.values_list("queue_id", "state", "urgency", "number", "again", "oldest")
    order = {urgency: place for place, urgency in enumerate(Urgency.values)}
    for queue_id, *group in sorted(found, key=lambda one: order.get(one[2], -1)):
        lines[queue_id].add(*group)
    for line, stuck in ((lines[queue_id], stuck) for queue_id, stuck in quarantined()):
        line.stuck.append(stuck)
    late = alarms.by_queue(alarms.unopened().filter(alarms.late(now, *Urgency.values)))
    for line in lines.values():
        line.late = late.get(line.queue.slug, 0)
    return [line for line in lines.values() if line.queue.active or line.unreceived or line.unopened]


def quarantined() -> list[tuple[int, Stuck]]:
    """The oldest ones, each with its queue's key and the last reason that was written down."""
    said = Event.objects.filter(reference=OuterRef("reference"), what__startswith=QUARANTINED)
    last = Subquery(said.order_by("-number").values("what")[:1])
    rows = Referral.objects.annotate(since=SINCE).filter(state=State.QUARANTINED).annotate(said=last)
    found: Iterable[tuple[Any, ...]] = rows.order_by("since").values_list(
        "queue_id", "reference", "said", "since"
    )[:AT_MOST]
    return [(queue, Stuck(reference, why(said or ""), since)) for queue, reference, said, since in found]


def why(said: str) -> str:
    code = said.removeprefix(QUARANTINED)
    return WHY.get(code, code or "no reason was written down")


def goes_to(queue: Queue) -> str:
    """The transport in words, and the receiver's own address."""
    if queue.transport == "inbox":
        return "the desk here"
    used = [endpoint for endpoint in queue.endpoints.all() if endpoint.kind == queue.transport]
    if used:
        return f"{used[0].url} ({queue.transport})"
    return f"{queue.transport}, which is not set up" if queue.transport in kinds() else queue.transport
