"""The pages that professionals read: the list, and one page for each situation or profession."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.blocks.stream_block import StreamBlockValidationError

from home.fields import BodyField
from home.models import PublicPage
from home.models.pages import generation_of
from home.page_forms import WordsForm
from pathways import facts
from pathways.blocks import STEP_BLOCKS, services_by_code
from pathways.words import unknown_key_words
from services_directory.freshness import kept, note
from services_directory.tags import page_tag

TAKEN = {"check", "find", "training", "changes"}  # pathways/urls.py, pathways/page_urls.py
FACT_HELP = "Facts by key, in braces, such as {strategy_meeting}."


class PathwayIndexPage(PublicPage):
    """The list for professionals."""

    page_description = "Leads professionals to every pathway. There is one."
    neutral_title = "For professionals"
    template = "pathways/index_page.html"
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["pathways.PathwayPage", "home.ContentPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pathways.listing import groups

        context = super().get_context(request, *args, **kwargs)
        context["groups"] = groups(generation_of(request))
        return context


def services_or_none() -> list[tuple[str, str]]:
    return [("", "Nobody in particular"), *services_by_code()]


class PathwayForm(WordsForm):
    ring = forms.ChoiceField(
        label="Whom to ring",
        choices=services_or_none,
        required=False,
        help_text="From the directory. Its number shows as it is there.",
    )


class PathwayPage(PublicPage):
    """One way through, as steps. What stands in braces is filled in from the facts when it is shown."""

    page_description = "What a professional does, step by step: thresholds, clocks, whom to ring."

    class Kind(models.TextChoices):
        SITUATION = "situation", "What has happened"
        JOB = "job", "By your job"
        BACKGROUND = "background", "Good to know"

    base_form_class = PathwayForm
    neutral_title = "For professionals"
    found_by_search = False  # the site's own search is for those who need help; the list has its own
    template = "pathways/pathway_page.html"
    parent_page_types = ["pathways.PathwayIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    # What the checker knows a page of the starter by; an editor may change its address.
    code = models.CharField(max_length=20, blank=True, default="", editable=False)
    exclude_fields_in_copy: ClassVar[list[str]] = ["code"]
    kind = models.CharField("stands under", max_length=12, choices=Kind.choices, default=Kind.SITUATION)
    now = models.CharField("what to do now", max_length=200, help_text=f"One sentence. {FACT_HELP}")
    by_when = models.CharField(max_length=100, blank=True, help_text=f"How soon. {FACT_HELP}")
    ring = models.CharField("whom to ring", max_length=80, blank=True)  # a service's code
    steps = BodyField(STEP_BLOCKS, blank=True)
    in_order = models.BooleanField(
        "the steps follow each other",
        default=True,
        help_text="Off: they stand side by side, as roles or meetings do.",
    )
    feedback = models.CharField("what you hear back", max_length=300, blank=True, help_text=FACT_HELP)
    escalation = models.CharField("if you disagree", max_length=300, blank=True, help_text=FACT_HELP)
    search_words = models.CharField(
        max_length=300, blank=True, help_text="What people type who look for this page. Never shown."
    )
    answers_for_it = models.CharField(
        "who answers for this page", max_length=120, blank=True, help_text="A role, not a name."
    )
    confirmed_by = models.CharField(max_length=120, blank=True, help_text="Name and role of the local lead.")
    confirmed_on = models.DateField(
        null=True, blank=True, help_text="Empty: the page says that a local lead must confirm it."
    )
    change_note = models.CharField(
        "what changes this time", max_length=300, blank=True, help_text="Empty: the site says it."
    )

    content_panels = [
        FieldPanel(
            "title", classname="title"
        ),  # Wagtail’s own panel writes a slug, and there is no field for one
        FieldPanel("kind"),
        FieldPanel("lead", widget=AdminAutoHeightTextInput),
        MultiFieldPanel(
            [FieldPanel("now"), FieldPanel("by_when"), FieldPanel("ring")], "First, at the top of the page"
        ),
        FieldPanel("steps"),
        FieldPanel("in_order"),
        MultiFieldPanel([FieldPanel("feedback"), FieldPanel("escalation")], "For every step"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("answers_for_it"),
                FieldPanel("confirmed_by"),
                FieldPanel("confirmed_on"),
                FieldPanel("change_note"),
            ],
            "Who answers for it",
        ),
        FieldPanel("search_words"),
    ]

    WORDED = ("lead", "now", "by_when", "feedback", "escalation")  # hold facts by key

    def with_content_json(self, content: dict[str, Any]) -> "PathwayPage":
        """A revision from before there was a code must not take it away."""
        page = super().with_content_json(content)
        page.code = self.code
        return page

    def clean(self) -> None:
        super().clean()
        problems: dict[str, Any] = {
            name: words for name in self.WORDED if (words := unknown_key_words(getattr(self, name)))
        }
        if self.slug in TAKEN:
            problems["slug"] = f"“{self.slug}” is the site’s own page. Choose another word, or a number."
        if self.confirmed_on and not self.confirmed_by:
            problems["confirmed_by"] = "Write who confirmed it, or leave both empty."
        if problem := self._step_problem():
            problems["steps"] = StreamBlockValidationError(non_block_errors=[ValidationError(problem)])
        if problems:
            raise ValidationError(problems)

    def _step_problem(self) -> str:
        """A step that another page shows must not go without that page's editor knowing."""
        if not self.pk:
            return ""
        here = {block.id for block in self.steps}
        before = PathwayPage.objects.filter(pk=self.pk).first()
        gone = {block.id: block.value for block in before.steps if block.id not in here} if before else {}
        for page in PathwayPage.objects.live().exclude(pk=self.pk):
            for block in page.steps:
                if block.block_type == "shared" and block.value["step"] in gone:
                    title = gone[block.value["step"]].get("title", "")
                    return (
                        f"“{title}” also stands on “{page.title}”. Take it off that page first, "
                        "or put it back here."
                    )
        return ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is live gets a version of its own when it says something new (pathways/versions.py)."""
        from pathways import versions

        super().save(*args, **kwargs)
        if self.live:
            versions.catch_up_soon()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(kept(("pathway", self.pk), lambda: self._composed(request), request))
        context["description"] = facts.of(request).fill_known(context["description"])
        return context

    def _composed(self, request: HttpRequest) -> dict[str, Any]:
        from pathways.page_context import of_page

        note(page_tag(self.pk or 0))
        return of_page(self, facts.of(request), generation=generation_of(request))
