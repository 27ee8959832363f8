"""Pathways as they are published, and one page's steps with facts and contacts filled in.

`published()` keeps every live page's own steps (services_directory/freshness.py), so that a page can show a
step of another, the list can be searched and nothing is read twice. `Compose` turns steps
into what a template shows; numbers come from the directory's public copy at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from pathways.blocks import ROWS
from pathways.facts import Facts
from pathways.words import show
from services_directory.freshness import Snapshot, note, told
from services_directory.models import Entry
from services_directory.tags import LISTING, service_tag

LIST = "list"
AFTER_CONTACT = "who"  # whom to ring stands before this row, after when and by when
TEXTS = ("title", *(name for name, _label, _help in ROWS))


@dataclass(frozen=True)
class Step:
    """A step as it was written. `key` is its block's; `when` says when a shared one applies here."""

    key: str
    words: dict[str, str]
    contact: str = ""
    when: str = ""
    page_title: str = ""
    page_url: str = ""


@dataclass(frozen=True)
class Flow:
    """One published page. `search_words` and texts are as written, with keys of facts."""

    pk: int
    code: str
    title: str
    url: str
    lead: str
    now: str
    by_when: str
    ring: str
    kind: str
    search_words: str
    own_steps: tuple[Step, ...]
    order: tuple[tuple[str, str], ...]  # every step by key, shared ones with their condition


@dataclass(frozen=True)
class Published:
    """Every published pathway, in the order of the list."""

    flows: tuple[Flow, ...] = ()

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Own steps of every page by key. A copied page has the same keys: the first page wins."""
        return {step.key: step for flow in reversed(self.flows) for step in flow.own_steps}

    @cached_property
    def by_code(self) -> dict[str, Flow]:
        """Those pages that the site came with, by what it knows them by."""
        return {flow.code: flow for flow in self.flows if flow.code}

    def steps_on(self, flow: Flow) -> list[Step]:
        """All steps of a page in order, shared ones with where they are from; those that went left out.

        A copied page has its steps' keys from the other: here its own stand, whatever the other says.
        """
        own = {step.key: step for step in flow.own_steps}
        return [
            replace(step, when=when, page_title="" if key in own else step.page_title)
            for key, when in flow.order
            if (step := own.get(key) or self.steps.get(key))
        ]


@dataclass(frozen=True)
class Contact:
    """Whom to ring, as the directory has it now. Without a number the front door's stands in."""

    name: str = ""
    url: str = ""
    number: str = ""
    href: str = ""

    def __bool__(self) -> bool:
        return bool(self.number)


@dataclass(frozen=True)
class ShownStep:
    """What a template shows of one step. `rows` are (label, words), words None for whom to ring."""

    number: int
    title: SafeString
    when: SafeString
    clock: SafeString
    rows: tuple[tuple[str, SafeString | None], ...]
    contact: Contact | None
    page_title: str
    page_url: str


def published(generation: int | None = None) -> Published:
    """What is published now. No query when `generation` is known and kept."""
    return _snapshot.at(generation)


def listed(generation: int | None = None) -> tuple[Flow, ...]:
    """The same for a page that shows titles and addresses only."""
    _snapshot.shows(LIST)
    return _snapshot.look(generation).flows


def _read() -> Published:
    from pathways.models import PathwayPage

    return Published(tuple(flow_of(page) for page in PathwayPage.objects.live().order_by("path")))


def flow_of(page: Any) -> Flow:
    """`page` as it is now, saved or not."""
    url = page.url or ""
    own, order = [], []
    for block in page.steps:
        value = block.value
        if block.block_type == "step":
            words = {name: value[name] or "" for name in TEXTS}
            own.append(Step(block.id, words, value["contact"] or "", "", page.title, url))
        order.append((value["step"], value["when"] or "") if block.block_type == "shared" else (block.id, ""))
    return Flow(
        page.pk,
        page.code,
        page.title,
        url,
        page.lead,
        page.now,
        page.by_when,
        page.ring,
        page.kind,
        page.search_words,
        own_steps=tuple(own),
        order=tuple(order),
    )


def steps_of(page: Any, generation: int | None = None) -> list[Step]:
    """All steps of `page`, which may be a draft, in order."""
    flow = flow_of(page)
    everything = _snapshot.look(generation)
    own = {step.key for step in flow.own_steps}
    for key, _when in flow.order:
        if key not in own:
            _snapshot.shows(key)
    with_own = Published((flow, *(other for other in everything.flows if other.pk != flow.pk)))
    return with_own.steps_on(flow)


def contacts_of(codes: Iterable[str], generation: int | None = None) -> dict[str, Contact]:
    """The public copies of services by code. What is not shown to the public is not there.

    One query for codes that no published page names, as in a draft; none otherwise.
    """
    known = _contacts.look(generation)
    wanted = {code for code in codes if code}
    for code in wanted & known.keys():
        _contacts.shows(code)
    drafted = wanted - known.keys()
    found = {code: contact for code, contact in known.items() if code in wanted and contact is not None}
    return {**found, **_read_contacts(drafted)} if drafted else found


def _read_contacts(wanted: set[str]) -> dict[str, Contact]:
    with told():
        rows = list(Entry.objects.filter(service__code__in=wanted).values_list("service__code", "pk", "card"))
    note(*(service_tag(pk) for _code, pk, _card in rows))
    if len(rows) < len(wanted):
        note(LISTING)  # whoever is not there may come
    return {code: contact_from(card) for code, _pk, card in rows if settings.PORTAL_DEMO or card["checked"]}


def contact_from(card: dict[str, Any]) -> Contact:
    first = next(iter(card["phones"]), {"display": "", "href": ""})
    return Contact(card["name"], card["url"], first["display"], first["href"])


def shown(steps: list[Step], facts: Facts, contacts: dict[str, Contact]) -> tuple[ShownStep, ...]:
    return tuple(
        ShownStep(
            number=number,
            title=show(step.words["title"], facts),
            when=show(step.when, facts),
            clock=show(step.words["clock"], facts),
            rows=tuple(rows_of(step, facts)),
            contact=contacts.get(step.contact, Contact()) if step.contact else None,
            page_title=step.page_title,
            page_url=step.page_url,
        )
        for number, step in enumerate(steps, 1)
    )


def rows_of(step: Step, facts: Facts) -> Iterable[tuple[str, SafeString | None]]:
    for name, label, _help in ROWS:
        if name == AFTER_CONTACT and step.contact:
            yield "Ring", None
        if step.words[name]:
            yield label, show(step.words[name], facts)


def _parts(everything: Published) -> dict[str, Any]:
    """Each step by its key, and the list of pages."""
    return {
        **everything.steps,
        LIST: [(flow.pk, flow.title, flow.url, flow.kind) for flow in everything.flows],
    }


_snapshot = Snapshot("pathways", _read, _parts)


def _contacts_of_all() -> dict[str, Contact | None]:
    flows = _snapshot.at().flows
    codes = {flow.ring for flow in flows} | {step.contact for flow in flows for step in flow.own_steps}
    return {**dict.fromkeys(codes - {""}), **_read_contacts(codes - {""})}


_contacts = Snapshot("contacts", _contacts_of_all, dict)
