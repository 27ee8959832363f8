"""What a council sets for the whole site. Every empty field has a default that works."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from home.fields import contrast, validate_colour
from home.neutral import telling_word
from services_directory.helplines import Line
from services_directory.models.read_by_everybody import ReadByEverybody

WHITE, PAPER = "#ffffff", "#fbf8f4"
READABLE = 4.5  # WCAG 2.2 AA, text


@register_setting(icon="cog")
class SiteSettings(ReadByEverybody, BaseGenericSetting):
    """What a council changes. Every empty field has a default that works."""

    name = models.CharField("name of the site", max_length=40, blank=True, help_text="Help in Rotherham")
    area = models.CharField("name of the area", max_length=40, blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    brand_colour = models.CharField(max_length=7, default="#0f5257", validators=[validate_colour])
    accent_colour = models.CharField(max_length=7, default="#8a3b12", validators=[validate_colour])
    phone = models.CharField(
        "the one phone number", max_length=30, blank=True, help_text="As people should see it: 01709 000000"
    )
    phone_hours = models.CharField(max_length=80, blank=True, help_text="Monday to Friday, 9am to 5pm")
    decoy = models.URLField(
        "where “Leave” goes", blank=True, help_text="Somebody else’s plain site, such as a weather page."
    )
    leave_label = models.CharField("words on “Leave”", max_length=24, blank=True)
    danger_short = models.CharField("line under the header", max_length=90, blank=True)
    emergency = models.TextField("emergency facts", blank=True, help_text="One paragraph on each line.")
    runner = models.CharField("who runs this", max_length=200, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("area"), FieldPanel("runner")], "Who"),
        MultiFieldPanel(
            [FieldPanel("logo"), FieldPanel("brand_colour"), FieldPanel("accent_colour")], "Look"
        ),
        MultiFieldPanel([FieldPanel("phone"), FieldPanel("phone_hours")], "The one number"),
        MultiFieldPanel([FieldPanel("decoy"), FieldPanel("leave_label")], "Leaving"),
        MultiFieldPanel([FieldPanel("danger_short"), FieldPanel("emergency")], "Emergency"),
    ]

    class Meta:
        verbose_name = "site settings"

    @property
    def front_door_line(self) -> Line | None:
        if not self.phone:
            return None
        digits = "".join(c for c in self.phone if c.isdigit())
        return Line("Ring us", self.phone, f"tel:{digits}", self.phone_hours)

    def clean(self) -> None:
        super().clean()
        problems: dict[str, str] = {}
        if word := telling_word(self.name):
            problems["name"] = f"“{word}” would show in the title bar. Choose a name that tells nobody."
        for name in ("brand_colour", "accent_colour"):
            if any(contrast(getattr(self, name), ground) < READABLE for ground in (WHITE, PAPER)):
                problems[name] = "Too pale: words in this colour could not be read. Choose a darker one."
        if self.decoy and (problem := self._decoy_problem()):
            problems["decoy"] = problem
        if self.phone and len("".join(c for c in self.phone if c.isdigit())) < 3:
            problems["phone"] = "That is not a phone number. Write it as people dial it."
        if problems:
            raise ValidationError(problems)

    def _decoy_problem(self) -> str:
        """Asked of the portal by dotted path: rooms do not import it."""
        from django.utils.module_loading import import_string

        check = import_string(settings.EXIT_ADDRESS_CHECK)
        return check(self.decoy, own_hosts=settings.ALLOWED_HOSTS)
