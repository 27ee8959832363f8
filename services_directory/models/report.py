"""What a reader told us is wrong with an entry. No identity is asked for or kept."""

from django.db import models


class Report(models.Model):
    """A reader's "something is wrong here"."""

    class Kind(models.TextChoices):
        NUMBER = "number", "A number or address is wrong"
        HOURS = "hours", "The opening hours are wrong"
        CLOSED = "closed", "The service has closed or changed"
        UNSAFE = "unsafe", "Something here could put somebody in danger"
        OTHER = "other", "Something else"

    service = models.ForeignKey(
        "services_directory.Service", on_delete=models.CASCADE, related_name="reports"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True, max_length=1000)
    received_at = models.DateTimeField()
    flagged = models.BooleanField(default=False, help_text="Perhaps written by a machine. Kept all the same.")
    dealt_with_at = models.DateTimeField(null=True, blank=True)
    dealt_with_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["dealt_with_at", "-received_at"]
        indexes = [models.Index(fields=["dealt_with_at", "received_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.service}"
