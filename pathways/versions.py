"""What each page said and when: a row at each publish, and when a fact or a shared step changed it.

`catch_up` composes every published page as plain words, with facts filled in and shared steps
in their places, and adds a version where they differ from the last one. So a difference never
depends on drafts or revisions, and a threshold that changes is a change of every page it is on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from pathways import facts, steps
from pathways.blocks import ROWS
from pathways.models import PathwayPage, Version
from pathways.words import plain
from services_directory import place_marks
from services_directory.disclosure import TAKEN_OUT
from services_directory.models import Entry
from services_directory.public_words import strings

PAGE_ROWS = [
    ("title", "Title"),
    ("lead", "First words"),
    ("now", "What to do now"),
    ("by_when", "By when"),
    ("ring", "Whom to ring"),
    ("feedback", "What you hear back"),
    ("escalation", "If you disagree"),
]
STEP_ROWS = [
    ("title", "Title"),
    ("when", "Only when"),
    *((name, label) for name, label, _help in ROWS),
    ("contact", "Whom to ring"),
]
A_SERVICE = "A service that is not shown now"
FIRST, MOST_NAMED, LONGEST_NOTE = "First version.", 3, 300


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was. `before` or `after` is empty when there was or is none."""

    where: str
    before: str
    after: str


def catch_up_soon() -> None:
    """Once, after this transaction: before that nobody reads what was changed, and it may be taken back."""
    if connection.in_atomic_block and any(row[1] is _after_commit for row in connection.run_on_commit):
        return
    transaction.on_commit(_after_commit)


def _after_commit() -> None:
    catch_up(timezone.now())


def catch_up(now: datetime) -> int:
    """Add a version of every published page that says something else than before; say how many."""
    current = facts.current()
    with transaction.atomic():
        pages = list(PathwayPage.objects.live().order_by("path").select_for_update(of=("self",)))
        written = {page.pk: steps.steps_of(page) for page in pages}
        names = service_names(pages, written)
        last = {version.page_id: version for version in newest(pages)}
        fresh = []
        for page in pages:
            words = without_places(compose(page, written[page.pk], current, names))
            before = last.get(page.pk)
            if before is None or before.words != words:
                fresh.append(_next(page, before, words, now))
        Version.objects.bulk_create(fresh)
    return len(fresh)


def newest(pages: list[PathwayPage]) -> Iterator[Version]:
    tops = Version.objects.filter(page__in=pages).values("page").annotate(top=Max("number"))
    wanted = {row["page"]: row["top"] for row in tops}
    for version in Version.objects.filter(page__in=wanted):
        if version.number == wanted[version.page_id]:
            yield version


def _next(page: PathwayPage, before: Version | None, words: dict[str, Any], now: datetime) -> Version:
    note = FIRST
    if before is not None:
        said = words["said"] if words["said"] != before.words.get("said") else ""
        note = said or in_a_sentence(differences(before.words, words))
    return Version(
        page=page,
        number=before.number + 1 if before else 1,
        published_at=now,
        note=note[:LONGEST_NOTE],
        words=words,
    )


def forget_places() -> None:
    """Take out of every version what says a place that was sealed since (settings.PLACE_SEALED)."""
    for version in Version.objects.iterator():
        kept = without_places({"words": version.words, "note": version.note})
        if kept != {"words": version.words, "note": version.note}:
            Version.objects.filter(pk=version.pk).update(**kept)


def without_places(words: dict[str, Any]) -> dict[str, Any]:
    """`words` with "[taken out]" for every text that says a place which must stay secret."""
    if not place_marks.holders(strings(words)):
        return words
    marks = list(place_marks.active())

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: clean(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [clean(inner) for inner in value]
        return TAKEN_OUT if isinstance(value, str) and place_marks.holders([value], marks) else value

    return clean(words)


def service_names(pages: list[PathwayPage], written: dict[int, list[steps.Step]]) -> dict[str, str]:
    """Names of the services that stand as contacts, by code. Numbers are never kept here."""
    codes = {page.ring for page in pages} | {step.contact for found in written.values() for step in found}
    return dict(Entry.objects.filter(service__code__in=codes - {""}).values_list("service__code", "name"))


def compose(
    page: PathwayPage, written: list[steps.Step], current: facts.Facts, names: dict[str, str]
) -> dict[str, Any]:
    """A page in plain words: its rows, and `steps` as a list of {key, rows}. `said` is the editor's note."""
    rows = {name: plain(getattr(page, name), current) for name, _label in PAGE_ROWS}
    rows["ring"] = names.get(page.ring, "")
    found = []
    for step in written:
        texts = {name: plain(text, current) for name, text in step.words.items()}
        texts |= {"when": plain(step.when, current), "contact": names.get(step.contact, "")}
        found.append({"key": step.key, "rows": texts})
    return {**rows, "steps": found, "said": page.change_note}


def without_hidden_names(*kept: dict[str, Any]) -> list[dict[str, Any]]:
    """What versions said, with the name of a service only while the public can see it under that name."""
    names = {step["rows"].get("contact", "") for words in kept for step in words["steps"]}
    names |= {words.get("ring", "") for words in kept}
    rows = Entry.objects.filter(name__in=names - {""}).values_list("name", "card__checked")
    shown = {"", *(name for name, checked in rows if settings.PORTAL_DEMO or checked)}

    def seen(rows: dict[str, Any], field: str) -> dict[str, Any]:
        return {**rows, field: rows.get(field, "") if rows.get(field, "") in shown else A_SERVICE}

    def steps_of(words: dict[str, Any]) -> list[dict[str, Any]]:
        return [{**step, "rows": seen(step["rows"], "contact")} for step in words["steps"]]

    return [{**seen(words, "ring"), "steps": steps_of(words)} for words in kept]


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """What `new` says otherwise than `old`, in the order of the page; then what went, then the order."""
    found = [
        Difference(label, old.get(name, ""), new.get(name, ""))
        for name, label in PAGE_ROWS
        if old.get(name, "") != new.get(name, "")
    ]
    before = {step["key"]: step["rows"] for step in old["steps"]}
    after = {step["key"]: step["rows"] for step in new["steps"]}
    for number, step in enumerate(new["steps"], 1):
        found += _step_differences(number, before.get(step["key"]), step["rows"])
    found += [
        Difference(f"Step taken out: {rows['title']}", in_one(rows), "")
        for key, rows in before.items()
        if key not in after
    ]
    kept = [[key for key in one if key in other] for one, other in ((before, after), (after, before))]
    if kept[0] != kept[1]:
        orders = [
            "; ".join(rows[key]["title"] for key in keys)
            for keys, rows in zip(kept, (before, after), strict=True)
        ]
        found.append(Difference("Order of the steps", *orders))
    return found


def _step_differences(number: int, before: dict[str, str] | None, after: dict[str, str]) -> list[Difference]:
    if before is None:
        return [Difference(f"New step {number}: {after['title']}", "", in_one(after))]
    return [
        Difference(f"Step {number}, {after['title']}: {label}", before.get(name, ""), after.get(name, ""))
        for name, label in STEP_ROWS
        if before.get(name, "") != after.get(name, "")
    ]


def in_one(rows: dict[str, str]) -> str:
    """A whole step as one text."""
    return " ".join(
        f"{label}: {rows[name]}" for name, label in STEP_ROWS if name != "title" and rows.get(name)
    )


def in_a_sentence(found: list[Difference]) -> str:
    """Where something changed: the note when the editor wrote none."""
    named = "; ".join(difference.where for difference in found[:MOST_NAMED])
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"Changed: {named}{more}."
