"""Which people work at which queue."""

from django.conf import settings
from django.db import models


class Membership(models.Model):
    """One person at one queue. Without one, a queue and its cases do not exist for them.

    A worker answers; a lead may also take a case over from somebody; an auditor sees that
    cases came and what was done, and can never open one. `queue` is the slug that routing uses,
    and no key: a provider's desk may stand on a database of its own.
    """

    class Role(models.TextChoices):
        WORKER = "worker", "Worker"
        LEAD = "lead", "Lead"
        AUDITOR = "auditor", "Auditor"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_memberships"
    )
    queue = models.SlugField()
    role = models.CharField(max_length=8, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "queue"], name="one_role_at_a_queue")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.queue}"
