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
from django.db.models.functions import Now

from selfreferral import checks, clocks, events, reconciliation, turns
from selfreferral.channels import Channels
from selfreferral.models import Alarm, Event, Heartbeat, Queue, Referral
from selfreferral.models.outbox import SINCE

QUEUE, OPERATOR = "queue", "operator"
COME = "You have a new referral. Sign in."
SUBJECT = "The front door needs somebody to look"
NOBODY_TOLD = "A team could not be told that something waits for it. See the runbook."
REPEAT = timedelta(minutes=15)
EVERY = timedelta(seconds=20)  # at most, whatever the number of workers
# What goes on the record of a new urgent one: its team was, or only the operator.
BY, TOLD, NOT_TOLD = "alarms", "queue told", "queue not told"
ENDED = "alarms, ended"  # in Heartbeat
# Who took an alarm: in Alarm.told_to, and in words on the operator's page.
TEAM, SECOND, LOG = "team", "second", "log"
WHO = {
    TEAM: "the team",
    SECOND: "the second address",
    OPERATOR: "the operator",
    LOG: "nobody; it stands in the log only",
}
State, Urgency = Referral.State, Referral.Urgency
# How many, by queue; under "" for the operator. Nothing found: it is over.
Found = Mapping[str, int]
logger = logging.getLogger("selfreferral.alarms")


@dataclass(frozen=True)
class Kind:
    """`find` asks the database: it is given the time that lies `after` back and says how many there are.

    Without `after` the agreed time of each urgency counts (ANSWER_WITHIN). `words` may hold
    {number} when they go to the operator. `each`: whatever is new is told at once, although the
    last time was a moment ago. `daily_work`: no fault, so /health/referrals/ does not count it. `label`:
    what the operator's page calls it.
    """

    name: str
    to: str
    words: str
    find: Callable[[datetime], Found]
    after: timedelta | None = timedelta(0)
    each: bool = False
    daily_work: bool = False
    label: str = ""


def unopened() -> QuerySet[Referral]:
    return Referral.objects.filter(state=State.RECEIVED).annotate(since=SINCE)


def late(now: datetime, *urgencies: str) -> Q:
    """Past the time in which somebody should have opened it, in the hours of its queue. The desk's clock
    starts anew when a letter is handed on (`since`), and so does this one.

    Urgent ones by the clock on the wall: the operator may be the only one awake.
    """
    condition = Q(urgency=Urgency.URGENT, since__lte=now - settings.ANSWER_WITHIN[Urgency.URGENT])
    condition &= Q(urgency__in=urgencies)
    for queue in Queue.objects.only("open_hours"):
        for urgency in set(urgencies) - {Urgency.URGENT}:
            sent_by = clocks.sent_by(now, urgency, queue.open_hours)
            condition |= Q(queue=queue, urgency=urgency, since__lte=sent_by)
    return condition


def by_queue(referrals: QuerySet[Referral]) -> Found:
    return dict(referrals.order_by().values_list("queue__slug").annotate(Count("pk")))


def for_operator(number: int) -> Found:
    return {"": number} if number else {}


def not_received(before: datetime) -> Found:
    waiting = Referral.objects.filter(state__in=[State.READY, State.LEASED])
    waiting = waiting.annotate(since=SINCE).filter(since__lte=before)
    return for_operator(waiting.count())


