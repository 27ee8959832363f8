"""What is taken off a file before it is kept: where a photograph was made, and a telling name.

A photograph's own data can hold the place; every size that is made of it would carry it on.
File names stand in addresses, and a download keeps its name on somebody's phone.
"""

import io
import secrets
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from PIL import Image, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from home import kept_files

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class ImageForm(BaseImageForm):
    """An image without its own data, under a name that says nothing."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return bare(file) if is_new(self) else file


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
    """A file under a name that says nothing: it stays on the phone of whoever downloads it."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if is_new(self):
            file.name = f"{secrets.token_hex(6)}{PurePath(file.name).suffix.lower()}"
        return file


def is_new(form: Any) -> bool:
    """Whether a file was given; refused in the place of another by who may not publish."""
    if "file" not in form.changed_data:
        return False
    if form.instance.pk and not kept_files.may_change(form.instance):
        raise forms.ValidationError(kept_files.another_instead())
    return True
