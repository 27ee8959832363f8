"""A request as it lies at the desk: sealed, with the few facts that sort it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case as Choose
from django.db.models import IntegerField, Value, When


class Outcome(models.TextChoices):
    """How a case ended. Words for a record, never about what a person said."""

    SUPPORTED = "supported", "We are in touch and agreed what happens next"
    DECLINED = "declined", "We were in touch; they do not want more help now"
    NOT_REACHED = "not_reached", "We could not reach them, and followed their rules"
    HANDED_ON = "handed_on", "Another service has taken it over"
    MISTAKE = "mistake", "It was sent by mistake, or more than once"
    WITHDRAWN = "withdrawn", "They asked us to stop"


class CaseQuerySet(models.QuerySet["Case"]):
    def unopened(self) -> "CaseQuerySet":
        return self.filter(state=Case.State.RECEIVED)

    def unfinished(self) -> "CaseQuerySet":
        return self.exclude(state=Case.State.CLOSED)

    def closed(self) -> "CaseQuerySet":
        return self.filter(state=Case.State.CLOSED)

    def purged(self) -> "CaseQuerySet":
        """Closed, and the letter is gone. One that is open and empty was damaged, not purged."""
        return self.closed().filter(sealed=b"")

    def not_purged(self) -> "CaseQuerySet":
        return self.exclude(pk__in=self.model._default_manager.closed().filter(sealed=b"").values("pk"))

    def most_urgent_first(self) -> "CaseQuerySet":
        """Nobody has opened it, then by urgency, then what is due first."""
        return self.order_by(
            ranked("state", Case.State.values), ranked("urgency", Case.Urgency.values), "due_at", "pk"
        )


def ranked(field: str, values: list[str]) -> Choose:
    """`values` in the order they are declared; what is not among them comes first, to be seen."""
    places = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return Choose(*places, default=Value(-1), output_field=IntegerField())


class Case(models.Model):
    """One sealed request. In clear stands what the outbox keeps in clear, and what was done here."""

    class State(models.TextChoices):
        RECEIVED = "received", "Not opened yet"
        OPENED = "opened", "Opened"
        CLOSED = "closed", "Closed"

    class Urgency(models.TextChoices):
        URGENT = "urgent", "Urgent"
        SOON = "soon", "Soon"
        ROUTINE = "routine", "Routine"

    reference = models.CharField(max_length=8, unique=True)
    queue = models.SlugField(help_text="The slug that routing uses")
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    age_band = models.CharField(max_length=8, blank=True)
    area_code = models.CharField(max_length=16, blank=True)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the sealed bytes, in hex")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    sent_at = models.DateTimeField(help_text="When the person sent it")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="By when the person was told to expect an answer")
    opened_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["queue", "state", "due_at"], name="case_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="closed") ^ models.Q(closed_at=None), name="closed_has_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state="received") | models.Q(opened_at__isnull=False),
                name="opened_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by=None) ^ models.Q(claimed_at__isnull=False),
                name="claimed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_late(self, now: datetime) -> bool:
        return self.state == self.State.RECEIVED and self.due_at <= now
