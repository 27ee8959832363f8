"""Why something cannot be deleted, in words that say what to do."""

from django.db.models import Model, Q, QuerySet

from services_directory.models import Location, Organization, Service, TaxonomyTerm


def why_not_delete(thing: Model) -> str:
    """The reason, or nothing when it may go."""
    users = services_using(thing)
    if users is not None and (count := users.count()):
        first = users.order_by("name").first()
        others = f" and {count - 1} more" if count > 1 else ""
        return f"“{thing}” is used by “{first}”{others}. Take it off there first. Nothing was deleted."
    if isinstance(thing, Service) and thing.live:
        return (
            f"“{thing}” is shown to the public, so it cannot be deleted. Hide it: that works at once and "
            "keeps its history. What is hidden can be deleted."
        )
    return ""


def services_using(thing: Model) -> QuerySet[Service] | None:
    if isinstance(thing, Organization):
        return Service.objects.filter(organization=thing)
    if isinstance(thing, Location):
        return Service.objects.filter(service_at_locations__location=thing)
    if isinstance(thing, TaxonomyTerm):
        has_term = Q(audiences=thing) | Q(help_types=thing) | Q(referrers=thing)
        return Service.objects.filter(has_term).distinct()
    return None
