"""Blocks with a picture, a film or a file: all from our own server, none of them needed to read a page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from home.blocks.words import PLAIN

FILMS, CAPTIONS = {"mp4", "webm"}, {"vtt"}


def extension(document: Any) -> str:
    return document.filename.rpartition(".")[2].lower() if document else ""


class FileBlock(blocks.StructBlock):
    """Refuses a file of the wrong kind beside its field. `KINDS`: field → extensions that it takes."""

    KINDS: dict[str, set[str]] = {}

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wrong = {
            name: ValidationError(_now("This must be a file that ends in: %s.") % ", ".join(sorted(kinds)))
            for name, kinds in self.KINDS.items()
            if cleaned.get(name) and extension(cleaned[name]) not in kinds
        }
        if wrong:
            raise blocks.StructBlockValidationError(block_errors=wrong)
        return cleaned


class PictureBlock(blocks.StructBlock):
    picture = ImageBlock()
    caption = blocks.CharBlock(max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _(
            "A picture with words for people who do not see it. It loads last and is never needed."
        )
        template = "home/blocks/picture.html"
        preview_value = {"picture": None, "caption": "A drawing of a front door"}


class VideoBlock(FileBlock):
    KINDS = {"film": FILMS, "captions": CAPTIONS}

    title = blocks.CharBlock(max_length=100)
    film = DocumentChooserBlock(help_text=_("MP4 or WebM, at most 10 MB. It plays only when pressed."))
    captions = DocumentChooserBlock(help_text=_("What is said, as a .vtt file."))
    transcript = blocks.RichTextBlock(
        features=PLAIN, help_text=_("Everything that is said and shown, to read instead.")
    )

    class Meta:
        icon = "media"
        label = _("Film")
        description = _("A film from our own server, with captions and the same in words.")
        template = "home/blocks/video.html"
        preview_value = {
            "title": "What happens when you ring",
            "film": None,
            "captions": None,
            "transcript": "<p>Somebody answers and asks what you need.</p>",
        }


class SignedBlock(FileBlock):
    KINDS = {"film": FILMS, "captions": CAPTIONS}

    title = blocks.CharBlock(max_length=100, default="In British Sign Language")
    film = DocumentChooserBlock(help_text=_("MP4 or WebM, at most 10 MB. It plays only when pressed."))
    captions = DocumentChooserBlock(required=False, help_text=_("The same in English, as a .vtt file."))

    class Meta:
        icon = "view"
        label = _("Film in British Sign Language")
        description = _("What this page says, signed. Place it at the top of the page.")
        template = "home/blocks/signed.html"
        preview_value = {"title": "In British Sign Language", "film": None, "captions": None}


class DownloadBlock(FileBlock):
    KINDS = {"file": {"pdf", "docx", "odt", "txt", "png", "jpg", "jpeg", "zip"}}

    words = blocks.CharBlock(max_length=100, help_text=_("What it is: “Poster for a waiting room”."))
    file = DocumentChooserBlock()

    class Meta:
        icon = "download"
        label = _("File to download")
        description = _("A file with its kind and size, so that nobody spends data without knowing.")
        template = "home/blocks/download.html"
        preview_value = {"words": "Poster for a waiting room", "file": None}


class EasyReadItem(blocks.StructBlock):
    picture = ImageChooserBlock(required=False)
    words = blocks.CharBlock(max_length=160)


class EasyReadBlock(FileBlock):
    KINDS = {"file": {"pdf", "docx"}}

    sentences = blocks.ListBlock(EasyReadItem(), min_num=1)
    file = DocumentChooserBlock(required=False, help_text=_("The same to print, if there is one."))

    class Meta:
        icon = "doc-full"
        label = _("Easy read")
        description = _(
            "This page in short sentences, one to a line, with or without pictures. It opens when asked."
        )
        template = "home/blocks/easy_read.html"
        preview_value = {
            "sentences": [
                {"picture": None, "words": "You can ring a helpline."},
                {"picture": None, "words": "They will listen to you."},
            ],
            "file": None,
        }
