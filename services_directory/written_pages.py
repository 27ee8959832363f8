"""Pages that somebody wrote, found beside the services: the same index, the same words, a few at most."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from services_directory.expression import Expression, to_fts5, to_tsquery
from services_directory.models.publication import WrittenPage
from services_directory.question import WHOLE_TIERS, question
from services_directory.search import disjoint

MOST = 3
HITS = {
    "sqlite": "SELECT %s AS tier, rowid AS id FROM page_index WHERE page_index MATCH %s",
    "postgresql": "SELECT %s AS tier, page_id AS id FROM services_directory_writtenpage "
    "WHERE search @@ to_tsquery('public.directory', %s)",
}
FOUND = (
    "SELECT written.name, written.lead, page.url_path FROM ({hits}) hits "
    "JOIN services_directory_writtenpage written ON written.page_id = hits.id "
    "JOIN wagtailcore_page page ON page.id = hits.id "
    "WHERE page.live AND (page.expire_at IS NULL OR page.expire_at > %s) "
    "ORDER BY hits.tier, page.path LIMIT %s"
)


@dataclass(frozen=True)
class Found:
    """One page. `url` is its address without the host."""

    title: str
    lead: str
    url: str


def find(text: str, synonyms: Any, *, now: datetime) -> list[Found]:
    """The pages that hold every word of `text` (or what it means), best first; none that is over. One query,
    or none."""
    asked = question(text, synonyms)
    if not asked:
        return []
    language = {"sqlite": to_fts5, "postgresql": to_tsquery}[connection.vendor]
    tiers: list[Expression] = list(disjoint(asked.tiers[:WHOLE_TIERS]))
    hits = " UNION ALL ".join([HITS[connection.vendor]] * len(tiers))
    params = [part for number, tier in enumerate(tiers) for part in (number, language(tier))]
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(hits=hits), [*params, moment, MOST])
        return [Found(name, lead, address_of(path)) for name, lead, path in cursor.fetchall()]


def address_of(url_path: str) -> str:
    """`/home/for/1/` → `/for/1/`: the first part is the root page of the site, of which there is one."""
    return "/" + url_path.split("/", 2)[2]


def keep(page: Any, *, lead: str, body: str) -> None:
    """What search may read of a page that is live."""
    WrittenPage.objects.update_or_create(
        page_id=page.pk, defaults={"name": page.title, "lead": lead, "body": body}
    )


def forget(page: Any) -> None:
    WrittenPage.objects.filter(page_id=page.pk).delete()
