"""What is taken off a file before it is kept: where a photograph was made, and a telling name.

A photograph's own data can hold the place; every size that is made of it would carry it on. Other kinds
of files stand in home/bare_files.py.
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

from home import bare_files, kept_files
from services_directory import public_words

PRIVATE = ("tags",)
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class ImageForm(BaseImageForm):
    """An image without its own data, under a name that says nothing."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return bare(file) if is_new(self) else file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        public_words.say_beside_fields(self, passed_over=PRIVATE)
        return cleaned


class DocumentForm(BaseDocumentForm):
    """A file without the data of whoever made it, under a name that says nothing. People read its title."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not is_new(self):
            return file
        kept = bare_document(file)
        texts = list(bare_files.words_of(bare_files.ending_of(kept.name or ""), kept.read()))
        kept.seek(0)
        if why := public_words.problems({"file": texts}).get("file"):
            raise forms.ValidationError(why)
        return kept

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        public_words.say_beside_fields(self, passed_over=PRIVATE)
        return cleaned


def bare_document(file: Any) -> InMemoryUploadedFile:
    """The same file for who reads it, and nothing about who made it. Raises ValidationError with the mend."""
    ending = bare_files.ending_of(file.name)
    file.seek(0)
    if ending in bare_files.PICTURES:
        return bare(file)
    data = file.read()
    if ending in bare_files.PACKAGES:
        data = bare_files.bare_package(data, lambda picture: bare(io.BytesIO(picture)).read())
    elif ending == "pdf":
        data = bare_files.bare_pdf(data)
    elif ending in bare_files.FILMS:
        data = bare_files.bare_film(data)
    kind = getattr(file, "content_type", "") or ""
    return InMemoryUploadedFile(io.BytesIO(data), "file", neutral_name(ending), kind, len(data), None)


def neutral_name(ending: str) -> str:
    return f"{secrets.token_hex(6)}.{ending}"


def bare(file: Any) -> InMemoryUploadedFile:
    """The same picture, upright, and nothing but the picture."""
    file.seek(0)
    try:
        picture = Image.open(file)
        picture.load()
    except (OSError, Image.DecompressionBombError):
        raise forms.ValidationError(_("This is not a picture that can be read. Choose another.")) from None
    with picture as original:
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
    found = InMemoryUploadedFile(
        kept, "file", neutral_name(FORMATS[kind]), f"image/{kind.lower()}", length, None
    )
    setattr(found, "image", clean)  # noqa: B010  what Django's own image field leaves for others
    return found


def is_new(form: Any) -> bool:
    """Whether a file was given; refused in the place of another by who may not publish."""
    if "file" not in form.changed_data:
        return False
    if form.instance.pk and not kept_files.may_change(form.instance):
        raise forms.ValidationError(kept_files.another_instead())
    return True
