"""Thresholds and clocks that a local lead answers for."""

from typing import Any

from django.db import models

from services_directory.models.read_by_everybody import ReadByEverybody


class Fact(ReadByEverybody):
    """The value of one declared fact (pathways/facts_list.py), once somebody has changed or confirmed it.
    Without a row the declared value stands, marked as not confirmed.
    """

    key = models.SlugField(unique=True)
    value = models.CharField(max_length=200, blank=True, help_text="Empty: the value that came with the site")
    confirmed_by = models.CharField(max_length=120, blank=True, help_text="Name and role")
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        from pathways import versions

        super().save(*args, **kwargs)
        versions.catch_up_soon()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from pathways import versions

        gone = super().delete(*args, **kwargs)
        versions.catch_up_soon()
        return gone
