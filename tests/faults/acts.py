"""What the forks do. Each act yields lines that count as said to somebody outside."""

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection, transaction
from pyrage import x25519

from selfreferral import delivery, events, outbox
from selfreferral.envelope import from_bytes
from selfreferral.flow import to_send
from selfreferral.management.commands.deliver_referrals import drain, run
from selfreferral.models import Event, Queue, Referral
from services_directory import unsealing
from tests.selfreferral.somebody import NOW, answers, queues_with_keys
from triage.models import Case


def furnish() -> Iterator[Any]:
    """Queues with keys whose letters go to the inbox; says the private keys."""
    keys = queues_with_keys()
    Queue.objects.update(transport="inbox")
    yield [str(identity) for identity in keys.values()]


def tell(reference: str, name: str) -> list[str]:
    """The moment at which the person would see the reference."""
    return ["told", reference, name]


def post(people: dict[str, str]) -> Iterator[Any]:
    """Send for each person (journey by name), as the form does; says what each was told."""
    for name, journey in people.items():
        given = answers(about={"name": name}, safe={"now": "no" if name.endswith("3") else "yes"})
        try:
            with transaction.atomic():
                posted = outbox.post(uuid.UUID(journey), *to_send(given), now=NOW, mark="")
        except (outbox.NotSent, DatabaseError):
            yield ["not sent", name]
        else:
            yield tell(posted.reference, name)


def deliver() -> Iterator[Any]:
    """One worker, until nothing is due."""
    yield drain()


def deliver_for(seconds: float) -> Iterator[Any]:
    """The whole worker, for some seconds."""
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    run(until=stop)
    yield "stopped"


def hold_lock(seconds: float) -> Iterator[Any]:
    """Nobody else writes meanwhile."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE selfreferral_referral IN ACCESS EXCLUSIVE MODE")
        yield "held"
        time.sleep(seconds)


def spoil(reference: str) -> Iterator[Any]:
    yield Referral.objects.filter(reference=reference).update(sealed=b"spoilt")


def states() -> Iterator[Any]:
    yield dict(Referral.objects.values_list("reference", "state"))


def report(identities: list[str]) -> Iterator[Any]:
    """Everything that a check needs, with each case opened."""
    keys = [x25519.Identity.from_str(line) for line in identities]
    yield {
        "outbox": [
            {
                "reference": one.reference,
                "journey": str(one.journey),
                "state": one.state,
                "attempts": one.attempts,
            }
            for one in Referral.objects.all()
        ],
        "cases": [
            {"reference": case.reference, "queue": case.queue, "name": typed_name(case, keys)}
            for case in Case.objects.all()
        ],
        "received": list(Event.objects.filter(what="received").values_list("reference", flat=True)),
        "broken": [one.reference for one in Referral.objects.all() if events.first_broken(one.reference)],
        "outstanding": Referral.objects.outstanding().count(),
    }


def typed_name(case: Case, keys: list[x25519.Identity]) -> str:
    letter = from_bytes(unsealing.open(bytes(case.sealed), keys))
    assert (letter["reference"], letter["queue"]) == (case.reference, case.queue)
    pages = {page["step"]: page["items"] for page in letter["answers"]}
    return next(item["answer"] for item in pages["about"] if item["question"].startswith("What should"))


def lease_seconds() -> float:
    return delivery.LEASE.total_seconds()


def letters(identities: list[str]) -> Iterator[Any]:
    """Every letter that lies in the inbox, opened."""
    keys = [x25519.Identity.from_str(line) for line in identities]
    yield [from_bytes(unsealing.open(bytes(case.sealed), keys)) for case in Case.objects.all()]


def names_opened_by(identities: list[str]) -> Iterator[Any]:
    """Whose letters these private keys open."""
    keys = [x25519.Identity.from_str(line) for line in identities]
    names = []
    for case in Case.objects.all():
        with contextlib.suppress(unsealing.CannotOpen):
            names.append(typed_name(case, keys))
    yield names
