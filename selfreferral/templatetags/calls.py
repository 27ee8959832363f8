"""Numbers in a sentence that a lead can edit, as links to press."""

import re
from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Numbers that are the same everywhere; not where they are part of a longer one.
NUMBER = re.compile(r"(?<!\d)(?<!\d )(?:999(?! BSL)|116 123|111)(?! ?\d)")


@register.filter
def sentence(says: Mapping[str, str], slug: str) -> str:
    """The words of a sentence whose slug a declaration holds."""
    return says[slug]


@register.filter
def calls(words: str) -> SafeString:
    """The words, escaped, with 999, 116 123 and 111 as links that call."""
    escaped = conditional_escape(words)
    return mark_safe(NUMBER.sub(lambda found: _link(found[0]), escaped))


def _link(number: str) -> str:
    return f'<a href="tel:{number.replace(" ", "")}">{number}</a>'
