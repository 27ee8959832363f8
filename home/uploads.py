"""What is taken off a file before it is kept: where a photograph was made, and a telling name.

A photograph's own data can hold the place; every size that is made of it would carry it on.
File names stand in addresses, and a download keeps its name on somebody's phone.
"""

import io
import secrets
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from home.neutral import telling_word

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class ImageForm(BaseImageForm):
    """An image without its own data, under a name that says nothing."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return bare(file) if "file" in self.changed_data else file


def bare(file: Any) -> InMemoryUploadedFile:
    """The same picture, upright, and nothing but the picture."""
    file.seek(0)
    with Image.open(file) as original:
        kind = original.format if original.format in FORMATS else "PNG"
        upright = ImageOps.exif_transpose(original)
        pixels = upright.convert("RGB") if kind == "JPEG" else upright
        clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
        if pixels.mode == "P":
            clean = upright.convert("RGBA")
            clean.info.clear()
    kept = io.BytesIO()
    clean.save(kept, kind, **({"quality": 90} if kind in ("JPEG", "WEBP") else {}))
    length = kept.tell()
    kept.seek(0)
    name = f"{secrets.token_hex(6)}.{FORMATS[kind]}"
    found = InMemoryUploadedFile(kept, "file", name, f"image/{kind.lower()}", length, None)
    setattr(found, "image", clean)  # noqa: B010  what Django's own image field leaves for others
    return found


class DocumentForm(BaseDocumentForm):
    """A file whose name tells nobody anything."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and (word := telling_word(file.name)):
            raise forms.ValidationError(
                _("“%s” stands in the file’s name, which stays on the phone of whoever downloads it. ") % word
                + _("Give the file a plain name, such as poster-1.pdf, and choose it again.")
            )
        return file
