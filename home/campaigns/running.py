"""Which campaigns run, as other pages show them: read when one changes, and never before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from home.campaigns.models import ON_THE_HOME_PAGE, CampaignPage
from home.ending import not_over
from home.models.pages import generation_of
from services_directory.freshness import Snapshot


@dataclass(frozen=True)
class Running:
    """One campaign as a card."""

    title: str
    url: str
    lead: str
    starts_on: date | None
    ends_on: date | None
    promoted: bool
    expire_at: datetime | None


def everything(request: HttpRequest, *, now: datetime) -> list[Running]:
    """On the site and not over, in the order in which the home page shows them."""
    return not_over(_snapshot.at(generation_of(request)), request, now)


def on_the_home_page(request: HttpRequest, *, now: datetime) -> list[Running]:
    _snapshot.shows("home")
    found = _promoted(_snapshot.look(generation_of(request)))
    return not_over(found, request, now)[:ON_THE_HOME_PAGE]


def _promoted(campaigns: list[Running]) -> list[Running]:
    return [one for one in campaigns if one.promoted]


def _read() -> list[Running]:
    return [
        Running(page.title, page.url, page.lead, page.starts_on, page.ends_on, page.promoted, page.expire_at)
        for page in CampaignPage.objects.live().order_by("place", "-starts_on", "pk").defer("body")
    ]


def _parts(campaigns: list[Running]) -> dict[str, Any]:
    return {"home": _promoted(campaigns)}


_snapshot = Snapshot("campaigns", _read, _parts)
