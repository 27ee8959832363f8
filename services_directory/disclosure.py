"""Forgetting a place: what happens when a service's place becomes confidential.

Links, addresses, revisions, log entries, comments, readers' reports, the imported record, the
search index and kept pages lose every trace of it, in the transaction that saves the service.
services_directory/guards.py refuses, in the database, whatever tries to keep a link.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import transaction
from django.db.models import CharField, Q, TextField
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, Revision, TaskState

from services_directory import place_marks, public_words
from services_directory.map_points import says_a_point
from services_directory.models.location import Location, ServiceAtLocation
from services_directory.models.publication import Entry, SearchWord
from services_directory.parts import parts
from services_directory.place_readings import WRITTEN, holds_postcode, readings

if TYPE_CHECKING:
    from services_directory.models import Service

# Where pages and fragments may be kept. Counts of visitors (limits) hold no words.
KEPT_PAGES = ("default", "pages")
TAKEN_OUT = "[taken out]"
TELLING = ("address_1", "address_2", "postal_code", "map_url")  # a town alone gives nothing away
NEVER_SHOWN = ("code", "source_record", "assured_by", "assured_source")  # nobody writes them in the form
SHORTEST = 5  # letters; "A1" would take half of every text with it


def withdraw_places(service: "Service") -> bool:
    """Unlink every public place of `service`, and forget what was written about it; whether it turns.

    Call it before saving a service whose place may not be shown. A place that another,
    public service still uses keeps its address; one that nobody else uses loses it.
    """
    links = ServiceAtLocation.objects.filter(
        service=service, location__disclosure=Location.Disclosure.PUBLIC
    ).exclude(location__location_type=Location.Kind.VIRTUAL)
    withdrawn = [link.location for link in links.select_related("location")]
    turned = type(service).objects.filter(pk=service.pk, location_confidential=False).exists()
    if not withdrawn and not turned:
        return False
    linked = places_of(service)
    refuse_telling_words(service, linked)
    telling = telling_words(linked)
    place_marks.remember_places(service, linked)
    links.delete()
    gone = {place.pk for place in withdrawn}
    kept = [link for link in service.service_at_locations.all() if link.location_id not in gone]
    service.service_at_locations.set(kept)
    for place in withdrawn:
        if not place.service_at_locations.exists():
            _forget_place(place, telling)
    if service.source_record:
        record = {**service.source_record, "location_note": None}
        service.source_record = without(record, telling)
    service.assured_source = without(service.assured_source, telling)
    _forget_records(service, telling)
    _forget_search(service)
    transaction.on_commit(forget_pages)
    return True


def places_of(service: "Service") -> list[Location]:
    """The places of `service` as they are kept now."""
    return list(Location.objects.filter(service_at_locations__service=service)) if service.pk else []


def refuse_telling_words(service: "Service", places: list[Location]) -> None:
    """Raises Refused: a service does not turn confidential while its own words say where it is."""
    data = {name: value for name, value in public_words.data_of(service).items() if name not in NEVER_SHOWN}
    tells = teller(places)
    found = {
        public_words.label(service, name): why_telling()
        for name, value in data.items()
        if any(tells(text) for text in public_words.strings(value))
    }
    if found:
        raise public_words.Refused(found, service)


def telling_words_of(service: "Service") -> dict[str, str]:
    """Field → why, for each of a confidential service's own fields with a postcode or its address."""
    tells = teller(places_of(service))
    found = {}
    for field in service._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and not field.choices and field.name not in NEVER_SHOWN:
            text = getattr(service, field.name) or ""
            if holds_postcode(text) or tells(text):
                found[field.name] = why_telling()
    return found


def why_telling() -> str:
    return _(
        "A postcode stands here, or a point on a map, or the street of a place that must stay secret, "
        "but the place is confidential. Take it out, or say under “Where” that the place is not confidential."
    )


def teller(places: list[Location]) -> Callable[[str], bool]:
    """What says whether a text holds a sealed place, the address of one of `places`, or a point on a map."""
    marks = list(place_marks.active())
    telling = [word.lower() for word in telling_words(places)]
    names_one = place_marks.names_one_of(places)

    def tells(text: str) -> bool:
        if place_marks.holders([text], marks) or names_one(text):
            return True
        if any(says_a_point(form) for form in readings(text)):
            return True
        forms = [form.lower() for form in readings(text)]
        return any(word in form for word in telling for form in forms)

    return tells


def telling_words(places: Iterable[Location]) -> list[str]:
    """What stands in the addresses of `places`, the longest first."""
    words = {
        word
        for place in places
        for name in TELLING
        if (word := str(getattr(place, name)).strip()).lower() != place.city.strip().lower()
    }
    return sorted((word for word in words if len(word) >= SHORTEST), key=len, reverse=True)


def without(value: Any, telling: list[str]) -> Any:
    """`value` (text, or JSON of any depth) with every postcode and every telling word taken out."""
    if isinstance(value, dict):
        return {key: without(inner, telling) for key, inner in value.items()}
    if isinstance(value, list):
        return [without(inner, telling) for inner in value]
    if not isinstance(value, str):
        return value
    for word in telling:
        value = re.sub(re.escape(word), TAKEN_OUT, value, flags=re.IGNORECASE)
    return WRITTEN.sub(TAKEN_OUT, value)


def forget_pages() -> None:
    """Pages that showed it are ended by the change itself; this process need not hold them either.
    Other processes let theirs go within the hour."""
    for name in KEPT_PAGES:
        caches[name].clear()
    parts.clear()


def _forget_place(place: Location, telling: list[str]) -> None:
    place.forget_address()
    place.name = without(place.name, telling)[:120]
    place.save()
    _forget_log(place)


def _forget_records(service: "Service", telling: list[str]) -> None:
    _forget_log(service)
    _forget_revisions(service)
    comments = TaskState.objects.filter(workflow_state__in=service.workflow_states.all()).exclude(comment="")
    for state in comments:
        TaskState.objects.filter(pk=state.pk).update(comment=without(state.comment, telling))
    for report in service.reports.exclude(text=""):
        type(report).objects.filter(pk=report.pk).update(text=without(report.text, telling))


def _forget_log(thing: Any) -> None:
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(thing, for_concrete_model=False),
        object_id=str(thing.pk),
    ).update(data={}, label=str(thing)[:100])


def _forget_revisions(service: "Service") -> None:
    """Keep the history's dates and authors, and let every revision hold today's words."""
    content = service.serializable_data()
    Revision.objects.for_instance(service).update(content=content, object_str=str(service))


def _forget_search(service: "Service") -> None:
    """Take out the public copy, and the words that stood in no other one. Saving makes it anew."""
    from services_directory import entries, search_index

    entry = Entry.objects.filter(pk=service.pk).first()
    if entry is None:
        return
    words = {word.lower() for word in entries.WORD.findall(f"{entry.name} {entry.keywords} {entry.body}")}
    entry.delete()
    lonely = [word for word in words if not _stands_somewhere(word)]
    SearchWord.objects.filter(word__in=lonely).delete()
    search_index.forget_deleted()


def _stands_somewhere(word: str) -> bool:
    return Entry.objects.filter(
        Q(name__icontains=word) | Q(keywords__icontains=word) | Q(body__icontains=word)
    ).exists()
