"""Forgetting a place: what happens when a service's place becomes confidential.

Links, addresses, revisions, log entries and the imported record lose every trace of it, in
the transaction that saves the service. services_directory/guards.py refuses, in the database,
whatever tries to keep a link.
"""

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, Revision

from services_directory.models.location import Location, ServiceAtLocation

if TYPE_CHECKING:
    from services_directory.models import Service


def withdraw_places(service: "Service") -> None:
    """Unlink every public place of `service`, and forget what was written about it.

    Call it before saving a service whose place may not be shown. A place that another,
    public service still uses keeps its address; one that nobody else uses loses it.
    """
    links = ServiceAtLocation.objects.filter(
        service=service, location__disclosure=Location.Disclosure.PUBLIC
    ).exclude(location__location_type=Location.Kind.VIRTUAL)
    withdrawn = [link.location for link in links.select_related("location")]
    turned = type(service).objects.filter(pk=service.pk, location_confidential=False).exists()
    if not withdrawn and not turned:
        return
    links.delete()
    gone = {place.pk for place in withdrawn}
    kept = [link for link in service.service_at_locations.all() if link.location_id not in gone]
    service.service_at_locations.set(kept)
    for place in withdrawn:
        if not place.service_at_locations.exists():
            place.forget_address()
            place.save()
            _forget_log(place)
    if service.source_record:
        service.source_record = {**service.source_record, "location_note": None}
    _forget_log(service)
    _forget_revisions(service)


def _forget_log(thing) -> None:
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(thing, for_concrete_model=False),
        object_id=str(thing.pk),
    ).update(data={}, label=str(thing)[:100])


def _forget_revisions(service: "Service") -> None:
    """Keep the history's dates and authors, and let every revision hold today's words."""
    content = service.serializable_data()
    Revision.objects.for_instance(service).update(content=content, object_str=str(service))
