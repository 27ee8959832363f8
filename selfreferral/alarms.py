"""Alarms: somebody is told that something waits, again and again until it does not. Never what.

Add one: a line in KINDS, and how to bring it about in tests/selfreferral/test_alarms.py, which
walks the list. From the declaration follow its row, its repeats and its end.
"""

import contextlib
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from selfreferral import checks, clocks, events, reconciliation, turns
from selfreferral.channels import Channels
from selfreferral.models import Alarm, Event, Queue, Referral

QUEUE, OPERATOR = "queue", "operator"
COME = "You have a new referral. Sign in."
SUBJECT = "The front door needs somebody to look"
NOBODY_TOLD = "A team could not be told that something waits for it. See the runbook."
REPEAT = timedelta(minutes=15)
EVERY = timedelta(seconds=20)  # at most, whatever the number of workers
BY, TOLD = "alarms", "queue told"
State, Urgency = Referral.State, Referral.Urgency
# How many, by queue; under "" for the operator. Nothing found: it is over.
Found = Mapping[str, int]
logger = logging.getLogger("selfreferral.alarms")


@dataclass(frozen=True)
class Kind:
    """`find` asks the database: it is given the time that lies `after` back and says how many there are.

    Without `after` the agreed time of each urgency counts (ANSWER_WITHIN). `words` may hold
    {number} when they go to the operator. `each`: whatever is new is told at once, although the
    last time was a moment ago. `daily_work`: no fault, so /health/referrals/ does not count it.
    """

    name: str
    to: str
    words: str
    find: Callable[[datetime], Found]
    after: timedelta | None = timedelta(0)
    each: bool = False
    daily_work: bool = False


def unopened() -> QuerySet[Referral]:
    return Referral.objects.filter(state=State.RECEIVED)


def late(now: datetime, *urgencies: str) -> Q:
    """Past the time in which somebody should have opened it, in the hours of its queue.

    Urgent ones by the clock on the wall: the operator may be the only one awake.
    """
    condition = Q(urgency=Urgency.URGENT, created_at__lte=now - settings.ANSWER_WITHIN[Urgency.URGENT])
    condition &= Q(urgency__in=urgencies)
    for queue in Queue.objects.only("open_hours"):
        for urgency in set(urgencies) - {Urgency.URGENT}:
            sent_by = clocks.sent_by(now, urgency, queue.open_hours)
            condition |= Q(queue=queue, urgency=urgency, created_at__lte=sent_by)
    return condition


def by_queue(referrals: QuerySet[Referral]) -> Found:
    return dict(referrals.order_by().values_list("queue__slug").annotate(Count("pk")))


def for_operator(number: int) -> Found:
    return {"": number} if number else {}


def not_received(before: datetime) -> Found:
    waiting = Referral.objects.filter(state__in=[State.READY, State.LEASED], created_at__lte=before)
    return for_operator(waiting.count())


