"""A StreamField whose blocks stay out of migrations, and colours that can be read."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.fields import StreamField

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


class BodyField(StreamField):
    """A StreamField that migrations see without its blocks: adding a block is no migration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "block_types" not in kwargs:
            args = ([],)  # as migrations build it
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        kwargs.pop("block_types", None)
        return name, path, [], kwargs


def validate_colour(value: str) -> None:
    if not HEX_COLOUR.match(value):
        raise ValidationError("Write the colour as # and six letters or digits, such as #0f5257.")


def contrast(one: str, other: str) -> float:
    """Contrast of two #rrggbb colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
