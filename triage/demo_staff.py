"""Invented people for the demonstration's desk. Their passphrases are printed: production refuses them."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Person:
    """`roles`: slug of the queue, and the role there."""

    username: str
    name: str
    passphrase: str
    roles: tuple[tuple[str, str], ...]
    what: str


# The independent team's cases are not for people who work with everybody else's.
# Not the independent team's: its cases are not for people who work with everybody else's.
EVERY_QUEUE = ("provider", "high-risk", "young-people", "own-behaviour", "children")
STAFF = (
    Person("wren", "Wren Example", "a-desk-passphrase-1", (("provider", "worker"),), "worker, provider"),
    Person("ida", "Ida Example", "a-desk-passphrase-2", (("high-risk", "worker"),), "worker, high risk"),
    Person(
        "yusuf",
        "Yusuf Example",
        "a-desk-passphrase-3",
        (("young-people", "worker"), ("children", "worker")),
        "young people’s advocate",
    ),
    Person(
        "bea",
        "Bea Example",
        "a-desk-passphrase-4",
        (("own-behaviour", "worker"),),
        "worker, own behaviour",
    ),
    Person(
        "ines",
        "Ines Example",
        "a-desk-passphrase-7",
        (("independent", "lead"),),
        "lead, independent team",
    ),
    Person(
        "lee",
        "Lee Example",
        "a-desk-passphrase-5",
        tuple((queue, "lead") for queue in EVERY_QUEUE if queue != "own-behaviour"),
        "lead",
    ),
    Person(
        "ada",
        "Ada Example",
        "a-desk-passphrase-6",
        tuple((queue, "auditor") for queue in EVERY_QUEUE),
        "auditor: sees what was done, opens nothing",
    ),
)
USERNAMES = frozenset(person.username for person in STAFF)


def load() -> int:
    """Add whoever is missing, without any right in the CMS. How many were added."""
    from triage.models import Membership

    if not settings.PORTAL_DEMO:
        raise ImproperlyConfigured("PORTAL_DEMO is off: invented staff are for a demonstration only.")
    added = 0
    for person in STAFF:
        first, last = person.name.split(" ", 1)
        user, made = get_user_model().objects.get_or_create(
            username=person.username, defaults={"first_name": first, "last_name": last}
        )
        if not made:
            continue
        user.set_password(person.passphrase)
        user.save()
        Membership.objects.bulk_create(
            Membership(user=user, queue=queue, role=role) for queue, role in person.roles
        )
        added += 1
    return added
