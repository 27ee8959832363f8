"""Words closed for the partnership, and what it did about them. Nothing here says who wrote or when."""

import uuid

from django.db import models

from services_directory.models.read_by_everybody import ReadByEverybody


class Key(models.Model):
    """A public key (age) for which words are sealed. The private one is in a file of the CMS door only."""

    public = models.CharField(max_length=100, unique=True)
    added_on = models.DateField()

    def __str__(self) -> str:
        return self.public


class Remark(models.Model):
    """One person's words, sealed. The key is random and there is a day but no time: rows cannot be put
    in the order in which people wrote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(db_index=True)
    kind = models.CharField(max_length=8, help_text="which form: home.feedback.forms.FORMS")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    sealed = models.BinaryField()
    flagged = models.BooleanField(default=False, help_text="Perhaps a machine wrote it.")
    tags = models.JSONField(default=list)
    read_on = models.DateField(null=True)

    class Meta:
        permissions = [("read_remark", "Can read and tag what people tell us")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class UseCount(models.Model):
    """How often "Was this page any use?" was answered in a month: no row per person."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    useful = models.BooleanField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["page", "month", "useful"], name="use_counted_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.month} {self.useful}: {self.number}"


class Done(ReadByEverybody):
    """What was done about what people said, in the partnership's own words."""

    said = models.TextField(
        "what people told us", max_length=400, help_text="In your words. Never quote, never say who."
    )
    did = models.TextField("what was done about it", max_length=600)
    day = models.DateField("done on")
    public = models.BooleanField("show it on the site", default=False)

    class Meta:
        verbose_name = "thing done"
        verbose_name_plural = "things done about what people said"
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return self.said[:60]

    @property
    def is_read_by_everybody(self) -> bool:
        return self.public
