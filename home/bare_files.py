"""What is taken out of a file that everybody may download: who wrote it, where its photographs were made.

Office files and archives are packed anew. A PDF keeps every byte's place, because its own table of contents
counts them: what must go is overwritten with spaces. What its fonts or a password hide is not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _

from services_directory.place_readings import TAG

MOST_UNPACKED = 80 * 1024 * 1024
PICTURES, PACKAGES, FILMS, TEXTS = (
    {"jpg", "jpeg", "png"},
    {"docx", "odt", "zip"},
    {"mp4", "webm"},
    {"txt", "vtt"},
)
READABLE = ("xml", "txt", "vtt", "htm", "html", "csv")
# Elements of Office and OpenDocument files that name people.
NAMING = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|Company|Manager|meta:initial-creator|meta:printed-by|meta:user-defined"
    rb"|vt:lpwstr|office:annotation-author)\b[^>]*>)[^<]*(?=</\2>)"
)
AUTHOR = re.compile(rb'(\bw(?:15)?:(?:author|initials|userId)=")[^"]*(?=")')
STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)"
PDF_NAMING = re.compile(
    rb"/(?:Author|Creator|Company|Manager|LastModifiedBy)\s*(" + STRING + rb"|<[0-9A-Fa-f\s]+>)", re.DOTALL
)
PDF_PACKET = re.compile(
    rb"<(dc:creator|exif:GPS\w+|photoshop:\w+)>(.*?)</\1>|exif:GPS\w+=\"([^\"]*)\"", re.DOTALL
)
PDF_STREAM = re.compile(rb"stream\r?\n")
TAKEN = re.compile(rb"\xff\xe1(..)Exif\x00\x00", re.DOTALL)  # a photograph's own data, as it stands in a PDF
POINT = re.compile(rb"[+-]\d{2}\.\d{2,8}[+-]\d{3}\.\d{2,8}(?:[+-]\d+(?:\.\d+)?)?/")  # ISO 6709, in films


def bare_package(data: bytes, bare_picture) -> bytes:
    """An Office file or an archive, packed anew. Raises ValidationError for what cannot be opened."""
    kept = io.BytesIO()
    with opened(data) as old, zipfile.ZipFile(kept, "w") as new:
        for member in old.infolist():
            content, ending = old.read(member), ending_of(member.filename)
            if ending in PICTURES:
                content = bare_picture(content)
            elif ending == "xml":
                content = AUTHOR.sub(rb"\1", NAMING.sub(rb"\1", content))
            fresh = zipfile.ZipInfo(member.filename)  # without the hour at which somebody saved it
            fresh.compress_type = member.compress_type
            new.writestr(fresh, content)
    return kept.getvalue()


def bare_pdf(data: bytes) -> bytes:
    """The same pages. Raises ValidationError when a name is packed away where it cannot be overwritten."""
    left = bytearray(data)
    for naming in PDF_NAMING.finditer(data):
        blank(left, naming.start(1) + 1, naming.end(1) - 1)
    for packet in PDF_PACKET.finditer(data):
        blank(left, *packet.span(2 if packet[1] else 3))
    for taken in TAKEN.finditer(data):
        end = taken.start() + 2 + int.from_bytes(taken[1], "big")
        left[taken.end() : end] = bytes(max(0, min(end, len(left)) - taken.end()))
    if any(PDF_NAMING.search(stream) for stream in streams(data)):
        raise forms.ValidationError(
            _("Who wrote this file is packed into it. Print it to a new PDF file, and choose that one.")
        )
    return bytes(left)


def bare_film(data: bytes) -> bytes:
    """The same film without the point where a telephone made it."""
    return POINT.sub(lambda point: re.sub(rb"\d", b"0", point[0]), data)


def words_of(ending: str, data: bytes) -> Iterator[str]:
    """What of a file's words can be read, to be looked through."""
    if ending in TEXTS:
        yield data.decode(errors="replace")
    elif ending in PACKAGES:
        with opened(data) as package:
            for member in package.infolist():
                yield member.filename
                if ending_of(member.filename) in READABLE:
                    text = package.read(member).decode(errors="replace")
                    yield TAG.sub("", text)
                    yield TAG.sub(" ", text)
    elif ending == "pdf":
        for stream in (data, *streams(data)):
            strings = [text[1:-1].decode("latin-1") for text in re.findall(STRING, stream, re.DOTALL)]
            yield "".join(strings)
            yield " ".join(strings)


def opened(data: bytes) -> zipfile.ZipFile:
    """The package, which holds no more than we can look through."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        locked = any(member.flag_bits & 1 for member in package.infolist())
        if not locked and sum(member.file_size for member in package.infolist()) <= MOST_UNPACKED:
            return package
    except (zipfile.BadZipFile, ValueError):
        pass
    raise forms.ValidationError(
        _("This file cannot be looked through: it is damaged, too large or locked. Save it again.")
    )


def streams(data: bytes) -> Iterator[bytes]:
    """What is packed in a PDF, unpacked; nothing for what is packed another way."""
    room = MOST_UNPACKED
    for start in PDF_STREAM.finditer(data):
        try:
            stream = zlib.decompressobj().decompress(data[start.end() :], room)
        except zlib.error:
            continue
        room -= len(stream)
        if room <= 0:
            return
        yield stream


def blank(data: bytearray, start: int, end: int) -> None:
    data[start:end] = b" " * (end - start)


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower()
