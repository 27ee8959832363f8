"""Pages that comms staff write.

A page's own title is its heading; the browser's title bar shows only `neutral_title`, from a
fixed list, so that no editor can put a telling word into somebody's history.
"""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from home.blocks import BODY_BLOCKS
from home.blocks.directory import remember_changes
from home.ending import is_over, not_over
from home.fields import BodyField
from home.neutral import free_number, telling_word
from home.page_forms import CopyForm, WordsForm
from home.panels import HintsPanel
from services_directory import written_pages
from services_directory.freshness import Snapshot, told
from services_directory.listing import list_services
from services_directory.models import TaxonomyTerm
from services_directory.tags import SITES
from services_directory.vocabulary import vocabulary

NOT_RESTRICTED = PageViewRestriction.objects.none()
TAG = re.compile(r"<[^>]*>")


def generation_of(request: HttpRequest) -> int | None:
    """The publication that this request began with (portal/page_cache.py), when there is one."""
    return getattr(request, "generation", None)


class PublicPage(Page):
    """What every public page shares."""

    neutral_title: ClassVar[str] = gettext_noop("Information")
    found_by_search: ClassVar[bool] = True

    lead = models.CharField(max_length=300, blank=True, help_text="One or two plain sentences.")
    body = BodyField(BODY_BLOCKS, blank=True)

    review_due = models.DateField(
        _("look at this page again by"),
        null=True,
        blank=True,
        help_text=_(
            "Empty: half a year after you publish. Pages that are due stand on everybody’s first screen."
        ),
    )

    content_panels = [
        FieldPanel(
            "title", classname="title"
        ),  # Wagtail’s own panel writes a slug, and there is no field for one
        FieldPanel("lead", widget=AdminAutoHeightTextInput),  # a line would cut it
        FieldPanel("body"),
        HintsPanel(heading=_("Help with the words")),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("review_due")]
    promote_panels = [
        MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("For search engines")),
    ]
    base_form_class = WordsForm
    copy_form_class = CopyForm
    private_page_options: ClassVar[list[str]] = []
    leads_on_when_over: ClassVar[bool] = False  # its address then answers by serve(), too

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """A page that nobody gave an address gets a number, where Wagtail would take its title."""
        if self.path and not self.slug:  # type: ignore[has-type]
            self.slug = free_number(self.get_parent())
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.lead = " ".join(self.lead.split())
        if self._state.adding and (word := telling_word(self.slug or "")):
            raise ValidationError(
                {
                    "slug": f"“{word}” must not stand in an address: it stays in a phone’s history. "
                    "Choose a plain word or a number."
                }
            )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, and the moment at which it says something else or ends (portal/page_cache.py)."""
        now = timezone.now()
        if not getattr(request, "is_preview", False) and not self.is_running(now):
            return self.answer_when_over(now)
        changes = [self.expire_at] if self.expire_at else []
        request.card_changes = changes  # type: ignore[attr-defined]
        response = super().serve(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        if changes:
            response.cache_until = min(changes)  # type: ignore[attr-defined]
        return response

    def is_running(self, now: datetime) -> bool:
        """On the site and not over; the worker takes it away only when it comes round."""
        return self.live and not is_over(self, now)

    def answer_when_over(self, now: datetime) -> HttpResponse:
        """What stands at its address afterwards. Raises Http404."""
        raise Http404("this page is over")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saving what the public reads renews what search reads of it, in the same transaction."""
        names = kwargs.get("update_fields")
        if names is None and self.live and self.review_due is None:
            self.review_due = timezone.localdate() + timedelta(days=settings.PAGE_REVIEW_DAYS)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if names is None or {"live", "title", "lead", "body"} & set(names):
                self.keep_for_search()

    def keep_for_search(self) -> None:
        if not (self.live and self.found_by_search):
            written_pages.forget(self)
            return
        texts = self.body.stream_block.get_searchable_content(self.body)
        body = " ".join(unescape(TAG.sub(" ", str(text))) for text in texts)
        written_pages.keep(self, lead=f"{self.lead} {self.search_description}".strip(), body=body)

    def get_url_parts(self, request: Any = None) -> Any:
        """What Wagtail keeps in memory of the site's address is told by the site, whoever read it first."""
        with told(SITES):
            return super().get_url_parts(request)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """None: every page here is public, and asking would cost each visit two queries."""
        return NOT_RESTRICTED

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

    page_description = _("The front door. There is one.")
    neutral_title = gettext_noop("Home")
    found_by_search = False
    template = "home/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page at an address, in one step at any depth: no page here routes below itself."""
        if not path_components:
            return super().route(request, path_components)
        address = f"{self.url_path}{'/'.join(path_components)}/"
        there = self.get_descendants().filter(url_path=address).filter(Q(live=True) | Q(expired=True))
        page = there.specific().first()
        if page is None or not (page.live or page.leads_on_when_over):
            raise Http404("no page has this address")
        return RouteResult(page)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        from home.campaigns import running  # whose pages are of this kind

        context["groups"] = GroupPage.links(request, now=context["now"])
        context["campaigns"] = running.on_the_home_page(request, now=context["now"])
        return context


