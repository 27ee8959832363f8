"""What was already before the public when a place was sealed, and says it."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class StillSaid(models.Model):
    """One page, entry or text that has to be mended. It says which, never what stands there."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"
