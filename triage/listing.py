"""The list of cases and the facts above one, in words: urgency, age, times, who has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from selfreferral import questions
from selfreferral.models import Queue
from triage.models import Case

AGES = {**dict(questions.AGES), "unsaid": "Not said"}


@dataclass(frozen=True)
class Row:
    """One case as the list shows it: nothing here comes from the sealed letter."""

    case: Case
    reference: str
    queue: str
    urgency: str
    urgency_words: str
    age: str
    received: str
    due: str
    late: str
    state: str
    holder: str


def rows(cases: Iterable[Case], *, now: datetime, names: dict[str, str]) -> list[Row]:
    return [row(case, now=now, names=names) for case in cases]


def row(case: Case, *, now: datetime, names: dict[str, str]) -> Row:
    holder = case.claimed_by
    return Row(
        case=case,
        reference=case.reference,
        queue=names.get(case.queue, case.queue),
        urgency=case.urgency,
        urgency_words=case.get_urgency_display(),
        age=age_words(case.age_band),
        received=moment(case.received_at, now),
        due=moment(case.due_at, now),
        late=late_words(case, now),
        state=case.get_state_display(),
        holder=(holder.get_full_name() or holder.get_username()) if holder else "Nobody yet",
    )


def queue_names() -> dict[str, str]:
    return dict(Queue.objects.values_list("slug", "name"))


def age_words(band: str) -> str:
    """The band in words. A band that we do not know is shown as it is, never guessed."""
    return AGES.get(band, band.replace("-", " to ")) if band else "Not given"


def moment(at: datetime, now: datetime) -> str:
    """A time as people say it: "today 14:05", "tomorrow 09:00", "Mon 23 Nov 09:00"."""
    day, today = timezone.localtime(at).date(), timezone.localtime(now).date()
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    return f"{near or date_format(timezone.localtime(at), 'D j M')} {timezone.localtime(at):%H:%M}"


def late_words(case: Case, now: datetime) -> str:
    """How late nobody has opened it; empty while it is in time."""
    if not case.is_late(now):
        return ""
    late: timedelta = now - case.due_at
    minutes = int(late.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min late"
    hours = minutes // 60
    return f"{hours} h late" if hours < 48 else f"{hours // 24} days late"
