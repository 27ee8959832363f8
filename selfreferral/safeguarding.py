"""Whom to ring about a child or an adult at risk: entries of the directory, never a number of our own."""

from datetime import datetime
from typing import Any

from django.conf import settings

from services_directory import cards
from services_directory.models import Entry

CHILD = ("young_people_11_17", "children_under_11")
ADULT = ("disabled_people", "older_people")
FAR = "neighbouring"  # another council's team would send people on
MOST = 2


def for_child(*, now: datetime) -> list[dict[str, Any]]:
    """Cards of the teams that act when a child is at risk, our own area's first; may be empty."""
    return _teams(CHILD, now)


def for_adult(*, now: datetime) -> list[dict[str, Any]]:
    """The same for an adult who needs care and support."""
    return _teams(ADULT, now)


def _teams(audience: tuple[str, ...], now: datetime) -> list[dict[str, Any]]:
    found = (
        Entry.objects.filter(service__help_types__slug="safeguarding", service__audiences__slug__in=audience)
        .distinct()
        .order_by("scope_order", "name")
        .values_list("card", flat=True)
    )
    near = (card for card in found if card["scope"] != FAR and (settings.PORTAL_DEMO or card["checked"]))
    return [cards.present(card, now) for card in list(near)[:MOST]]
