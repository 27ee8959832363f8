"""What editors can put on a page. Templates stand in templates/home/blocks/."""

from typing import Any

from django.utils import timezone
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

PLAIN = ["bold", "link", "ul", "ol"]


class ParagraphBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=100, required=False)
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "pilcrow"
        label = "Heading and text"
        template = "home/blocks/paragraph.html"


class StepsBlock(blocks.StructBlock):
    """Numbered steps, each set dated: browsers and phones change."""

    heading = blocks.CharBlock(max_length=100)
    steps = blocks.ListBlock(blocks.CharBlock(max_length=240))
    checked = blocks.DateBlock(
        required=False, help_text="When a person last tried these steps. Empty says that nobody has yet."
    )

    class Meta:
        icon = "list-ol"
        label = "Steps, with the date they were tried"
        template = "home/blocks/steps.html"


class ServiceListBlock(blocks.StructBlock):
    """Services from the directory, chosen by term; never typed by hand."""

    heading = blocks.CharBlock(max_length=100)
    audience = SnippetChooserBlock("services_directory.TaxonomyTerm", required=False)
    help_type = SnippetChooserBlock("services_directory.TaxonomyTerm", required=False)
    referrer = SnippetChooserBlock("services_directory.TaxonomyTerm", required=False)

    class Meta:
        icon = "list-ul"
        label = "Services from the directory"
        template = "home/blocks/service_list.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        from services_directory.listing import list_services

        context = super().get_context(value, parent_context=parent_context)
        terms = [value[name] for name in ("audience", "help_type", "referrer") if value[name]]
        context.update(list_services(terms, now=timezone.now()))
        return context


class NumbersBlock(blocks.StructBlock):
    """The helplines, from the directory."""

    heading = blocks.CharBlock(max_length=100, default="Numbers to ring")

    class Meta:
        icon = "mobile-alt"
        label = "Helplines"
        template = "home/blocks/numbers.html"


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "collapse-down"
        label = "Text that folds"
        template = "home/blocks/details.html"


class CalloutBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "warning"
        label = "Important words"
        template = "home/blocks/callout.html"


BODY_BLOCKS = [
    ("paragraph", ParagraphBlock()),
    ("steps", StepsBlock()),
    ("service_list", ServiceListBlock()),
    ("numbers", NumbersBlock()),
    ("details", DetailsBlock()),
    ("callout", CalloutBlock()),
]
