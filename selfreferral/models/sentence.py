"""Sentences that a safeguarding lead answers for."""

from django.db import models

from services_directory.models.read_by_everybody import ReadByEverybody


class Sentence(ReadByEverybody):
    """The wording of one declared sentence (selfreferral/sentences.py), once somebody has changed
    or confirmed it. Without a row the declared wording stands, marked as not confirmed.
    """

    slug = models.SlugField(unique=True)
    words = models.TextField(blank=True, help_text="Empty: the wording that came with the site")
    confirmed_by = models.CharField(max_length=120, blank=True, help_text="Name and role")
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug
