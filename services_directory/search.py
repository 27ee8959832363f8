"""Finding services: free text and filters over one full-text index, on either database.

One statement asks for the tiers in order, best first, each inside the index with its filters,
until CAP candidates are found; only these are sorted (tier, then scope, then age of the entry),
and only the cards of one page are read. So the cost does not grow with the number of hits, which
is why nothing is ranked by bm25 or ts_rank: both read every hit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations
from typing import Any

from django.conf import settings
from django.db import connection

from services_directory import spelling
from services_directory.cards import Card
from services_directory.expression import (
    And,
    But,
    Code,
    Expression,
    every,
    some,
    to_fts5,
    to_tsquery,
)
from services_directory.filters import ANYONE, BY_PARAM, EVERY, HERE, UNCHECKED, code
from services_directory.freshness import note, told
from services_directory.models import Entry
from services_directory.question import WHOLE_TIERS, Question, question
from services_directory.selection import Selection
from services_directory.tags import LISTING, service_tag

PER_PAGE = 10
MOST = 500
CAP = MOST + 1
MOST_TO_COMBINE = 4

IN_AREA = Code(code("a", HERE))
NATIONWIDE = Code(code("a", 3))
WORST = 9  # keeps (text tier, who tier) in one number

HITS = {
    "sqlite": "SELECT %s AS tier, rowid AS id FROM directory_index WHERE directory_index MATCH %s",
    # Planned as if every hit were wanted, which keeps it on the index; run only until LIMIT.
    "postgresql": "(WITH found AS MATERIALIZED (SELECT service_id FROM services_directory_entry "
    "WHERE search @@ to_tsquery('public.directory', %s)) SELECT %s AS tier, service_id AS id FROM found)",
}
SORTED = (
    "WITH hits AS (",
    " LIMIT %s), page AS (SELECT hits.tier, entry.scope_order, hits.id, COUNT(*) OVER () AS total, "
    "MIN(hits.tier) OVER () AS best FROM hits JOIN services_directory_entry entry "
    "ON entry.service_id = hits.id ORDER BY hits.tier, entry.scope_order, hits.id LIMIT %s OFFSET %s) "
    "SELECT page.total, page.best, page.tier, entry.card FROM page JOIN services_directory_entry entry "
    "ON entry.service_id = page.id ORDER BY page.tier, page.scope_order, page.id",
)


@dataclass(frozen=True)
class Results:
    """One page of services. `total` stops at CAP; `corrected` is the text that was searched instead."""

    cards: list[Card] = field(default_factory=list)
    total: int = 0
    best: int = 0
    corrected: str = ""

    @property
    def total_words(self) -> str:
        return count_in_words(self.total)

    @property
    def has_every_word(self) -> bool:
        return bool(self.total) and self.best // WORST < WHOLE_TIERS


def count_in_words(total: int) -> str:
    if total > MOST:
        return f"More than {MOST} services"
    return "1 service" if total == 1 else f"{total} services"


def find(
    text: str, selection: Selection, *, now: datetime, page: int = 1, per_page: int = PER_PAGE
) -> Results:
    """Services that have `text` (all of its words, if any do) and fit `selection`."""
    asked = question(text, selection.words.synonyms if text else {})
    if asked:
        note(Entry._meta.db_table)  # any word of any service may count
    results = run(tiers(asked, selection, now), now=now, page=page, per_page=per_page)
    if not asked or results.has_every_word or (page > 1 and not results.total):
        return results
    words = [word.text for word in asked.words if word.text not in selection.words.synonyms]
    mended = spelling.mend(words)
    if not mended:
        return results
    better = question(corrected := replace_words(text, mended), selection.words.synonyms)
    found = run(tiers(better, selection, now), now=now, page=page, per_page=per_page)
    return replace(found, corrected=corrected) if found.total else results


def stand_ins(text: str, selection: Selection, *, now: datetime, per_page: int = PER_PAGE) -> Results:
    """National services for when nothing fits: as near to what was asked for as there are.

    Who it is for is let go of last, and services for anyone come before that.
    """
    asked = question(text, selection.words.synonyms if text else {})
    if asked:
        note(Entry._meta.db_table)
    nearly = _groups(selection.keep("w", "h"), now)
    who = _groups(selection.keep("w"), now)
    named = [some(_who_codes(selection))] if who else []
    wanted: tuple[list[Expression], ...]
    wanted = ([*_text(asked), *nearly], nearly, named or who, who, [])
    steps = list(dict.fromkeys(published(every([*parts, NATIONWIDE])) for parts in wanted))
    branches = [(tier, But(step, some(steps[:tier])) if tier else step) for tier, step in enumerate(steps)]
    return run(branches, now=now, page=1, per_page=per_page, at_most=per_page)


def run(
    branches: list[tuple[int, Expression]], *, now: datetime, page: int, per_page: int, at_most: int = CAP
) -> Results:
    """The page of cards that `branches` (tier, what to find; disjoint, best first) give. One query."""
    vendor = connection.vendor
    write = {"sqlite": to_fts5, "postgresql": to_tsquery}[vendor]
    params: list[Any] = []
    for tier, expression in branches:
        written = write(expression)
        params += [tier, written] if vendor == "sqlite" else [written, tier]
    statement = " UNION ALL ".join([HITS[vendor]] * len(branches)).join(SORTED)
    with told(LISTING), connection.cursor() as cursor:
        cursor.execute(statement, [*params, at_most, per_page, (page - 1) * per_page])
        rows = cursor.fetchall()
    if not rows:
        return Results()
    found = [Card(written, now) for *_counts, written in rows]
    note(*(service_tag(card["id"]) for card in found))
    # The index has left unchecked services out already; nothing that looks only there may show one.
    shown = [card for card in found if settings.PORTAL_DEMO or card["checked"]]
    return Results(shown, rows[0][0], rows[0][1])


def tiers(asked: Question, selection: Selection, now: datetime) -> list[tuple[int, Expression]]:
    """Everything that fits, split into disjoint tiers: by words, then by whom it is for, then
    services of this area before others."""
    texts: list[Expression | None] = [*disjoint(asked.tiers)] if asked else [None]
    always = [*_groups(selection.keep(*set(BY_PARAM) - {"w"}), now)]
    branches: list[tuple[int, Expression]] = []
    for text_tier, text in enumerate(texts):
        for who_tier, who in enumerate(_who_tiers(selection)):
            parts = [part for part in (text, who, *always) if part is not None]
            whole = published(every(parts or [Code(EVERY)]))
            tier = text_tier * WORST + who_tier
            branches += [(tier, And((whole, IN_AREA))), (tier, But(whole, IN_AREA))]
    return branches


def disjoint(nested: list[Expression]) -> Iterator[Expression]:
    """Each tier without the one before it, which it holds."""
    yield nested[0]
    for smaller, larger in zip(nested, nested[1:], strict=False):
        yield But(larger, smaller)


def _who_tiers(selection: Selection) -> list[Expression | None]:
    """By how many of the chosen groups a service is for; then services for anyone."""
    options = selection.chosen.get("w", ())
    if not options:
        return [None]
    codes = _who_codes(selection)
    counts = range(len(codes), 0, -1) if len(codes) <= MOST_TO_COMBINE else (len(codes), 1)
    nested = [some(every(group) for group in combinations(codes, count)) for count in counts]
    found: list[Expression | None] = list(disjoint(nested))
    if any(option.anyone_counts for option in options):
        found.append(But(Code(ANYONE), some(codes)))
    return found


def _who_codes(selection: Selection) -> list[Expression]:
    return [Code(code("w", option.number)) for option in selection.chosen.get("w", ())]


def _groups(selection: Selection, now: datetime) -> list[Expression]:
    """AND between groups, OR inside one; services for anyone fit whoever asks."""
    groups = []
    for param, options in selection.chosen.items():
        fits = [BY_PARAM[param].expression(param, option.number, now) for option in options]
        if param == "w" and any(option.anyone_counts for option in options):
            fits.append(Code(ANYONE))
        groups.append(some(fits))
    return groups


def _text(asked: Question) -> list[Expression]:
    return [some(word.anywhere for word in asked.words)] if asked else []


def published(expression: Expression) -> Expression:
    """All of it in the demonstration; elsewhere only what a person has checked."""
    return expression if settings.PORTAL_DEMO else But(expression, Code(UNCHECKED))


def replace_words(text: str, mended: dict[str, str]) -> str:
    """`text` with its misspelt words mended, the rest as it was typed."""
    return re.sub(r"[^\W_]+", lambda found: mended.get(found[0].lower(), found[0]), text)
