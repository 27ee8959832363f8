"""Pages, pictures and files for tests of what editors write."""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Site

from home.blocks import BODY_BLOCKS
from home.models import ContentPage, HomePage

FILES = {"film": "a.mp4", "captions": "a.vtt", "file": "a.pdf"}


def picture_bytes(kind: str = "PNG", exif: Any = None) -> bytes:
    kept = io.BytesIO()
    Picture.new("RGB", (900, 600), "#0f5257").save(kept, kind, **({"exif": exif} if exif else {}))
    return kept.getvalue()


def image(title: str = "A picture") -> Image:
    return Image.objects.create(title=title, file=ImageFile(io.BytesIO(picture_bytes()), name="a.png"))


def document(name: str) -> Document:
    return Document.objects.create(title=name, file=ContentFile(b"x" * 2048, name=name), file_size=2048)


def front_page() -> HomePage:
    """A home page at the site's root, in an empty database."""
    root = Page.objects.get(depth=1)
    root.get_children().delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="Help", slug="home"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
    )
    Site.clear_site_root_paths_cache()
    return home


def page(parent: Page | None = None, **fields: Any) -> ContentPage:
    fields = {"title": "Words", "slug": "words", **fields}
    return (parent or front_page()).add_child(instance=ContentPage(**fields))


def filled(block: Any) -> Any:
    """The block's preview, with a real picture and real files where it has a place for one."""
    value = block.get_preview_value()
    for name in getattr(block, "child_blocks", {}):
        if name in FILES:
            value[name] = document(FILES[name])
        elif name == "picture":
            value[name] = image()
            value[name].contextual_alt_text, value[name].decorative = "A front door", False
    return value


def body_with_every_block() -> list[tuple[str, Any]]:
    return [(name, filled(block)) for name, block in BODY_BLOCKS]
