"""Files that editors put up. Some phones play a film only when it can be asked for in parts (Range)."""

import errno
import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.views.static import serve

PART = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file, or the one part of it that was asked for (RFC 9110, 14.2)."""
    try:
        whole = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise Http404("no file has such a name") from error
        raise
    if not isinstance(whole, FileResponse):
        return whole
    whole["Accept-Ranges"] = "bytes"
    asked = PART.match(request.headers.get("Range", ""))
    if not asked or asked[0] == "bytes=-":
        return whole
    size = int(whole["Content-Length"])
    first, last = part(asked[1], asked[2], size)
    if first > last:
        whole.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    whole.close()
    with open(safe_join(settings.MEDIA_ROOT, path), "rb") as file:
        file.seek(first)
        some = HttpResponse(file.read(last - first + 1), status=206, content_type=whole["Content-Type"])
    some["Content-Range"] = f"bytes {first}-{last}/{size}"
    some["Accept-Ranges"] = "bytes"
    return some


def part(start: str, end: str, size: int) -> tuple[int, int]:
    """First and last byte; `-500` asks for the last 500. The first is past the last when there is none."""
    if not start:
        return (max(0, size - int(end)), size - 1) if int(end) else (size, size - 1)
    return int(start), min(int(end), size - 1) if end else size - 1
