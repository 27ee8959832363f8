"""Alarms that went out, so that they are repeated in time and not every half minute."""

from django.db import models


class Alarm(models.Model):
    """Something that somebody must look at, from when it was first seen until it was over.

    `kind` is a name in selfreferral/alarms.py; `queue` a slug, or "" for the operator's own. `told_to`
    says who took it the last time, as selfreferral/alarms.py calls them: "team second".
    """

    kind = models.CharField(max_length=40)
    queue = models.SlugField(blank=True)
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_to = models.CharField(max_length=40, blank=True)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "queue"], name="one_alarm_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.queue}"