class ContentPage(PublicPage):
    """A page of words."""

    page_description = _("Words, pictures and lists of services: advice, how we work, privacy.")
    template = "home/content_page.html"
    neutral_title = gettext_noop("Information")


class GroupIndexPage(PublicPage):
    """The list of groups."""

    page_description = _("Leads to the pages of all groups. There is one.")
    neutral_title = gettext_noop("Find a service")
    template = "home/group_index_page.html"
    max_count = 1
    subpage_types = ["home.GroupPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["groups"] = GroupPage.links(request, now=context["now"])
        return context


class GroupPage(PublicPage):
    """What there is for one group of people, from the directory as it is now."""

    page_description = _(
        "Words for one group of people, and the services in the directory that are for them."
    )
    neutral_title = gettext_noop("Find a service")
    template = "home/group_page.html"
    parent_page_types = ["home.GroupIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    audiences = ParentalManyToManyField(
        "services_directory.TaxonomyTerm",
        blank=True,
        related_name="+",
        limit_choices_to={"taxonomy__slug": "audience"},
    )
    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("audiences", heading=_("Groups whose services it shows"), widget=CheckboxSelectMultiple),
    ]

    @classmethod
    def links(cls, request: HttpRequest, *, now: datetime) -> list[tuple[str, str]]:
        _groups.shows("links")
        groups = not_over(_groups.look(generation_of(request)).values(), request, now)
        return [(group.title, group.url) for group in groups]

    def term_keys(self, request: HttpRequest) -> list[int]:
        """Of the terms whose services stand here; in a preview as the draft has them."""
        found = _groups.look(generation_of(request)).get(str(self.pk))
        if found is None or getattr(request, "is_preview", False):
            return [term.pk for term in self.audiences.all()]
        _groups.shows(str(self.pk))
        return list(found.terms)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if keys := self.term_keys(request):
            generation = generation_of(request)
            terms = [TaxonomyTerm(pk=key) for key in keys]  # the vocabulary in memory knows the rest
            found = list_services(terms, now=context["now"], generation=generation, request=request)
            context.update(found)
            _taxonomy, term = vocabulary(generation).terms[keys[0]]
            context["audience"] = term.slug
            remember_changes(request, (card["changes_at"] for card in context["cards"]))
        return context


class Group(NamedTuple):
    title: str
    url: str
    terms: tuple[int, ...]
    expire_at: datetime | None


def _read_groups() -> dict[str, Group]:
    """By the page's key, in the editors' order."""
    pages = GroupPage.objects.live().defer("body").order_by("path").prefetch_related("audiences")
    return {
        str(page.pk): Group(
            page.title, page.url, tuple(term.pk for term in page.audiences.all()), page.expire_at
        )
        for page in pages
    }


def _group_parts(groups: dict[str, Group]) -> dict[str, Any]:
    return {**groups, "links": [(group.title, group.url, group.expire_at) for group in groups.values()]}


_groups = Snapshot("groups", _read_groups, _group_parts)
