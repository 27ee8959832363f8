"""What happens to keys, in forks: turned over, taken away, spoilt and put back."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from pyrage import x25519

from selfreferral import keys
from selfreferral.models import Queue, RevokedKey


def turn_over(slug: str) -> Iterator[Any]:
    """The team gets a new key, the old one is no longer sealed for; says the new private key."""
    identity = x25519.Identity.generate()
    keys.rotate(slug, str(identity.to_public()))
    yield str(identity)


def revoke(slug: str) -> Iterator[Any]:
    """The team's key is never to be used again, at once."""
    public = Queue.objects.get(slug=slug).recipients[0]
    keys.revoke(public, now=timezone.now(), leave_too_few=True)
    yield public


def recipients() -> Iterator[Any]:
    yield dict(Queue.objects.values_list("slug", "recipients"))


def spoil(how: str) -> Iterator[Any]:
    """What is done to every queue's keys."""
    before = dict(Queue.objects.values_list("slug", "recipients"))
    if "revoked" in how:
        for slug in before:
            list(revoke(slug))
    for queue in Queue.objects.all():
        kept = before[queue.slug]
        queue.recipients = {
            "missing": [],
            "one only": kept[:1],
            "the same twice": kept[:1] * 2,
            "wrong": ["age1" + "q" * 58, *kept[1:]],
            "private in place of public": [str(x25519.Identity.generate()), *kept[1:]],
            "revoked": queue.recipients,
            "revoked, and back out of a backup": kept,
            "switched off": kept,
        }[how]
        queue.active = how != "switched off"
        queue.save()
    yield "spoilt"


def put_back(recipients: dict[str, list[str]]) -> Iterator[Any]:
    for slug, kept in recipients.items():
        Queue.objects.filter(slug=slug).update(recipients=kept, active=True)
    RevokedKey.objects.all().delete()
    yield "as before"
