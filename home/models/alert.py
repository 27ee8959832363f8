"""One short message over every page, for hours or days: "The phone line is down"."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from services_directory.models.read_by_everybody import ReadByEverybody

LONGEST = 200


class AlertQuerySet(models.QuerySet):
    def on_pages(self, now: datetime) -> "AlertQuerySet":
        return self.filter(standing=True, until__gt=now)


class Alert(ReadByEverybody):
    """What a publisher of alerts turned on, kept as the record of it. One stands at a time."""

    words = models.CharField(_("what people should know"), max_length=LONGEST)
    line = models.CharField(
        _("number to show with it"), max_length=40, blank=True, help_text=_("From the directory.")
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=150)
    # True for the one that stands, NULL for those that are over: the database keeps it to one.
    standing = models.BooleanField(null=True, default=True, unique=True, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        default_permissions = ()
        permissions = [("publish_alert", "Can put an alert on every page and take it off")]

    def __str__(self) -> str:
        return self.words

    @property
    def is_read_by_everybody(self) -> bool:
        return bool(self.standing)