KINDS = (
    Kind(
        "urgent",
        QUEUE,
        COME,
        lambda now: by_queue(unopened().filter(urgency=Urgency.URGENT)),
        each=True,
        daily_work=True,
        label="A new urgent request",
    ),
    Kind(
        "unopened",
        QUEUE,
        COME,
        lambda now: by_queue(unopened().filter(late(now, Urgency.SOON, Urgency.ROUTINE))),
        after=None,
        label="Requests that nobody opened in the agreed time",
    ),
    Kind(
        "urgent-unopened",  # the team is being told all the while
        OPERATOR,
        "Urgent referrals that nobody has opened in the agreed time: {number}. See the runbook.",
        lambda now: for_operator(unopened().filter(late(now, Urgency.URGENT)).count()),
        after=None,
        label="Urgent requests that nobody opened in the agreed time",
    ),
    Kind(
        "not-received",
        OPERATOR,
        "Referrals that were not received within 5 minutes: {number}. See the runbook.",
        not_received,
        after=timedelta(minutes=5),
        label="Requests that were not received in 5 minutes",
    ),
    Kind(
        "quarantined",
        OPERATOR,
        "Referrals that cannot go on before somebody looks: {number}. See the runbook.",
        lambda now: for_operator(Referral.objects.filter(state=State.QUARANTINED).count()),
        label="Requests that stand still",
    ),
    Kind(
        "keys",
        OPERATOR,
        "Queues that no referral can be taken for: {number}. See the runbook.",
        lambda now: for_operator(len(checks.queue_problems())),
        label="Queues that can take nothing",
    ),
    Kind(
        "difference",
        OPERATOR,
        "Referrals that were not the same here and at the receiver: {number}. See the runbook.",
        lambda now: for_operator(reconciliation.last_found(reconciliation.DIFFERENCES)),
        label="Not the same here and at the receiver",
    ),
    Kind(
        "record",
        OPERATOR,
        "Places where a record is not whole: {number}. See the runbook.",
        lambda now: for_operator(reconciliation.last_found([reconciliation.RECORD])),
        label="A record that is not whole",
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
FAULTS = frozenset(kind.name for kind in KINDS if not kind.daily_work)


def ring(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: one round, by one of the workers. When one came to its end last is written down,
    or when the first began: one that never ends must not pass for one that never was."""
    if turns.mine("alarms", every=EVERY):
        Heartbeat.objects.get_or_create(worker=ENDED, defaults={"at": Now()})
        go_round(now=now)
        turns.done(ENDED)


def go_round(*, now: datetime) -> None:
    """Notices what began and what is over, then tells whoever has to be told now."""
    due = [alarm for kind in KINDS for alarm in notice(kind, now=now)]
    random.shuffle(due)  # one whose address never answers must not keep others waiting for ever
    channels = Channels()
    for alarm, number in due:
        if channels.time_is_up:
            return
        tell(alarm, number, channels=channels, now=now)


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
    """Tell it and write down who took it; what nobody took is left as it was, for the next round.

    Somebody's second address is used from the second time on. What comes in between the times,
    because it is new, is told to the first and does not put off the next time.
    """
    kind = BY_NAME[alarm.kind]
    repeated = is_due(alarm, now=now)
    new = fresh(alarm.queue) if kind.each else []
    if kind.to == OPERATOR:
        took = tell_operator(kind.words.format(number=number), channels)
    else:
        took = tell_queue(alarm.queue, kind.words, channels, second=repeated and alarm.times > 0)
    if took and repeated:
        rows = Alarm.objects.filter(pk=alarm.pk)
        rows.update(told_at=now, told_to=" ".join(took), times=alarm.times + 1)
    what = TOLD if {TEAM, SECOND} & set(took) else NOT_TOLD
    for reference in new if took else ():
        # Refused when it is being opened, or another worker tells it, in this very moment.
        with contextlib.suppress(IntegrityError), transaction.atomic():
            events.append(reference, what, by=BY, now=now)
    return bool(took)


def tell_queue(slug: str, words: str, channels: Channels, *, second: bool) -> list[str]:
    """Who took it: the team and, with `second` or when it did not, its second address; else the operator."""
    queue = Queue.objects.get(slug=slug)
    said = {"subject": words, "words": f"{words}\n{settings.DESK_ADDRESS}".strip()}
    mailed = channels.mail(queue.alarm_email, **said)
    posted = channels.webhook(queue.alarm_webhook, words=said["words"])
    took = [TEAM] if mailed or posted else []
    if (second or not took) and channels.mail(queue.second_email, **said):
        took.append(SECOND)
    if took:
        return took
    if not (queue.alarm_email or queue.alarm_webhook or queue.second_email) and settings.PORTAL_DEMO:
        return say_here(words)
    return tell_operator(NOBODY_TOLD, channels)


def tell_operator(words: str, channels: Channels) -> list[str]:
    mailed = channels.mail(settings.OPERATOR_EMAIL, subject=SUBJECT, words=words)
    posted = channels.webhook(settings.OPERATOR_WEBHOOK, words=words)
    if mailed or posted:
        return [OPERATOR]
    if settings.OPERATOR_EMAIL or settings.OPERATOR_WEBHOOK:
        return []
    return say_here(words)


def say_here(words: str) -> list[str]:
    """In the log, which is enough for a demonstration and for nobody else."""
    logger.warning(f"Alarm: {words}")
    return [LOG] if settings.PORTAL_DEMO else []
