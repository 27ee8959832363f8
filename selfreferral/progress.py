"""Asks receivers elsewhere what a person has opened there, so that the age alarms hold for them, too.

The desk in this database tells by itself (triage/telling.py).
"""

import logging
import sys
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from selfreferral import events, turns
from selfreferral.models import Referral
from selfreferral.transports import base
from selfreferral.transports.base import Progress

EVERY = timedelta(seconds=20)  # at most, whatever the number of workers
CLOSED_EVERY = timedelta(hours=1)  # nobody waits for that news, and there are many of them
ROUND = 15.0  # seconds
AT_ONCE = 200
BY = "receiver"
State = Referral.State
logger = logging.getLogger("selfreferral.progress")


def ask(*, now: datetime) -> int:
    """REFERRAL_ROUNDS: one round, by one of the workers. How many letters moved."""
    return go_round(now=now) if turns.mine("progress", every=EVERY) else 0


def go_round(*, now: datetime) -> int:
    moved, until = 0, time.monotonic() + ROUND
    states = [State.RECEIVED]
    if turns.mine("progress, closed", every=CLOSED_EVERY):
        states.append(State.OPENED)
    for name in settings.REFERRAL_TRANSPORTS:
        try:
            moved += ask_through(name, states, until=until, now=now)
        except base.Unsupported:
            continue
        except Exception:
            logger.exception("A receiver could not be asked what was opened; the others are")
    return moved


def ask_through(name: str, states: list[State], *, until: float, now: datetime) -> int:
    """Page by page, the newest first, which are most likely to have been opened since. Raises
    Unsupported where receivers cannot be asked."""
    transport, moved, last = base.named(name), 0, sys.maxsize
    transport.listen()
    transport.opened([])  # before a look into the table, which costs something
    waiting = Referral.objects.carried_by(name).filter(state__in=states).order_by("-pk")
    while time.monotonic() < until:
        page = list(waiting.filter(pk__lt=last).values_list("pk", "reference", "created_at")[:AT_ONCE])
        if not page:
            break
        last = page[-1][0]
        found = transport.opened([reference for _pk, reference, _sent in page])
        for _pk, reference, sent in page:
            one = found.get(reference)
            if one and not one.can_be(sent):
                logger.warning("A receiver says that a letter was opened before it was sent")
            elif one:
                moved += note(reference, one, now=now)
    return moved


def note(reference: str, progress: Progress, *, now: datetime) -> bool:
    """Moves the letter on, and puts it on record: opened when the receiver says, closed from now on
    (by its clock alone a letter could be old enough to be purged). Whether it moved."""
    opened = move(reference, [State.RECEIVED], State.OPENED, now=progress.opened_at or now)
    if progress.closed_at is None:
        return opened
    return move(reference, [State.OPENED], State.CLOSED, now=now) or opened


def move(reference: str, earlier: list[State], state: State, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            moved = Referral.objects.filter(reference=reference, state__in=earlier).update(state=state)
            if moved:
                events.append(reference, state, by=BY, now=now)
    except IntegrityError:
        logger.warning("The record was being written to; the receiver is asked again")
        return False
    return bool(moved)
