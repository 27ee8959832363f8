"""What people looked for and the directory could not give: a count a day, about nobody."""

from datetime import date

from django.db import models
from django.db.models import F


class UnmetNeed(models.Model):
    """How often one combination of filters found nothing on one day. Never any typed word."""

    day = models.DateField()
    codes = models.CharField(max_length=200, help_text="Filter codes, sorted, such as: h7 w3")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "codes"]
        constraints = [models.UniqueConstraint(fields=["day", "codes"], name="unmet_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.codes}: {self.count}"

    @classmethod
    def count_one(cls, codes: list[str], *, today: date) -> None:
        key = {"day": today, "codes": " ".join(sorted(codes))[:200]}
        UnmetNeed.objects.bulk_create([UnmetNeed(**key)], ignore_conflicts=True)
        UnmetNeed.objects.filter(**key).update(count=F("count") + 1)