KINDS = (
    Kind(
        "urgent",
        QUEUE,
        COME,
        lambda now: by_queue(unopened().filter(urgency=Urgency.URGENT)),
        each=True,
        daily_work=True,
    ),
    Kind(
        "unopened",
        QUEUE,
        COME,
        lambda now: by_queue(unopened().filter(late(now, Urgency.SOON, Urgency.ROUTINE))),
        after=None,
    ),
    Kind(
        "urgent-unopened",  # the team is being told all the while
        OPERATOR,
        "Urgent referrals that nobody has opened in the agreed time: {number}. See the runbook.",
        lambda now: for_operator(unopened().filter(late(now, Urgency.URGENT)).count()),
        after=None,
    ),
    Kind(
        "not-received",
        OPERATOR,
        "Referrals that were not received within 5 minutes: {number}. See the runbook.",
        not_received,
        after=timedelta(minutes=5),
    ),
    Kind(
        "quarantined",
        OPERATOR,
        "Referrals that cannot go on before somebody looks: {number}. See the runbook.",
        lambda now: for_operator(Referral.objects.filter(state=State.QUARANTINED).count()),
    ),
    Kind(
        "keys",
        OPERATOR,
        "Queues that no referral can be taken for: {number}. See the runbook.",
        lambda now: for_operator(len(checks.queue_problems())),
    ),
    Kind(
        "difference",
        OPERATOR,
        "Referrals that were not the same here and at the receiver: {number}. See the runbook.",
        lambda now: for_operator(reconciliation.last_found(reconciliation.DIFFERENCES)),
    ),
    Kind(
        "record",
        OPERATOR,
        "Places where a record is not whole: {number}. See the runbook.",
        lambda now: for_operator(reconciliation.last_found([reconciliation.RECORD])),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def ring(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: one round, by one of the workers."""
    if turns.mine("alarms", every=EVERY):
        go_round(now=now)


def go_round(*, now: datetime) -> None:
    """Notices what began and what is over, then tells whoever has to be told now."""
    due = [alarm for kind in KINDS for alarm in notice(kind, now=now)]
    random.shuffle(due)  # one whose address never answers must not keep others waiting for ever
    channels = Channels()
    for alarm, number in due:
        if channels.time_is_up:
            return
        tell(alarm, number, channels=channels, now=now)


def open_now(*, now: datetime, untold_for: timedelta) -> tuple[int, int]:
    """How many alarms are open that are no part of the daily work, and how many, of any kind, have
    waited for so long without anybody being told."""
    faults = [kind.name for kind in KINDS if not kind.daily_work]
    untold = Alarm.objects.filter(told_at=None, since__lt=now - untold_for)
    return Alarm.objects.filter(kind__in=faults).count(), untold.count()


def notice(kind: Kind, *, now: datetime) -> list[tuple[Alarm, int]]:
    """Keeps the rows of one kind; those of which somebody has to be told now, each with how many."""
    try:
        found = kind.find(now - (kind.after or timedelta(0)))
    except Exception:
        logger.exception("An alarm could not be looked for; the others go on")
        return []
    rows = Alarm.objects.filter(kind=kind.name)
    rows.exclude(queue__in=found).delete()
    due = []
    for queue, number in found.items():
        alarm, _new = rows.get_or_create(kind=kind.name, queue=queue, defaults={"since": now})
        if is_due(alarm, now=now) or (kind.each and fresh(queue)):
            due.append((alarm, number))
    return due


def is_due(alarm: Alarm, *, now: datetime) -> bool:
    """Never told, or not lately; a time that lies ahead was written before the clock was put right."""
    return alarm.told_at is None or not now - REPEAT < alarm.told_at <= now


def fresh(queue: str) -> list[str]:
    """Urgent referrals at this queue whose receipt is the last thing that happened to them."""
    last = Event.objects.filter(reference=OuterRef("reference")).order_by("-number").values("what")[:1]
    new = unopened().filter(queue__slug=queue, urgency=Urgency.URGENT).annotate(last=Subquery(last))
    return list(new.filter(last="received").values_list("reference", flat=True))


def tell(alarm: Alarm, number: int, *, channels: Channels, now: datetime) -> bool:
    """Tell it and write down that it was told; what nobody took is left as it was, for the next round.

    Somebody's second address is used from the second time on. What comes in between the times,
    because it is new, is told to the first and does not put off the next time.
    """
    kind = BY_NAME[alarm.kind]
    repeated = is_due(alarm, now=now)
    new = fresh(alarm.queue) if kind.each else []
    if kind.to == OPERATOR:
        told = tell_operator(kind.words.format(number=number), channels)
    else:
        told = tell_queue(alarm.queue, kind.words, channels, second=repeated and alarm.times > 0)
    if told and repeated:
        Alarm.objects.filter(pk=alarm.pk).update(told_at=now, times=alarm.times + 1)
    for reference in new if told else ():
        # Refused when it is being opened, or another worker tells it, in this very moment.
        with contextlib.suppress(IntegrityError), transaction.atomic():
            events.append(reference, TOLD, by=BY, now=now)
    return told


def tell_queue(slug: str, words: str, channels: Channels, *, second: bool) -> bool:
    """Whether anybody was told: the team, else its second address, else the operator."""
    queue = Queue.objects.get(slug=slug)
    said = {"subject": words, "words": f"{words}\n{settings.DESK_ADDRESS}".strip()}
    took = [
        channels.mail(queue.alarm_email, **said),
        channels.webhook(queue.alarm_webhook, words=said["words"]),
    ]
    if second or not any(took):
        took.append(channels.mail(queue.second_email, **said))
    if any(took):
        return True
    if not (queue.alarm_email or queue.alarm_webhook or queue.second_email) and settings.PORTAL_DEMO:
        return say_here(words)
    return tell_operator(NOBODY_TOLD, channels)


def tell_operator(words: str, channels: Channels) -> bool:
    took = [
        channels.mail(settings.OPERATOR_EMAIL, subject=SUBJECT, words=words),
        channels.webhook(settings.OPERATOR_WEBHOOK, words=words),
    ]
    if any(took):
        return True
    if settings.OPERATOR_EMAIL or settings.OPERATOR_WEBHOOK:
        return False
    return say_here(words)


def say_here(words: str) -> bool:
    """In the log, which is enough for a demonstration and for nobody else."""
    logger.warning(f"Alarm: {words}")
    return settings.PORTAL_DEMO
