"""What editors of pages may do in the admin."""

import colorsys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.log_actions import LogFormatter

from home import (  # noqa: F401  hooks register themselves
    alert_editing,
    brand,
    review_editing,
    roles_panel,
    wording_editing,
)
from home.scheduling import FAILED, REFUSED

wording_editing.register()
# A paragraph has what home/blocks/ asks for; these are what any other rich text starts with.
WORDS_ONLY = ["bold", "link", "ul", "ol"]


@hooks.register("register_rich_text_features", order=100)
def few_features(features: Any) -> None:
    """No headings (blocks have their own), no images, no embeds: nothing from another server."""
    features.default_features = list(WORDS_ONLY)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("colours.css", colours, name="staff_colours")]


def colours(request: HttpRequest) -> HttpResponse:
    """The council's brand colour, in Wagtail's terms. A file and not a style in the page.

    templates/wagtailadmin/base.html asks for it; the sign-in page wears the starter's colour.
    """
    red, green, blue = (int(brand.current().brand_colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lines = [
        f"--w-color-{name}-hue:{hue * 360:.1f};--w-color-{name}-saturation:{saturation:.1%};"
        f"--w-color-{name}-lightness:{lightness:.1%};"
        for name in ("primary", "secondary")
    ]
    return HttpResponse(f":root,:host{{{''.join(lines)}}}", content_type="text/css")


@hooks.register("construct_help_menu")
def no_news(request: HttpRequest, menu_items: list[Any]) -> None:
    """The news of a new Wagtail is for whoever runs the site, not for editors."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith("whats-new")]


class Checks(ContentCheckerItem):
    """What editors can mend and nothing else: a big telephone number is no heading that went wrong."""

    axe_include = ["main"]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {"id": "p-as-heading", "selector": "p:not(.number)", "enabled": True},
    ]


@hooks.register("construct_wagtail_userbar")
def only_what_editors_wrote(request: HttpRequest, items: list[Any], page: Any) -> None:
    items[:] = [Checks(item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items]


class AtItsHour(LogFormatter):
    """What the worker could not do, with the reason of that time."""

    def format_message(self, log_entry: Any) -> str:
        return f"{self.message} {log_entry.data.get('why', '')}"


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    said = {
        REFUSED: (_("Not published"), _("Was not published at its hour.")),
        FAILED: (
            _("Failed at its hour"),
            _("Could not go live or come off at its hour, and is tried again. Tell whoever runs the site:"),
        ),
    }
    for action, (label, message) in said.items():
        formatter = type("AtThisHour", (AtItsHour,), {"label": label, "message": message})
        registry.register_action(action)(formatter)
