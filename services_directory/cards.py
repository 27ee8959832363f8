"""A service as the public may see it: plain facts, composed once when it is saved.

`compose` turns a service into JSON; `present` and `Card` add what depends on the clock. Templates read
nothing else, so a fact that is not composed here cannot be shown, and a place that is not
public is not composed.
"""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from services_directory import opening

if TYPE_CHECKING:
    from services_directory.models import Phone, Service

LEAD_LENGTH = 200
BILL_WORDS = {
    "yes": "Shows on the phone bill",
    "no": "Does not show on the phone bill",
    "unknown": "May show on the phone bill",
}
COST_WORDS = {True: "Free to call", False: "Not a free call", None: ""}
TEXT_COST_WORDS = {True: "Free to text", False: "Not a free text", None: ""}
MEN_WORDS = {"served": "Men can use this service", "signposted": "Men are told where else to go"}
BANK_HOLIDAY_WORDS = {
    "open": "Same hours on bank holidays",
    "closed": "Closed on bank holidays",
    "unknown": "Bank holiday hours not known",
}


def plain_date(day: date) -> str:
    """3 October 2026"""
    return f"{day.day} {day:%B %Y}"


def compose(service: "Service") -> dict[str, Any]:
    """Everything public about `service`, as JSON. Fetch it with `with_public_parts()`."""
    week = opening.week_of(service.schedules.all())
    phones = list(service.phones.all())
    return {
        "id": service.pk,
        "name": service.name,
        "also": service.alternate_name,
        "url": reverse("service", args=[service.pk]),
        "report_url": reverse("report", args=[service.pk]),
        "organization": service.organization.name,
        "description": service.description,
        "lead": lead(service.description),
        "what_happens": service.what_happens,
        "audiences": [term.name for term in service.audiences.all()],
        "audience_slugs": [term.slug for term in service.audiences.all()],
        "help": [term.name for term in service.help_types.all()],
        "referrers": [term.name for term in service.referrers.all()],
        "scope": service.scope,
        "area": ", ".join(area.name for area in service.service_areas.all()),
        "ages": ages_in_words(service.minimum_age, service.maximum_age),
        "by_and_for": f"Run by and for {service.by_and_for}" if service.by_and_for else "",
        "men": MEN_WORDS.get(service.men, ""),
        "phones": [_line(phone) for phone in phones if phone.kind == "voice"],
        "texts": [_line(phone) for phone in phones if phone.kind == "text"],
        "textphone": next((_line(phone) for phone in phones if phone.kind == "textphone"), None),
        "email": service.email,
        "website": service.website,
        "webchat": (
            {"url": service.webchat_url, "hours": service.webchat_hours} if service.webchat_url else None
        ),
        "bsl": service.bsl,
        "languages": [language.name for language in service.languages.all()],
        "interpreting": service.interpretation_services,
        "contacts": [
            {"title": c.title, "department": c.department, "email": c.email, "phone": c.phone}
            for c in service.contacts.all()
            if c.for_professionals
        ],
        "place": _public_place(service),
        "week": week,
        "hours": opening.hours_in_words(week),
        "hours_known": bool(week),
        "bank_holidays": service.bank_holidays,
        "bank_holiday_words": _bank_holiday_words(service.bank_holidays, week),
        "checked": service.assured_date.isoformat() if service.assured_date else None,
        "checked_words": checked_words(service.assured_date),
        "has_contact": bool(phones or service.email or service.website or service.webchat_url),
    }


def present(card: dict[str, Any], now: datetime) -> dict[str, Any]:
    """`card` with its opening state at `now` (aware)."""
    state = opening.opening(card["week"], card["bank_holidays"], now)
    return {**card, "opening": state, "changes_at": opening.next_change(card["week"], now)}


class Card(dict[str, Any]):
    """`written` (a public copy as it is stored) with its opening state at `now` (aware).

    Equal to every other one that was written and is open alike: what was made of one serves the other
    (services_directory/freshness.py, `kept`).
    """

    def __init__(self, written: str, now: datetime) -> None:
        super().__init__(present(json.loads(written), now))
        self.said = (written, self["opening"])

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and self.said == other.said


def lead(text: str, length: int = LEAD_LENGTH) -> str:
    """The first whole sentences of `text` that fit, or its first words."""
    kept = ""
    for sentence in text.replace("\n", " ").split(". "):
        candidate = f"{kept}. {sentence}" if kept else sentence
        if len(candidate) > length:
            break
        kept = candidate
    if not kept:
        return text[:length].rsplit(" ", 1)[0] + "…"
    return kept if kept.endswith((".", "?")) else kept + "."


def ages_in_words(youngest: int | None, oldest: int | None) -> str:
    if youngest is not None and oldest is not None:
        return f"Ages {youngest} to {oldest}"
    if youngest is not None:
        return f"Ages {youngest} and over"
    return f"Ages {oldest} and under" if oldest is not None else ""


def checked_words(day: date | None) -> str:
    return f"Details checked on {plain_date(day)}" if day else "Details not checked yet"


def _line(phone: "Phone") -> dict[str, str]:
    words = TEXT_COST_WORDS if phone.kind == "text" else COST_WORDS
    return {
        "label": phone.label,
        "display": phone.number,
        "href": phone.href,
        "cost": words[phone.free],
        "bill": BILL_WORDS[phone.shows_on_bill],
        "note": phone.note,
    }


def _bank_holiday_words(policy: str, week: opening.Week) -> str:
    return "" if not week or opening.is_always(week) else BANK_HOLIDAY_WORDS[policy]


def _public_place(service: "Service") -> list[str] | None:
    """Address lines, only when both the service and the place say that they are public."""
    if not service.place_may_be_shown:
        return None
    for link in service.service_at_locations.all():
        if link.location.address_lines:
            return link.location.address_lines
    return None
