"""The worker: carries sealed letters to their queues, for as long as it runs."""

import logging
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from selfreferral import delivery, reconciliation, waking

PAUSE = 0.5  # seconds between looks; a new letter waits for one of them at most
BEAT_EVERY = 5.0
SWEEP_EVERY = 30.0
logger = logging.getLogger("selfreferral.worker")


class Command(BaseCommand):
    help = "Delivers what was accepted, until it is stopped. Any number may run beside each other."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then end")
        parser.add_argument("--release", metavar="REFERENCE", help="try a quarantined letter again")
        parser.add_argument("--reconcile", action="store_true", help="compare with the receivers now")

    def handle(self, *args: Any, **options: Any) -> None:
        if reference := options["release"]:
            if not delivery.release(reference, now=timezone.now()):
                raise CommandError("No letter of this reference is in quarantine.")
            self.stdout.write("Released: it is tried at the worker's next round.")
        elif options["reconcile"]:
            found = reconciliation.compare(now=timezone.now())
            self.stdout.write("\n".join(f"{what}: {number}" for what, number in sorted(found.items())))
        elif options["once"]:
            delivery.beat()
            self.stdout.write(f"{drain()} received.")
            ask_receivers()
        else:
            run(until=stop_signal())


def stop_signal() -> threading.Event:
    """Set by Ctrl-C and by SIGTERM: the letter in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run(*, until: threading.Event) -> None:
    """Round after round. Nothing that happens in one may end the next."""
    next_beat = next_sweep = next_word = 0.0
    while not until.is_set():
        try:
            close_old_connections()
            if time.monotonic() >= next_beat:
                delivery.beat()
                next_beat = time.monotonic() + BEAT_EVERY
            if time.monotonic() >= next_sweep:
                delivery.sweep()
                next_sweep = time.monotonic() + SWEEP_EVERY
            drain(until=until, for_at_most=BEAT_EVERY)
            if time.monotonic() >= next_word:
                # After the letters, so that nothing that goes wrong here can hold one up.
                next_word = time.monotonic() + SWEEP_EVERY
                ask_receivers()
            waking.wait(PAUSE, until=until)
        except DatabaseError:
            logger.exception("The database did not answer the worker; it goes on")
            connection.close()
            until.wait(PAUSE)
        except Exception:
            logger.exception("A round of the worker failed; it goes on")
            until.wait(PAUSE)


def ask_receivers() -> None:
    """How far their letters have come, and what else is due now and then; settings name whom to ask,
    because receivers stand above us. One that fails keeps none of the others from its turn.
    """
    for path in settings.REFERRAL_ROUNDS:
        try:
            import_string(path)(now=timezone.now())
        except Exception:
            logger.exception("Something that is due now and then failed; the others go on")


def drain(*, until: threading.Event | None = None, for_at_most: float = float("inf")) -> int:
    """Deliver what is due; how many were received."""
    count = 0
    end = time.monotonic() + for_at_most
    while time.monotonic() < end and not (until and until.is_set()):
        held = delivery.lease(now=timezone.now())
        if held is None:
            break
        count += delivery.deliver(held, now=timezone.now())
    return count
