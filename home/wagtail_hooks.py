"""What editors of pages may do in the admin."""

import colorsys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.documents.wagtail_hooks import DocumentsSummaryItem

from home import brand

# A paragraph has what home/blocks.py asks for; these are what any other rich text starts with.
WORDS_ONLY = ["bold", "link", "ul", "ol"]
SLUG_HELP = (
    "The address of this page. It stays in a phone’s history, so it must tell nobody anything: "
    "a number, or a plain word such as “hide” or “ask”."
)


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


@hooks.register("construct_main_menu")
def fewer_menus(request: HttpRequest, menu_items: list[Any]) -> None:
    """Nothing on the site leads to a document yet, so nobody is asked for one."""
    menu_items[:] = [item for item in menu_items if item.name != "documents"]


@hooks.register("construct_homepage_summary_items")
def fewer_counts(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if not isinstance(item, DocumentsSummaryItem)]


@hooks.register("construct_help_menu")
def no_news(request: HttpRequest, menu_items: list[Any]) -> None:
    """The news of a new Wagtail is for whoever runs the site, not for editors."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith("whats-new")]
