"""Which campaigns run, as other pages show them: read when one changes, and never before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from home.campaigns.models import ON_THE_HOME_PAGE, CampaignPage
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


def everything(generation: int | None) -> list[Running]:
    """On the site, in the order in which the home page shows them."""
    return _snapshot.at(generation)


def on_the_home_page(generation: int | None) -> list[Running]:
    _snapshot.shows("home")
    return _promoted(_snapshot.look(generation))


def _promoted(campaigns: list[Running]) -> list[Running]:
    return [one for one in campaigns if one.promoted][:ON_THE_HOME_PAGE]


def _read() -> list[Running]:
    return [
        Running(page.title, page.url, page.lead, page.starts_on, page.ends_on, page.promoted)
        for page in CampaignPage.objects.running().defer("body")
    ]


def _parts(campaigns: list[Running]) -> dict[str, Any]:
    return {"home": _promoted(campaigns)}


_snapshot = Snapshot("campaigns", _read, _parts)
