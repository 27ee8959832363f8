"""Blocks of words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home import kept

PLAIN = ["bold", "link", "ul", "ol"]
LEVELS = [("h2", _("Heading")), ("h3", _("Smaller heading, under another one"))]
WHERE_TO = [("find", _("Find a service")), ("ask", _("Ask for help")), ("ring", _("Ring someone"))]
WHO = [
    ("survivor", _("A survivor")),
    ("parent", _("A parent")),
    ("young", _("A young person")),
    ("friend", _("A friend or relative")),
    ("worker", _("A worker")),
]


class ParagraphBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=100, required=False)
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "pilcrow"
        label = _("Text, with or without a heading")
        description = _("Plain sentences, lists and links. Short ones: two or three to a paragraph.")
        template = "home/blocks/paragraph.html"
        preview_value = {
            "heading": "What they will ask",
            "text": "<p>Whether you are safe right now. You only answer what you want to.</p>",
        }


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=100)
    level = blocks.ChoiceBlock(choices=LEVELS, default="h2")

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("A heading of its own, above pictures, cards or films.")
        template = "home/blocks/heading.html"
        preview_value = {"text": "Help with money", "level": "h2"}


class ActionBlock(blocks.StructBlock):
    """The one thing to do next. Where it leads is fixed, so that no address can be mistyped."""

    to = blocks.ChoiceBlock(choices=WHERE_TO, default="find")
    words = blocks.CharBlock(
        max_length=60, required=False, help_text=_("On the button. Empty: the plain words for it.")
    )

    class Meta:
        icon = "arrow-right"
        label = _("What to do next")
        description = _("A button to find a service or ask for help, or the number to ring.")
        template = "home/blocks/action.html"
        preview_value = {"to": "ask", "words": ""}


class StepsBlock(blocks.StructBlock):
    """Numbered steps, each set dated: browsers and phones change."""

    heading = blocks.CharBlock(max_length=100)
    steps = blocks.ListBlock(blocks.CharBlock(max_length=240))
    checked = blocks.DateBlock(
        required=False, help_text=_("When a person last tried these steps. Empty says that nobody has yet.")
    )

    class Meta:
        icon = "list-ol"
        label = _("Steps, with the date they were tried")
        description = _("What to do in order, and the day on which somebody tried it.")
        template = "home/blocks/steps.html"
        preview_value = {"heading": "On this phone", "steps": ["Open the menu.", "Press History."]}


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "collapse-down"
        label = _("Text that folds")
        description = _("For what only some people need. Never for what keeps somebody safer.")
        template = "home/blocks/details.html"
        preview_value = {"summary": "If you have a visa", "text": "<p>You can still get help.</p>"}


class CalloutBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "warning"
        label = _("Important words")
        description = _("One thing that must not be missed, set apart. At most one on a page.")
        template = "home/blocks/callout.html"
        preview_value = {"text": "<p>If somebody may see this phone, you can leave at any time.</p>"}


class QuoteBlock(blocks.StructBlock):
    """What somebody said, without who: there is no field for a name."""

    text = blocks.TextBlock(
        max_length=400,
        rows=3,
        help_text=_("Leave out names, ages, places and dates by which somebody could be known."),
    )
    who = blocks.ChoiceBlock(choices=WHO, default="survivor")

    class Meta:
        icon = "openquote"
        label = _("Somebody’s words")
        description = _(
            "A quotation without a name. Ask before you publish, and change what could give away who."
        )
        template = "home/blocks/quote.html"
        preview_value = {
            "text": "They listened. I did not have to decide anything that day.",
            "who": "survivor",
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["who"] = dict(WHO).get(value["who"], "")
        return context


class KeptBlock(blocks.StructBlock):
    """How long things are kept: the words follow the site's settings, and cannot be typed."""

    heading = blocks.CharBlock(max_length=100, default="How long we keep things")

    class Meta:
        icon = "time"
        label = _("How long things are kept")
        description = _("What the site keeps and for how long, as its settings say. It cannot be typed.")
        template = "home/blocks/kept.html"
        preview_value = {"heading": "How long we keep things"}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "lines": kept.lines(), "more": (kept.FOR_GOOD, kept.COPIES, kept.NOT_YET)}
