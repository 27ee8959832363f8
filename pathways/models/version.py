"""What a pathway said, each time it was published or a fact in it changed."""

import uuid

from django.db import models


class Version(models.Model):
    """One version of one page: `words` holds it as plain text (pathways/versions.py), numbers left out.

    Rows are added and never changed, so that a difference does not depend on drafts or revisions.
    """

    page = models.ForeignKey("pathways.PathwayPage", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    note = models.CharField("what changed", max_length=300)
    words = models.JSONField()
    feed_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_version_of_each_number")]

    def __str__(self) -> str:
        return f"{self.page_id}, version {self.number}"
