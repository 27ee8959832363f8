"""Public keys that must never be used again."""

from django.db import models


class RevokedKey(models.Model):
    """A public key that was taken out of use because its private half may be known."""

    public = models.CharField(max_length=80, unique=True)
    revoked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public
