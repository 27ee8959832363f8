"""What must never be published, without keeping it: seals of confidential postcodes, streets and points."""

from typing import Any

from django.db import models


def outlive_when_secret(collector: Any, field: Any, marks: Any, using: str) -> None:
    """A deleted record's seals stay, without it, unless its place might be shown: the house still stands."""
    shown = {"service__location_confidential": False}
    models.CASCADE(collector, field, marks.filter(**shown), using)
    models.SET_NULL(collector, field, marks.exclude(**shown), using)


class PlaceMark(models.Model):
    """A keyed digest of one postcode, street or point of a service (services_directory/place_marks.py).

    Nobody can read the place out of it; a text can only be asked whether it holds it.
    """

    class Kind(models.TextChoices):
        POSTCODE = "postcode", "Postcode"
        STREET = "street", "Street"
        LINK = "link", "Link to a map"
        POINT = "point", "Point on a map"

    service = models.ForeignKey(
        "services_directory.Service", on_delete=outlive_when_secret, related_name="place_marks", null=True
    )
    record = models.PositiveBigIntegerField(help_text="The service's number, which stays when it is deleted.")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    length = models.PositiveSmallIntegerField(help_text="Letters of a postcode, words of a street.")
    digest = models.CharField(max_length=64)
    key_mark = models.CharField(max_length=8, help_text="Which key sealed it.")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["service", "digest"], name="place_marked_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.service or self.record}"
