"""What must never be published, without keeping it: seals of confidential postcodes and streets."""

from django.db import models


class PlaceMark(models.Model):
    """A keyed digest of one postcode or street of a service (services_directory/place_marks.py).

    Nobody can read the place out of it; a text can only be asked whether it holds it.
    """

    class Kind(models.TextChoices):
        POSTCODE = "postcode", "Postcode"
        STREET = "street", "Street"

    service = models.ForeignKey(
        "services_directory.Service", on_delete=models.CASCADE, related_name="place_marks"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    length = models.PositiveSmallIntegerField(help_text="Letters of a postcode, words of a street.")
    digest = models.CharField(max_length=64)
    key_mark = models.CharField(max_length=8, help_text="Which key sealed it.")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["service", "digest"], name="place_marked_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.service}"
