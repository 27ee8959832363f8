"""A public service whose place is written everywhere, and the moment it becomes confidential.

Run as a program (with a database of its own) it does one of the two and nothing else, so that a
test can look at the files in between.
"""

import sys
from typing import Any

POSTCODE, STREET = "ZQ9 7QX", "Quillwarbler"
ADDRESS = f"17 {STREET} Lane"


def plant() -> Any:
    """A service with its place in every record that a place can come into."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone
    from wagtail.log_actions import log

    from services_directory.models import Location, Report, ServiceAtLocation
    from tests import factories

    editor = get_user_model().objects.create_superuser(username="planter", password=None)
    place = Location.objects.create(
        name=f"House at {POSTCODE}",
        disclosure="public",
        address_1=ADDRESS,
        city="Rotherham",
        postal_code=POSTCODE,
        latitude="53.430000",
        longitude="-1.350000",
        map_url=f"https://maps.example.org/?q={POSTCODE.replace(' ', '%20')}",
    )
    service = factories.service(
        "Open house",
        alternate_name=f"The house at {POSTCODE}",
        description=f"Come to {ADDRESS}, {POSTCODE}.",
        location_confidential=False,
        source_record={
            "location_note": f"{ADDRESS}, {POSTCODE}",
            "sources": [{"address": f"https://example.org/{POSTCODE.lower().replace(' ', '')}"}],
        },
    )
    service.service_at_locations = [ServiceAtLocation(location=place)]
    service.save()
    service.save_revision(user=editor, log_action=True).publish(user=editor)
    log(service, "wagtail.edit", user=editor, data={"note": f"moved to {POSTCODE}"})
    log(place, "wagtail.edit", user=editor, data={"note": POSTCODE})
    Report.objects.create(
        service=service, kind="other", text=f"It is at {ADDRESS} {POSTCODE}", received_at=timezone.now()
    )
    return service


def turn(service: Any) -> None:
    """What publishing the editor's form does: words without the place, and the place confidential."""
    service.refresh_from_db()
    service.location_confidential = True
    service.alternate_name = ""
    service.description = "Ring first. A worker tells you where."
    service.full_clean(exclude=["latest_revision", "live_revision"])
    service.save()


def main(step: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from services_directory.models import Service

    if step == "plant":
        plant()
    else:
        turn(Service.objects.get(name="Open house"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main(sys.argv[1])
