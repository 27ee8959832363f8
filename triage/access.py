"""Who may see which case, and what they may do with it. Everything else in this room asks here.

A superuser is nobody special: without a membership, no queue and no case exist.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from triage import events
from triage.demo_staff import USERNAMES as INVENTED
from triage.models import Case, CaseEvent, Membership
from triage.models.case import CaseQuerySet

Role = Membership.Role
READERS = frozenset({Role.WORKER, Role.LEAD})


class NotHere(Exception):
    """There is no such case for this person, whether or not there is one for somebody else."""


def roles_of(user: Any) -> dict[str, str]:
    """Slug of each queue the person works at, with their role there. Empty: they may not come in."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if user.get_username() in INVENTED and not settings.PORTAL_DEMO:
        return {}  # their passphrases are printed in our source
    return dict(Membership.objects.filter(user=user).values_list("queue", "role"))


def visible_to(user: Any) -> CaseQuerySet:
    """The cases of the person's own queues: for the list, the page, and whatever comes after them."""
    return Case.objects.filter(queue__in=roles_of(user))


def case_for(user: Any, reference: str, *, now: datetime) -> Case:
    """The case, or `NotHere` in the same words and about the same time for every other reference.

    The attempt goes on the record either way, so that writing it tells nobody which it was.
    """
    case = visible_to(user).filter(reference=reference).first()
    if case is None:
        who = user.get_username()
        events.write(CaseEvent.What.REFUSED, now=now, reference=reference[:20], by=who)
        raise NotHere
    return case


def role_at(user: Any, case: Case) -> str:
    """The person's role at the case's queue; empty without one."""
    return roles_of(user).get(case.queue, "")


def led_by(user: Any) -> list[Any]:
    """The people whose second step this person may set back, by name: never themselves, no superuser, and
    nobody who also works at a queue that this person does not lead: a lead decides about their own only."""
    lead_at = {queue for queue, role in roles_of(user).items() if role == Role.LEAD}
    at: dict[Any, set[str]] = {}
    for place in Membership.objects.exclude(user_id=user.pk).select_related("user"):
        at.setdefault(place.user, set()).add(place.queue)
    led = (
        one for one, at_these in at.items() if at_these <= lead_at and roles_of(one) and not one.is_superuser
    )
    return sorted(led, key=lambda one: (one.get_full_name() or one.get_username()).casefold())


def leads_of(queue: str) -> list[str]:
    """Who leads a queue (its slug), by name, as far as they can sign in."""
    leads = Membership.objects.filter(queue=queue, role=Role.LEAD).select_related("user")
    there = (lead.user for lead in leads if queue in roles_of(lead.user))
    return sorted(user.get_full_name() or user.get_username() for user in there)
