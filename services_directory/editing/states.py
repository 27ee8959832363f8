"""How a service stands with its editors: hidden, not checked, overdue or checked."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from services_directory.cards import plain_date
from services_directory.models import Service
from services_directory.querysets import ServiceQuerySet

SOON = timedelta(days=30)
CHOICES = [
    ("not_checked", "Not checked"),
    ("overdue", "Overdue"),
    ("checked", "Checked"),
    ("hidden", "Hidden"),
]
DUE_CHOICES = [
    ("overdue", "Overdue"),
    ("soon", "In the next 30 days"),
    ("later", "Later"),
    ("none", "No date"),
]


@dataclass(frozen=True)
class State:
    """`code` is one of CHOICES; `words` say it, `detail` says since or until when."""

    code: str
    words: str
    detail: str = ""


def state_of(service: Service, today: date) -> State:
    """The one state that matters most to an editor."""
    if not service.live:
        was_shown = service.first_published_at is not None
        return State("hidden", "Hidden" if was_shown else "Not published yet")
    if service.assured_date is None:
        return State("not_checked", "Not checked")
    checked = f"Checked on {plain_date(service.assured_date)}"
    if service.next_check_due is None:
        return State("overdue", "Overdue", f"{checked}. No date for the next check.")
    if service.next_check_due <= today:
        return State("overdue", "Overdue", f"{checked}. Due on {plain_date(service.next_check_due)}.")
    return State("checked", "Checked", f"{checked}. Due on {plain_date(service.next_check_due)}.")


def in_state(services: ServiceQuerySet, code: str, today: date) -> QuerySet[Service]:
    """The services that `state_of` gives `code`."""
    if code == "hidden":
        return services.hidden()
    shown = services.filter(live=True)
    if code == "not_checked":
        return shown.unverified()
    overdue = Q(next_check_due__isnull=True) | Q(next_check_due__lte=today)
    if code == "overdue":
        return shown.verified().filter(overdue)
    return shown.verified().exclude(overdue)


def due(services: ServiceQuerySet, code: str, today: date) -> QuerySet[Service]:
    """The services whose next check falls into one of DUE_CHOICES."""
    if code == "none":
        return services.filter(next_check_due__isnull=True)
    if code == "overdue":
        return services.filter(next_check_due__lte=today)
    if code == "soon":
        return services.filter(next_check_due__gt=today, next_check_due__lte=today + SOON)
    return services.filter(next_check_due__gt=today + SOON)
