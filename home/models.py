"""Pages that comms staff write, and what a council sets for the whole site.

A page's own title is its heading; the browser's title bar shows only `neutral_title`, from a
fixed list, so that no editor can put a telling word into somebody's history.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from home.blocks import BODY_BLOCKS
from home.fields import BodyField, contrast, validate_colour
from home.neutral import telling_word
from services_directory.helplines import Line
from services_directory.listing import list_services

WHITE, PAPER = "#ffffff", "#fbf8f4"
READABLE = 4.5  # WCAG 2.2 AA, text


def generation_of(request: HttpRequest) -> int | None:
    """The publication that this request began with (portal/page_cache.py), when there is one."""
    return getattr(request, "generation", None)


class PublicPage(Page):
    """What every public page shares."""

    neutral_title: ClassVar[str] = "Information"

    lead = models.CharField(max_length=300, blank=True, help_text="One or two plain sentences.")
    body = BodyField(BODY_BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if word := telling_word(self.slug or ""):
            raise ValidationError(
                {
                    "slug": f"“{word}” must not stand in an address: it stays in a phone’s history. "
                    "Choose a plain word or a number."
                }
            )

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """None: every page here is public, and asking would cost each visit two queries."""
        return PageViewRestriction.objects.none()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(
            title=self.neutral_title,
            description=self.search_description or self.lead,
            audience="",
            now=timezone.now(),
        )
        return context


class HomePage(PublicPage):
    """The front door."""

    neutral_title = "Home"
    template = "home/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page at an address, in one step at any depth: no page here routes below itself."""
        if not path_components:
            return super().route(request, path_components)
        address = f"{self.url_path}{'/'.join(path_components)}/"
        page = self.get_descendants().live().filter(url_path=address).specific().first()
        if page is None:
            raise Http404("no page has this address")
        return RouteResult(page)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["groups"] = GroupPage.links()
        return context


class ContentPage(PublicPage):
    """A page of words."""

    template = "home/content_page.html"
    neutral_title = "Information"


class GroupIndexPage(PublicPage):
    """The list of groups."""

    neutral_title = "Find a service"
    template = "home/group_index_page.html"
    max_count = 1
    subpage_types = ["home.GroupPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["groups"] = GroupPage.links()
        return context


class GroupPage(PublicPage):
    """What there is for one group of people, from the directory as it is now."""

    neutral_title = "Find a service"
    template = "home/group_page.html"
    parent_page_types = ["home.GroupIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    audiences = ParentalManyToManyField(
        "services_directory.TaxonomyTerm",
        blank=True,
        related_name="+",
        limit_choices_to={"taxonomy__slug": "audience"},
    )
    content_panels = [*PublicPage.content_panels, FieldPanel("audiences")]

    @classmethod
    def links(cls) -> list[tuple[str, str]]:
        return [(page.title, page.url) for page in cls.objects.live().order_by("path")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if terms := list(self.audiences.all()):
            context.update(list_services(terms, now=context["now"], generation=generation_of(request)))
            context["audience"] = terms[0].slug
        return context


@register_setting(icon="cog")
class SiteSettings(BaseGenericSetting):
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
