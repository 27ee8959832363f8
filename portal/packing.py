"""Pages are packed as small as the browser can take them."""

import gzip
from functools import lru_cache

import brotli
from django.http import HttpResponse
from django.http.response import HttpResponseBase

SMALLEST = 200  # bytes below which compression only adds weight
WINDOW = 16  # as far back as Brotli looks, in bits: 64 KB, more than any page has


@lru_cache(maxsize=64)
def encoding_class(accepted: str) -> str:
    """br, gzip or plain: three copies of a page at most, whatever browsers send (RFC 9110, 12.5.3)."""
    wanted = {}
    for choice in accepted.lower().split(","):
        name, _semicolon, weight = choice.partition(";")
        wanted[name.strip()] = weight.partition("=")[2].strip()
    return next((name for name in ("br", "gzip") if name in wanted and not is_refused(wanted[name])), "")


def is_refused(weight: str) -> bool:
    return bool(weight) and not weight.strip("0.")


def compress(response: HttpResponseBase, encoding: str) -> None:
    """Brotli or gzip, for pages only. Public ones hold no secret that compression could betray."""
    headers = response.headers
    if (
        not encoding
        or not isinstance(response, HttpResponse)
        or "Content-Encoding" in headers
        or not headers.get("Content-Type", "").startswith("text/html")
        or len(response.content) < SMALLEST
    ):
        return
    plain = response.content
    if encoding == "br":
        response.content = brotli.compress(plain, quality=7, lgwin=WINDOW)
    else:
        response.content = gzip.compress(plain, 6, mtime=0)
    headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(response.content))
    vary = headers.get("Vary", "")
    if "accept-encoding" not in vary.lower():
        headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
