"""Organizations (Open Referral): who provides services."""

from django.db import models, transaction

from services_directory.models.read_by_everybody import ReadByEverybody


class Organization(ReadByEverybody):
    """A charity, council or body that provides services."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    website = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        from services_directory.entries import refresh_entries

        with transaction.atomic():
            super().save(*args, **kwargs)
            refresh_entries(organization=self)
