"""A campaign: what it says, with whom, from when to when, and where its address leads afterwards.

The two dates are the only ones that anybody types: they decide when the worker puts the page on
the site and takes it away (`go_live_at` and `expire_at` follow them).
"""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page

from home.campaigns.figures import FiguresPanel
from home.ending import is_over
from home.models import PublicPage
from home.neutral import telling_word
from services_directory.freshness import kept, told
from services_directory.opening import LONDON
from services_directory.tags import DOCUMENTS, IMAGES, page_tag

ON_THE_HOME_PAGE = 2  # campaigns at once; the order decides which, so that two do not fight
WORD = RegexValidator(
    r"^[a-z][a-z0-9-]{1,29}\Z", "Use 2 to 30 small letters, digits and hyphens, and begin with a letter."
)


class CampaignIndexPage(PublicPage):
    """What runs now."""

    page_description = _("What runs now. There is one.")
    neutral_title = gettext_noop("Information")
    template = "home/campaigns/index_page.html"
    max_count = 1
    subpage_types = ["campaigns.CampaignPage"]

    class Meta:
        verbose_name = "list of campaigns"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        from home.campaigns import running  # which reads what is defined here

        context["campaigns"] = running.everything(request, now=context["now"])
        return context


class CampaignPage(PublicPage):
    """One campaign. Its browser title is neutral like every other; its own name is the heading."""

    page_description = _("A joint campaign: dates, partners, posters, a short address and its code.")
    neutral_title = gettext_noop("Information")
    template = "home/campaigns/page.html"
    parent_page_types = ["campaigns.CampaignIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    leads_on_when_over = True

    class CallToAction(models.TextChoices):
        ASK = "ask", "Ask for help"
        FIND = "find", "Find a service"
        RING = "ring", "Ring"
        NONE = "none", "None"

    # Empty only in a draft: publishing asks for all three.
    starts_on = models.DateField("first day", null=True, help_text="The page appears on this day by itself.")
    ends_on = models.DateField("last day", null=True, help_text="The page goes after this day by itself.")
    after = models.ForeignKey(
        Page,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="page that takes over",
        help_text="Where its addresses lead when it is over. Empty: the list of campaigns.",
    )
    word = models.CharField(
        "short address",
        max_length=30,
        unique=True,
        null=True,
        validators=[WORD],
        help_text="The word after /go/ on posters. It stays in a phone’s history: a plain word only.",
    )
    call_to_action = models.CharField(
        "button", max_length=4, choices=CallToAction.choices, default=CallToAction.ASK
    )
    hero = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="picture",
        help_text="The page must make sense without it: no words in the picture that stand nowhere else.",
    )
    hero_words = models.CharField(
        "what the picture shows",
        max_length=200,
        blank=True,
        help_text="For people who do not see it. Empty: it is only decoration.",
    )
    promoted = models.BooleanField("on the home page", default=True)
    place = models.PositiveSmallIntegerField(
        "place on the home page",
        default=10,
        help_text=f"Lower comes first; the first {ON_THE_HOME_PAGE} are shown.",
    )
    neutral_card = models.BooleanField(
        "shared links tell nothing",
        default=True,
        help_text="A link that somebody shares shows its name and picture on other people’s phones. "
        "Leave this ticked, and it shows the name of the site only.",
    )

    content_panels = [
        *PublicPage.content_panels[:2],
        MultiFieldPanel(
            [FieldPanel("starts_on"), FieldPanel("ends_on"), PageChooserPanel("after")], "From when to when"
        ),
        MultiFieldPanel([FieldPanel("hero"), FieldPanel("hero_words")], "Picture"),
        *PublicPage.content_panels[2:],
        FieldPanel("call_to_action"),
        InlinePanel("partners", heading="Partners", label="partner"),
        InlinePanel("assets", heading="To download and print", label="file"),
        MultiFieldPanel([FieldPanel("word"), FiguresPanel()], "Short address and figures"),
        MultiFieldPanel(
            [FieldPanel("promoted"), FieldPanel("place"), FieldPanel("neutral_card")], "Where it shows"
        ),
    ]
    settings_panels = [FieldPanel("review_due")]  # the two dates are the schedule

    class Meta:
        verbose_name = "campaign"

    def clean(self) -> None:
        super().clean()
        problems: dict[str, str] = {}
        if self.starts_on and self.ends_on:
            if self.ends_on < self.starts_on:
                problems["ends_on"] = "The last day is before the first. Change one of them."
            self.go_live_at, self.expire_at = lifetime(self.starts_on, self.ends_on, now=timezone.now())
        if self.pk and self.after_id == self.pk:
            problems["after"] = "This page is over then. Choose another, or none: the list of campaigns."
        if self.word:
            self.word = self.word.lower()
            printed = CampaignPage.objects.filter(pk=self.pk, word=self.word).exists()
            if not printed and (stem := telling_word(self.word)):
                problems["word"] = (
                    f"“{stem}” must not stand in an address: it stays in a phone’s history. "
                    "Choose a plain word, such as the colour of the poster."
                )
            elif other := self.other_with(self.word):
                problems["word"] = f"“{other}” uses this word, or will. Choose another."
        if problems:
            raise ValidationError(problems)

    def other_with(self, word: str) -> str:
        """The title of another campaign that has `word`, or whose draft does; or nothing.

        A draft's word stands in its revision only, and would fail at publishing, when nobody looks.
        """
        for page in CampaignPage.objects.exclude(pk=self.pk).select_related("latest_revision"):
            drafted = page.latest_revision.content.get("word") if page.latest_revision else None
            if word in (page.word, drafted):
                return page.title
        return ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(
            beside=kept(("campaign", self.pk), self.beside, request),
            ask_url=f"/ask/?w={self.pk}",
            card_url="" if self.neutral_card else self.get_full_url(request),
            plain_card=settings.WAGTAILADMIN_BASE_URL.rstrip("/") + static("img/plain.png"),
        )
        if self.neutral_card:
            context["description"] = ""  # a shared link falls back to it
        return context

    def beside(self) -> SafeString:
        """The picture, what can be downloaded and who carries it, as HTML."""
        with told(page_tag(self.pk or 0), IMAGES, DOCUMENTS):
            partners = list(self.partners.select_related("logo"))
            assets = list(self.assets.select_related("document"))
            return render_to_string(
                "home/campaigns/beside.html", {"page": self, "partners": partners, "assets": assets}
            )

    def answer_when_over(self, now: datetime) -> HttpResponse:
        return HttpResponseRedirect(self.url_afterwards(now))

    def url_afterwards(self, now: datetime) -> str:
        """One that is not over: the page that was chosen, else the list of campaigns, else the front door."""
        for page in filter(None, (self.after, self.get_parent())):
            if page.live and page.url and page.pk != self.pk and not is_over(page, now):
                return str(page.url)
        return "/"


