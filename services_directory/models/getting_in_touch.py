"""How, when and where a service can be reached: what Open Referral hangs on a service."""

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey


class Phone(models.Model):
    """A number to ring or text, with what it costs and the trace it leaves."""

    class Kind(models.TextChoices):
        VOICE = "voice", "Phone"
        TEXT = "text", "Text message"
        TEXTPHONE = "textphone", "Textphone"

    class Bill(models.TextChoices):
        YES = "yes", "Shows on the phone bill"
        NO = "no", "Does not show on the phone bill"
        UNKNOWN = "unknown", "Not known"

    service = ParentalKey("services_directory.Service", on_delete=models.CASCADE, related_name="phones")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.VOICE)
    label = models.CharField(max_length=80, blank=True, help_text="Which line this is: Helpline")
    number = models.CharField(max_length=30, help_text="As people should see it: 0808 2000 247")
    e164 = models.CharField(
        "number in international form",
        max_length=16,
        blank=True,
        help_text="+448082000247. Leave empty for short numbers, which are dialled as shown.",
    )
    free = models.BooleanField("free to call", null=True, blank=True, help_text="Leave unknown if unsure.")
    shows_on_bill = models.CharField(max_length=8, choices=Bill.choices, default=Bill.UNKNOWN)
    note = models.CharField(max_length=120, blank=True, help_text="Shown beside the number.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def href(self) -> str:
        """`tel:` or `sms:` address. A short number is dialled just as it is shown."""
        scheme = "sms" if self.kind == self.Kind.TEXT else "tel"
        return f"{scheme}:{self.e164 or ''.join(c for c in self.number if c.isdigit())}"


class Schedule(models.Model):
    """Opening hours on one day of the week (Open Referral `schedule`).

    No row for a day: not known. A row without times: closed. `closes_at` at or before
    `opens_at` means the next day, so 00:00 to 00:00 is all day.
    """

    DAYS = [
        ("MO", "Monday"),
        ("TU", "Tuesday"),
        ("WE", "Wednesday"),
        ("TH", "Thursday"),
        ("FR", "Friday"),
        ("SA", "Saturday"),
        ("SU", "Sunday"),
    ]

    service = ParentalKey("services_directory.Service", on_delete=models.CASCADE, related_name="schedules")
    byday = models.CharField("day", max_length=2, choices=DAYS)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True, help_text="00:00 is midnight at the end of the day.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="both_times_or_closed",
                violation_error_message="Give both times, or neither when it is closed that day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_byday_display()} {self.opens_at or 'closed'}"


class ServiceArea(models.Model):
    """Where people may live who use the service (Open Referral `service_area`)."""

    service = ParentalKey(
        "services_directory.Service", on_delete=models.CASCADE, related_name="service_areas"
    )
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Language(models.Model):
    """A language that workers speak (Open Referral `language`), not one by interpreter."""

    service = ParentalKey("services_directory.Service", on_delete=models.CASCADE, related_name="languages")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Whom editors and professionals ask (Open Referral `contact`): a role, not a person's name."""

    service = ParentalKey("services_directory.Service", on_delete=models.CASCADE, related_name="contacts")
    title = models.CharField("role", max_length=100)
    department = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    for_professionals = models.BooleanField(default=False, help_text="Shown on the service's page.")

    def __str__(self) -> str:
        return self.title
