"""The one helpline that a page shows for its group."""

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
