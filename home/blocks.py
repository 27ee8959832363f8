"""What editors can put on a page. Templates stand in templates/home/blocks/."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from wagtail import blocks

from services_directory.listing import list_services
from services_directory.models import TaxonomyTerm

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


def terms_of(taxonomy: str) -> Callable[[], list[tuple[str, str]]]:
    """Choices of one taxonomy by key. A chooser would fetch the term again on every visit."""

    def choices() -> list[tuple[str, str]]:
        terms = TaxonomyTerm.objects.filter(taxonomy__slug=taxonomy)
        return [(str(term.pk), term.name) for term in terms]

    return choices


class TermBlock(blocks.ChoiceBlock):
    """A choice that was checked when it was saved: reading it asks the database for nothing."""

    def to_python(self, value: Any) -> Any:
        return value


class ServiceListBlock(blocks.StructBlock):
    """Services from the directory, chosen by term; never typed by hand."""

    heading = blocks.CharBlock(max_length=100)
    audience = TermBlock(choices=terms_of("audience"), required=False)
    help_type = TermBlock(choices=terms_of("help"), required=False)
    referrer = TermBlock(choices=terms_of("referrer"), required=False)

    class Meta:
        icon = "list-ul"
        label = "Services from the directory"
        template = "home/blocks/service_list.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        chosen = [value[name] for name in ("audience", "help_type", "referrer") if value[name]]
        terms = [TaxonomyTerm(pk=int(key)) for key in chosen]  # the vocabulary in memory knows the rest
        generation = getattr((parent_context or {}).get("request"), "generation", None)
        context.update(list_services(terms, now=timezone.now(), generation=generation))
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
