"""A file that is put on the site says nothing of who made it, where, and under which name they kept it."""

import io
import re
import zipfile
import zlib
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.models import Collection

from home.bare_files import words_of
from home.uploads import bare_document
from services_directory import place_marks
from tests import factories
from tests.home import words

POSTCODE, STREET = "ZQ9 7QX", "17 Quillwarbler Lane"


def photograph() -> bytes:
    exif = Picture.Exif()
    exif[0x010E] = STREET
    exif.get_ifd(0x8825)[2] = (53.0, 25.0, 48.0)
    return words.picture_bytes("JPEG", exif=exif)


def package(**members: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name.replace("__", "/").replace("_", "."), content)
    return kept.getvalue()


def office(text: str = "Words.") -> bytes:
    core = b"<cp:core><dc:creator>Ada Example</dc:creator><dc:title>Plan</dc:title></cp:core>"
    body = f'<w:p><w:ins w:author="Ada Example"><w:t>{text}</w:t></w:ins></w:p>'.encode()
    members = {"docProps__core_xml": core, "word__document_xml": body, "word__media__a_jpg": photograph()}
    return package(**members)


def pdf(packed: bytes = b"BT (Words.) Tj ET") -> bytes:
    stream = zlib.compress(packed)
    return (
        b"%PDF-1.7\n1 0 obj\n<</Author (Ada \\(x\\) Example)/Title (Plan)/Creator <41646120>>>\nendobj\n"
        b"2 0 obj\n<</Filter/FlateDecode>>\nstream\n" + stream + b"\nendstream\nendobj\n"
        b"3 0 obj\n<<>>\nstream\n" + photograph() + b"\nendstream\nendobj\n%%EOF"
    )


FILES = {
    "a.jpg": photograph(),
    "a.docx": office(),
    "a.zip": package(a_jpg=photograph()),
    "a.pdf": pdf(),
    "a.mp4": b"moov\xa9xyz+53.4300-001.3500+010/mdat",
    "a.txt": b"Words.",
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_who_made_it_is_kept_and_the_name_says_nothing(name: str) -> None:
    kept = bare_document(SimpleUploadedFile(f"ZQ9-7QX-{name}", FILES[name]))
    assert re.fullmatch(rf"[0-9a-f]{{12}}\.{name[2:]}", kept.name)
    data = kept.read()
    everything = data
    if name in ("a.docx", "a.zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as inner:
            everything = b"".join(inner.read(one) for one in inner.namelist())
    for told in (b"Ada", b"41646120", b"Quillwarbler", b"53.43", b"001.35"):
        assert told not in everything
    assert name != "a.pdf" or len(data) == len(FILES[name]), "its table of contents still fits"
    if name in ("a.docx", "a.pdf"):
        assert b"Plan" in everything, "the title stays for who reads it"


def test_what_cannot_be_taken_out_is_refused_with_the_mend() -> None:
    for name, data, mend in (
        ("a.pdf", pdf(b"<</Author (Ada Example)>>"), "print it to a new PDF|Print it to a new PDF"),
        ("a.docx", b"PK broken", "Save it again"),
        ("a.png", b"no picture", "Choose another"),
    ):
        with pytest.raises(ValidationError, match=mend):
            bare_document(SimpleUploadedFile(name, data))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "name", "data"),
    [
        (f"At {POSTCODE}", "a.txt", b"Words."),
        ("Plan", "a.txt", b"Come to 17 Quillwarbler Lane"),
        ("Plan", "a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nCome to ZQ9 7QX"),
        ("Plan", "a.docx", office("Quill</w:t></w:r><w:r><w:t>warbler Lane")),
        ("Plan", "a.pdf", pdf(b"BT [(Quill) 20 (warbler Lane)] TJ ET")),
        ("Plan", "a.zip", package(Quillwarbler_Lane_txt=b"x")),
    ],
)
def test_a_file_that_says_a_secret_place_is_refused_beside_the_field(
    client: Client, title: str, name: str, data: bytes, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    house = factories.service("House", location_confidential=True)
    client.force_login(get_user_model().objects.create_superuser(username="root", password=None))

    def send() -> Any:
        file = SimpleUploadedFile(name, data)
        collection = Collection.get_first_root_node().pk
        given = {"title": title, "file": file, "tags": "", "collection": collection}
        return client.post(reverse("wagtaildocs:add"), given)

    assert send().status_code == 302, "while nothing is sealed"
    place_marks.remember(house, postcodes=[POSTCODE], streets=[STREET])
    answer = send()
    assert answer.status_code == 200 and "must stay secret" in answer.content.decode()
    assert Document.objects.get().title == title


def test_words_in_pieces_are_read_together() -> None:
    assert any("Quillwarbler" in text for text in words_of("pdf", pdf(b"[(Quill) 2 (warbler)] TJ")))
