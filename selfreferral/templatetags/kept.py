"""How long something is kept, out of the setting that deletes it."""

from django import template
from django.conf import settings

from services_directory.lengths import in_words

register = template.Library()


@register.simple_tag
def kept(name: str) -> str:
    """`name` is one of RETENTION. Raises KeyError for another."""
    return in_words(settings.RETENTION[name])
