"""What must be true before anybody is asked a question; a wrong one stops the start."""

import logging
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.module_loading import import_string

from selfreferral import routing
from selfreferral.transports.base import Refused, Transport, named
from services_directory import sealing

logger = logging.getLogger("selfreferral.checks")


@register
def transports(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every way to deliver can be imported and is one."""
    problems: list[CheckMessage] = []
    for name, path in settings.REFERRAL_TRANSPORTS.items():
        try:
            found = import_string(path)
        except ImportError:
            found = None
        if not (isinstance(found, type) and issubclass(found, Transport)):
            problems.append(
                Error(
                    f"REFERRAL_TRANSPORTS[{name!r}] is {path!r}, which is no transport.",
                    hint="Name a class like selfreferral.transports.memory.Memory, spelt as in its file.",
                    id="selfreferral.E001",
                )
            )
        elif (own := getattr(found, "name", name)) != name:
            problems.append(
                Error(
                    f"REFERRAL_TRANSPORTS calls {path} {name!r}, and it calls itself {own!r}.",
                    hint="Letters and receivers remember that name: use it in both places.",
                    id="selfreferral.E004",
                )
            )
    return problems


@register
def phone_desk(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever answers for calls that are written down at the desk can be imported."""
    if "triage" not in settings.PORTAL_DOORS:
        return []
    try:
        import_string(settings.PHONE_DESK)
    except ImportError:
        hint = "Name a class like triage.phone.Desk, spelt as in its file."
        said = f"PHONE_DESK is {settings.PHONE_DESK!r}, which cannot be imported."
        return [Error(said, hint=hint, id="selfreferral.E003")]
    return []


@register
def districts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every district that is ours reads as one: a misspelt one would send its people elsewhere."""
    from selfreferral import areas  # needs the directory's models

    return [
        Error(
            f"PORTAL_DISTRICTS names {wrong!r}, which is no postcode district.",
            hint="Write the first half of postcodes, with commas between: S60,S61,S62",
            id="selfreferral.E002",
        )
        for wrong in settings.PORTAL_DISTRICTS
        if not wrong or areas.district(wrong) != wrong
    ]


def queue_problems() -> list[str]:
    """Why a referral could not be taken, one line for each queue; reads the database."""
    from selfreferral.models import Queue, RevokedKey

    queues = {queue.slug: queue for queue in Queue.objects.filter(active=True)}
    revoked = set(RevokedKey.objects.values_list("public", flat=True))
    problems = [
        f"{slug}: the routing rules send people there, and there is no such active queue. "
        "Run: manage.py load_starter"
        for slug in dict.fromkeys(rule["queue"] for rule in routing.in_force().rules)
        if slug not in queues
    ]
    for slug, queue in queues.items():
        usable = [public for public in queue.recipients if public not in revoked]
        for public in queue.recipients:
            if public in revoked:
                problems.append(f"{slug}: has a revoked key. Run: manage.py keys revoke {public}")
        if why := sealing.problem(usable):
            problems.append(f"{slug}: {why} Run: {mend_keys(slug, own_escrow=queue.own_escrow)}")
        shared = {public for other in queues.values() if other != queue for public in other.recipients}
        if queue.own_escrow and shared & set(usable):
            problems.append(
                f"{slug}: it must have keys of its own, and another queue has one of them, too. "
                f"Run: manage.py keys make {slug}, keys make {slug} --escrow, then keys revoke the shared one"
            )
        if queue.transport not in settings.REFERRAL_TRANSPORTS:
            problems.append(
                f"{slug}: its transport {queue.transport!r} is not in REFERRAL_TRANSPORTS. "
                f"Choose from: {', '.join(settings.REFERRAL_TRANSPORTS)}."
            )
        elif why := not_ready(queue.transport, slug):
            problems.append(f"{slug}: {why}")
    return problems


def not_ready(transport: str, slug: str) -> str:
    """What a queue's transport lacks; one that cannot be imported is `transports`' to name."""
    try:
        return named(transport).unready(slug)
    except Refused:
        return ""


def mend_keys(slug: str, *, own_escrow: bool) -> str:
    """What gives a queue the keys that it lacks."""
    spare = f"keys make {slug} --escrow" if own_escrow else "keys make --escrow"
    return f"manage.py keys make {slug} (and once: {spare})"


def rule_problems() -> list[str]:
    """What is wrong with the routing rules in force, in plain words; reads the database."""
    from selfreferral import routing_problems

    return routing_problems.problems(*routing.in_force())


def stop_unless_ready() -> None:
    """Called by the process that serves the form. Raises ImproperlyConfigured with the mend.

    A database that is down stops nothing: the exit and the numbers must answer, and sending
    says "not sent" by itself. Wrong rules stop nothing either: they are mended in the admin, which
    this process may serve, and everybody still ends in a queue.
    """
    try:
        problems = queue_problems()
        if rule_problems():
            logger.error("The routing rules have problems, which the admin names under: Where requests go")
    except DatabaseError:
        logger.warning("The queues' keys could not be checked: the database does not answer")
        return
    if problems:
        raise ImproperlyConfigured("Referrals cannot be taken.\n  " + "\n  ".join(problems))
