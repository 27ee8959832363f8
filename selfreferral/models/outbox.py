"""What was accepted and where it is: sealed letters and their events."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

# From when the time of the team that has it counts: who was handed it has their whole time.
SINCE = Coalesce("handed_on_at", "created_at")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def outstanding(self) -> "ReferralQuerySet":
        """Accepted, and nobody has signed for it yet. Never purged, always counted."""
        return self.filter(state__in=Referral.OUTSTANDING)

    def carried_by(self, transport: str) -> "ReferralQuerySet":
        """Received by this transport, wherever new letters of the queue go by now. Rows from before
        that was written down count by their queue."""
        unsaid = models.Q(carrier="", queue__transport=transport)
        return self.filter(models.Q(carrier=transport) | unsaid)


class Referral(models.Model):
    """One sealed letter. The row is the queue: nothing else has to be written for it to arrive.

    In clear stand only reference, queue, urgency, age band, area, form version and times.
    `digest` is the SHA-256 of `sealed`, in hex. `fence` counts leases: a worker that was
    paused past its own may not write any more. `mark` tells what was sent from other answers of the same
    journey, by a key that stays with its page. `surprises` counts ends that nobody planned. `head` is
    the hash of the last line about it, so that a line that was cut off shows.
    """

    class State(models.TextChoices):
        READY = "ready", "Ready to go"
        LEASED = "leased", "Being handed over"
        RECEIVED = "received", "Received"
        OPENED = "opened", "Opened"
        CLOSED = "closed", "Closed"
        PURGED = "purged", "Purged"
        QUARANTINED = "quarantined", "Needs somebody to look"

    class Urgency(models.TextChoices):
        URGENT = "urgent", "Urgent"
        SOON = "soon", "Soon"
        ROUTINE = "routine", "Routine"

    OUTSTANDING = (State.READY, State.LEASED, State.QUARANTINED)

    reference = models.CharField(max_length=8, unique=True)
    journey = models.UUIDField(unique=True)
    mark = models.CharField(max_length=24, blank=True)
    queue = models.ForeignKey("selfreferral.Queue", on_delete=models.PROTECT, related_name="referrals")
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    age_band = models.CharField(max_length=8, blank=True)
    area_code = models.CharField(max_length=16, blank=True)
    form_version = models.PositiveSmallIntegerField(default=1)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.READY)
    created_at = models.DateTimeField()
    handed_on_at = models.DateTimeField(null=True, blank=True, help_text="To the team that has it now")
    received_at = models.DateTimeField(null=True, blank=True)
    carrier = models.CharField(max_length=40, blank=True, help_text="The transport that it was received by")
    leased_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    surprises = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: not before somebody releases it"
    )
    head = models.CharField(max_length=64, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="referral_due")]

    def __str__(self) -> str:
        return self.reference


class AppendOnly(models.QuerySet["Event"]):
    def update(self, **kwargs: Any) -> int:
        raise TypeError("Events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Events are never deleted.")


class Event(models.Model):
    """Something that happened to a referral. Written by selfreferral/events.py only.

    Each carries the hash of the one before it, so that a changed or missing line shows.
    `reference` is no foreign key: events outlive what they are about.
    """

    reference = models.CharField(max_length=8)
    number = models.PositiveIntegerField(help_text="1 is the first event of this reference")
    what = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, help_text="The program or the person")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference", "number"], name="event_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.number}: {self.what}"


class Heartbeat(models.Model):
    """When a worker last went round, by the database's clock."""

    worker = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker}: {self.at}"
