"""Answers in progress. Every row is closed with a key that only the visitor's cookie holds."""

import uuid

from django.db import models


class Draft(models.Model):
    """One journey. After leaving or sending only a mark remains, until the longest life is over.

    `place` is sealed: where the person is. A finished draft keeps its reference in it, sealed,
    for the one page that shows it.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        LEFT = "left", "Left"
        FINISHED = "finished", "Sent"

    cookie_hash = models.CharField(max_length=64, unique=True)
    journey = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    place = models.BinaryField(default=bytes)
    started_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.journey)


class DraftPart(models.Model):
    """What one step holds, sealed, written by that step alone."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="parts")
    step = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "step"], name="one_part_for_each_step")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.step}"
