"""Services (Open Referral), with what the standard lacks kept as our own fields."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from services_directory.querysets import ServiceQuerySet


def terms_of(taxonomy: str) -> Q:
    return Q(taxonomy__slug=taxonomy)


class Service(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, index.Indexed, ClusterableModel):
    """One service that a person can turn to.

    The rows hold the published words; drafts live in revisions. What the public may see is
    copied to `Entry` by `save()`, and only that copy is ever served.
    """

    class Scope(models.TextChoices):
        LOCAL = "local", "Local"
        STATUTORY = "statutory", "Council, police or health"
        REGIONAL = "regional", "Region"
        NEIGHBOURING = "neighbouring", "Neighbouring area"
        NATIONAL = "national", "National"

    class Men(models.TextChoices):
        SERVED = "served", "Men can use it"
        SIGNPOSTED = "signposted", "Men are told where else to go"
        UNKNOWN = "unknown", "Not known"

    class BankHolidays(models.TextChoices):
        OPEN = "open", "Usual hours"
        CLOSED = "closed", "Closed"
        UNKNOWN = "unknown", "Not known"

    code = models.SlugField(max_length=80, unique=True, help_text="Used by imports. Never shown.")
    organization = models.ForeignKey(
        "services_directory.Organization", on_delete=models.PROTECT, related_name="services"
    )
    name = models.CharField(max_length=160)
    alternate_name = models.CharField("also known as", max_length=300, blank=True)
    description = models.TextField(help_text="Short plain sentences: who it is for and what they do.")
    what_happens = models.TextField(
        "what happens when you get in touch",
        blank=True,
        help_text="Who answers, what they ask, what comes next. Leave empty if you do not know.",
    )
    scope = models.CharField(max_length=12, choices=Scope.choices)
    audiences = ParentalManyToManyField(
        "services_directory.TaxonomyTerm",
        verbose_name="who it is for",
        related_name="services_for_audience",
        limit_choices_to=terms_of("audience"),
    )
    help_types = ParentalManyToManyField(
        "services_directory.TaxonomyTerm",
        verbose_name="kinds of help",
        related_name="services_with_help",
        limit_choices_to=terms_of("help"),
    )
    referrers = ParentalManyToManyField(
        "services_directory.TaxonomyTerm",
        verbose_name="who can refer",
        related_name="services_by_referrer",
        limit_choices_to=terms_of("referrer"),
        blank=True,
    )
    men = models.CharField(max_length=10, choices=Men.choices, default=Men.UNKNOWN)
    by_and_for = models.CharField(
        "run by and for", max_length=80, blank=True, help_text="Such as: LGBT+ people. Empty if not."
    )
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)

    email = models.EmailField(blank=True)
    website = models.URLField(max_length=300, blank=True)
    webchat_url = models.URLField("webchat", max_length=300, blank=True)
    webchat_hours = models.CharField(max_length=120, blank=True)
    bsl = models.CharField("British Sign Language", max_length=160, blank=True)
    interpretation_services = models.CharField("interpreting", max_length=160, blank=True)
    bank_holidays = models.CharField(max_length=8, choices=BankHolidays.choices, default=BankHolidays.UNKNOWN)

    location_confidential = models.BooleanField(
        "place is confidential",
        null=True,
        blank=True,
        help_text="Unknown counts as confidential: no address, no map, no hint.",
    )

    assured_date = models.DateField("details checked on", null=True, blank=True)
    assured_by = models.CharField("checked by", max_length=150, blank=True)
    assured_source = models.CharField(
        "how it was checked", max_length=300, blank=True, help_text="Rang the helpline; read their own page."
    )
    next_check_due = models.DateField(null=True, blank=True)
    check_before_launch = models.TextField(
        "to confirm before publishing", blank=True, help_text="For editors. Never shown to the public."
    )
    source_record = models.JSONField(
        default=dict, blank=True, help_text="What was imported, as it came, for editors."
    )
    last_modified = models.DateTimeField(auto_now=True)

    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="service",
        for_concrete_model=False,
    )
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="service",
        for_concrete_model=False,
    )

    objects = ServiceQuerySet.as_manager()

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("alternate_name"),
        index.FilterField("live"),
        index.FilterField("scope"),
    ]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=models.F("maximum_age")),
                name="youngest_not_over_oldest",
                violation_error_message="The youngest age must not be over the oldest.",
            )
        ]
        indexes = [models.Index(fields=["next_check_due"]), models.Index(fields=["assured_date"])]

    def __str__(self) -> str:
        return self.name

    @property
    def revisions(self):
        return self._revisions

    @property
    def place_may_be_shown(self) -> bool:
        """Only a plain "not confidential" opens the place; not known keeps it closed."""
        return self.location_confidential is False

    @property
    def may_be_published(self) -> bool:
        return self.live and (self.assured_date is not None or settings.PORTAL_DEMO)

    def clean(self) -> None:
        from services_directory import disclosure

        super().clean()
        if not self.place_may_be_shown and (found := disclosure.telling_words_of(self)):
            raise ValidationError(found)

    def save(self, *args, **kwargs) -> None:
        """Save, forget the place when it has become confidential, and renew the public copy."""
        from services_directory import disclosure, entries, place_marks

        # Saving a draft writes bookkeeping columns only; a place is forgotten when the row says so.
        names = kwargs.get("update_fields")
        speaks_of_place = names is None or "location_confidential" in names
        with transaction.atomic():
            shuts = self.pk and speaks_of_place and not self.place_may_be_shown
            turns = bool(shuts) and disclosure.withdraw_places(self)
            super().save(*args, **kwargs)
            entries.refresh_entry(self.pk)
            if turns:
                place_marks.look_again()
