"""Figures without people: how often a step was reached, and how many gave an answer in a month.

Nothing here stands beside a person. A journey remembers, sealed in its own draft, what it was counted
for; answers about equality wait as loose ticks until they can be added up with those of others
(docs/decisions/counting-without-people.md). A count that fails is logged and stops nobody.
"""

import logging
import random
import secrets
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.db import Error, IntegrityError, models, transaction
from django.db.models import Count, F
from django.utils.module_loading import import_string

from selfreferral import flow, routing
from selfreferral.models import DailyCount, EqualityTick, MonthlyCount
from selfreferral.questions import BY_SLUG, Answers
from services_directory.opening import LONDON

ENOUGH = 5  # answers to one question before any of them is added up
ELSEWHERE = "elsewhere"
logger = logging.getLogger("selfreferral.counting")
shuffle = random.SystemRandom().shuffle


class Happened(NamedTuple):
    """A row of DailyCount, without its day."""

    what: str
    variant: str
    step: str = ""


# --- by day ---------------------------------------------------------------------------
def reached(place: dict[str, Any], step: str, answers: Answers) -> Iterator[Happened]:
    """What is new when a journey stands at `step`. Remembers it in `place`: once per journey."""
    known = place.get("counted", [])
    if step in known:
        return
    variant = answers.get("who", {}).get("who", "")
    place["counted"] = [*known, step]
    yield Happened("step", variant, step)
    mark = f"={ELSEWHERE}"  # no step is called so
    if mark not in known and lives_elsewhere(answers):
        place["counted"].append(mark)
        yield Happened(ELSEWHERE, variant)


def lives_elsewhere(answers: Answers) -> bool:
    return routing.facts(answers, [step.slug for step in flow.visible(answers)]).area == "out"


def add(happened: Collection[Happened], *, now: datetime) -> None:
    """Adds one to each. Call it last in the transaction: the rows are many people's, and wait for it."""
    if not happened:
        return
    try:
        with transaction.atomic():
            for one in sorted(happened):  # in one order, so that two never wait for each other
                one_more(DailyCount, 1, day=day_of(now), **one._asdict())
    except Error as error:
        logger.error("A count was not added (%s)", type(error).__name__)


def one_more(model: type[models.Model], number: int, **where: Any) -> None:
    rows = model._default_manager.filter(**where)
    if rows.update(number=F("number") + number):
        return
    try:
        with transaction.atomic():
            model._default_manager.create(**where, number=number)
    except IntegrityError:  # somebody else was the first
        rows.update(number=F("number") + number)


def day_of(now: datetime) -> date:
    return now.astimezone(LONDON).date()


def month_of(now: datetime) -> date:
    return day_of(now).replace(day=1)


# --- where people came from -----------------------------------------------------------
def way_in(number: str) -> str:
    """The number of a campaign, as an address or a form carries it; nothing for anything else."""
    return number if number.isascii() and number.isdigit() and len(number) < 10 else ""


def came(number: str, what: str, *, now: datetime) -> None:
    """Tells whoever keeps campaigns (settings.WAY_IN) that a form was begun or sent by way of one."""
    if number and settings.WAY_IN:
        import_string(settings.WAY_IN)(number, what, now=now)


# --- by month: equality ---------------------------------------------------------------
def tick(answers: Answers, *, now: datetime) -> None:
    """One loose tick for each answer (flow.to_count), in the transaction that sends."""
    ticks = [
        EqualityTick(month=month_of(now), question=question, option=option)
        for slug, given in answers.items()
        for question, option in chosen(slug, given)
    ]
    if not ticks:
        return
    shuffle(ticks)
    try:
        with transaction.atomic():
            EqualityTick.objects.bulk_create(ticks)
    except Error as error:
        logger.error("Answers about equality were not counted (%s)", type(error).__name__)


def chosen(slug: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Question and option of each box that was ticked. What somebody wrote in words is never kept."""
    for name, field in BY_SLUG[slug].form.base_fields.items():
        if isinstance(field, forms.ChoiceField):
            said = given.get(name) or []
            declared: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
            for option in said if isinstance(said, list) else [said]:
                if option in declared:
                    yield name, option


def add_up(*, now: datetime) -> None:
    """The worker's round (REFERRAL_ROUNDS): ticks of enough people become numbers, others are mixed."""
    waiting = list(EqualityTick.objects.values_list("month", "question").annotate(Count("pk")).order_by())
    shuffle(waiting)
    for month, question, number in waiting:
        if number >= ENOUGH or month < month_of(now):
            add_up_question(month, question, now=now)
    if any(is_fresh(key) for key in EqualityTick.objects.values_list("pk", flat=True)):
        mix()


def add_up_question(month: date, question: str, *, now: datetime) -> None:
    """Ticks that another worker holds are that worker's; each is counted where it is deleted."""
    with transaction.atomic():
        ticks = held(month=month, question=question)
        if len(ticks) < ENOUGH and month >= month_of(now):
            return
        shuffle(ticks)
        EqualityTick.objects.filter(pk__in=[one.pk for one in ticks]).delete()
        for option, number in sorted(Counter(one.option for one in ticks).items()):
            one_more(MonthlyCount, number, month=month, question=question, option=option)


def mix() -> None:
    """Writes the waiting ticks anew in another order: the order in the table, and on PostgreSQL the
    number of the writing transaction, would say for as long as they wait which came together."""
    with transaction.atomic():
        ticks = held()
        EqualityTick.objects.filter(pk__in=[one.pk for one in ticks]).delete()
        for one in ticks:
            one.pk = mixed_key()
        shuffle(ticks)
        EqualityTick.objects.bulk_create(ticks)


def held(**where: Any) -> list[EqualityTick]:
    """The rows for this transaction alone; on SQLite it is the only one that writes anyway."""
    return list(EqualityTick.objects.select_for_update(skip_locked=True).filter(**where))


def is_fresh(key: uuid.UUID) -> bool:
    """Whether the tick stands where its sending wrote it: a random key of version 4."""
    return key.hex[12] == "4"


def mixed_key() -> uuid.UUID:
    """As random, of version 8, which the standard leaves to us."""
    return uuid.UUID(int=secrets.randbits(128) & ~(0xF << 76) | (0x8 << 76))
