"""Places, and which service is at which place.

A place that holds an address says so itself (`disclosure`), and the database keeps the
address empty unless it is public. services_directory/guards.py adds what a CHECK cannot
say: a service whose place is confidential, or not known, is never linked to such a place.
"""

from django.db import models, transaction
from django.db.models import Q
from modelcluster.fields import ParentalKey

from services_directory.models.read_by_everybody import ReadByEverybody

ADDRESS_FIELDS = ("address_1", "address_2", "city", "postal_code", "map_url")
POINT_FIELDS = ("latitude", "longitude")

NO_ADDRESS = Q(**{f"{name}__isnull": True for name in POINT_FIELDS}, **{name: "" for name in ADDRESS_FIELDS})


class Location(ReadByEverybody):
    """A physical or virtual place (Open Referral `location`, with its one address)."""

    class Kind(models.TextChoices):
        PHYSICAL = "physical", "A building or place"
        VIRTUAL = "virtual", "Online or by phone"

    class Disclosure(models.TextChoices):
        PUBLIC = "public", "Public: the address may be shown"
        CONFIDENTIAL = "confidential", "Confidential: no address is kept here"

    name = models.CharField(max_length=120, help_text="For editors. Never write an address here.")
    location_type = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PHYSICAL)
    disclosure = models.CharField(max_length=12, choices=Disclosure.choices, default=Disclosure.CONFIDENTIAL)
    address_1 = models.CharField("address", max_length=120, blank=True)
    address_2 = models.CharField("address, second line", max_length=120, blank=True)
    city = models.CharField("town or city", max_length=80, blank=True)
    postal_code = models.CharField("postcode", max_length=10, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    map_url = models.URLField("link to a map", blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disclosure="public") | NO_ADDRESS,
                name="address_only_when_public",
                violation_error_message=(
                    "A confidential place cannot hold an address, a point or a map link. "
                    "Empty those fields, or make the place public if it may be shown."
                ),
            ),
            models.CheckConstraint(
                condition=Q(location_type="physical") | NO_ADDRESS,
                name="address_only_when_physical",
                violation_error_message="A place online or by phone has no address. Empty those fields.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_read_by_everybody(self) -> bool:
        return self.disclosure == self.Disclosure.PUBLIC

    @property
    def address_lines(self) -> list[str]:
        """The address as shown, empty for every place that is not public."""
        if self.disclosure != self.Disclosure.PUBLIC:
            return []
        return [line for line in (self.address_1, self.address_2, self.city, self.postal_code) if line]

    def forget_address(self) -> None:
        """Make this place confidential and empty every field that could give it away."""
        self.disclosure = self.Disclosure.CONFIDENTIAL
        for name in ADDRESS_FIELDS:
            setattr(self, name, "")
        for name in POINT_FIELDS:
            setattr(self, name, None)

    def save(self, *args, **kwargs) -> None:
        from services_directory.entries import refresh_entries

        with transaction.atomic():
            super().save(*args, **kwargs)
            refresh_entries(service_at_locations__location=self)


class ServiceAtLocation(models.Model):
    """A service that can be had at a place (Open Referral `service_at_location`)."""

    service = ParentalKey(
        "services_directory.Service", on_delete=models.CASCADE, related_name="service_at_locations"
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="service_at_locations")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "location"], name="service_once_at_location")
        ]

    def __str__(self) -> str:
        return f"{self.service} at {self.location}"
