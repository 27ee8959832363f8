"""The one helpline that a page shows for its group, and which of the main links it is."""

from collections.abc import Iterable
from typing import Any

from django import template

from services_directory.helplines import Line

register = template.Library()


@register.filter
def group_line(brand: Any, audience: str) -> Line | None:
    """The helpline of a group that has one of its own."""
    return brand.group_line(audience) if brand else None


@register.filter
def helpline(brand: Any, audience: str) -> Line:
    """The helpline for a page about `audience`: its own, else the council's, else the national one."""
    return group_line(brand, audience) or brand.phone or brand.national


@register.filter
def among(path: str, links: Iterable[tuple[Any, str]]) -> str:
    """`path`, when one of `links` (label, address) leads there, else nothing."""
    return path if any(url == path for _label, url in links or ()) else ""