class Partner(Orderable):
    """Somebody who carries the campaign too. The logo is never the only thing that says who."""

    campaign = ParentalKey(CampaignPage, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=100)
    logo = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    panels = [FieldPanel("name"), FieldPanel("logo")]


class Asset(Orderable):
    """A file to print or to share, from Wagtail's documents."""

    class Kind(models.TextChoices):
        POSTER = "poster", "Poster"
        CARD = "card", "Social card"
        LEAFLET = "leaflet", "Leaflet"
        OTHER = "other", "Other"

    campaign = ParentalKey(CampaignPage, on_delete=models.CASCADE, related_name="assets")
    title = models.CharField(max_length=100, help_text="“A4 poster, Polish”")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.POSTER)
    document = models.ForeignKey("wagtaildocs.Document", on_delete=models.CASCADE, related_name="+")
    panels = [FieldPanel("title"), FieldPanel("kind"), FieldPanel("document")]


def lifetime(starts_on: date, ends_on: date, *, now: datetime) -> tuple[datetime | None, datetime]:
    """From the first minute of the first day, London time, to the last of the last.

    None for a beginning that is past: Wagtail then publishes at once.
    """
    begins, ends = (
        datetime.combine(day, time(), tzinfo=LONDON) for day in (starts_on, ends_on + timedelta(days=1))
    )
    return (begins if begins > now else None), ends


class Count(models.Model):
    """How often something happened for a campaign on a day: no row per person, no time of day."""

    class What(models.TextChoices):
        OPENED = "opened", "Opened by the short address"
        STARTED = "started", "Asking for help begun from it"
        SENT = "sent", "Asking for help sent"

    campaign = models.ForeignKey(CampaignPage, on_delete=models.CASCADE, related_name="counts")
    day = models.DateField()
    what = models.CharField(max_length=7, choices=What.choices)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "day", "what"], name="campaign_counted_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.day} {self.what}: {self.number}"
