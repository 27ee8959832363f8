"""Numbers about nobody: how often, never who. No row here belongs to a person."""

import uuid

from django.db import models


class DailyCount(models.Model):
    """How often something happened on a day: no row per person, no cross-table."""

    day = models.DateField()
    what = models.CharField(max_length=40, help_text="step, sent, elsewhere")
    variant = models.CharField(max_length=40, blank=True, help_text="me, someone")
    step = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "what", "variant", "step"], name="counted_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.variant} {self.step}: {self.number}"


class Comparison(models.Model):
    """How many of one kind of difference a day's comparison with the receivers found."""

    day = models.DateField()
    what = models.CharField(max_length=40, help_text="A name in selfreferral/reconciliation.py")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "what"], name="compared_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.what}: {self.number}"


class EqualityTick(models.Model):
    """One answer to one equality question, until it is added up with those of others.

    Its key is random and it has no time of day, so that nothing joins it to the other answers of
    the same person once it stands among enough of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    month = models.DateField(help_text="The first of the month")
    question = models.CharField(max_length=40)
    option = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.month} {self.question}"


class MonthlyCount(models.Model):
    """How many people gave one answer to one equality question in a month."""

    month = models.DateField(help_text="The first of the month")
    question = models.CharField(max_length=40)
    option = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "question", "option"], name="counted_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.question} {self.option}: {self.number}"
