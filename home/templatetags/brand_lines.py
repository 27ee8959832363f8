"""The one helpline that a page shows for its group."""

from typing import Any

from django import template

from services_directory.helplines import Line

register = template.Library()


@register.filter
def group_line(brand: Any, audience: str) -> Line | None:
    """The helpline of a group that has one of its own."""
    return brand.group_line(audience) if brand else None
