"""Courses and e-learning that several agencies share."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from services_directory.models.read_by_everybody import ReadByEverybody


class CourseQuerySet(models.QuerySet["Course"]):
    def to_come(self, today: date) -> "CourseQuerySet":
        """What has no end, or has not ended before `today`: the next first, without a day last."""
        return self.filter(models.Q(last_day__isnull=True) | models.Q(last_day__gte=today)).order_by(
            models.F("first_day").asc(nulls_last=True), "title"
        )


class Course(ReadByEverybody):
    """One course. Without days it is e-learning that can be begun at any time."""

    title = models.CharField(max_length=120)
    for_whom = models.CharField("for whom", max_length=200, help_text="Such as: staff in schools.")
    about = models.CharField("what it is about", max_length=300, blank=True)
    first_day = models.DateField(null=True, blank=True, help_text="Empty: can be begun at any time.")
    last_day = models.DateField(
        null=True, blank=True, help_text="After this day it goes from the list by itself."
    )
    times = models.CharField(max_length=80, blank=True, help_text="9.30am to 12.30pm, online")
    booking = models.CharField(
        "how to book", max_length=200, help_text="In words: ask your own training lead."
    )
    link = models.URLField("address to book at", blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = [models.F("first_day").asc(nulls_last=True), "title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.first_day and not self.last_day:
            self.last_day = self.first_day
        if self.last_day and not self.first_day:
            raise ValidationError({"first_day": "Write the first day, too, or leave both days empty."})
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": "The last day is before the first. Change one of them."})
        if self.link and not self.link.startswith("https://"):
            raise ValidationError({"link": "Write an address that begins with https://"})
