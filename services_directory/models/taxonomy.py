"""Taxonomies (Open Referral): who a service is for, kinds of help, who can refer."""

from django.db import models, transaction

from services_directory.models.read_by_everybody import ReadByEverybody


class Taxonomy(ReadByEverybody):
    """A named list of terms: `audience`, `help` or `referrer`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name


class TaxonomyTerm(ReadByEverybody):
    """One term. `number` stands for it in addresses, so that they name nobody's need."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="terms")
    slug = models.SlugField(help_text="The field's own word, used by imports. Never shown in an address.")
    number = models.PositiveSmallIntegerField(help_text="Stands for this term in addresses. Never reuse one.")
    name = models.CharField(max_length=80, help_text="As people see it: LGBT+ people")
    description = models.CharField(max_length=200, blank=True)
    search_words = models.CharField(
        max_length=400, blank=True, help_text="Other words that people type for this, with spaces between."
    )
    order = models.PositiveSmallIntegerField(default=100)
    offered = models.BooleanField(default=True, help_text="Stands among the filters.")
    anyone_counts = models.BooleanField(
        "services for anyone count",
        default=True,
        help_text="Untick where services for anyone would be wrong, such as for people who harm.",
    )

    class Meta:
        ordering = ["taxonomy", "order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "slug"], name="one_slug_in_taxonomy"),
            models.UniqueConstraint(fields=["taxonomy", "number"], name="one_number_in_taxonomy"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        from services_directory.entries import refresh_entries

        with transaction.atomic():
            super().save(*args, **kwargs)
            for relation in ("audiences", "help_types", "referrers"):
                refresh_entries(**{relation: self})
