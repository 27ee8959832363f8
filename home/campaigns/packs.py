"""Everything to download of a campaign in one file, with neutral names inside and out."""

import tempfile
import zipfile
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from home.campaigns.models import Asset, CampaignPage

IN_MEMORY = 2 * 1024 * 1024  # bytes of a pack before it goes to a temporary file


@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The zip of a running campaign's files; they are compressed already, so they are only stored."""
    page = get_object_or_404(CampaignPage, pk=pk)
    if not page.is_running(timezone.now()):
        raise Http404("it is over, or not begun")
    packed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number, asset in enumerate(page.assets.select_related("document"), start=1):
            try:
                content = asset.document.file.open("rb")
            except OSError:
                continue  # a file that is gone must not take the others with it
            with content, archive.open(file_name(asset, number), "w") as entry:
                for chunk in content.chunks():
                    entry.write(chunk)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename="pack.zip", content_type="application/zip")


def file_name(asset: Asset, number: int) -> str:
    """`1-poster.pdf`: it lies in somebody's downloads."""
    return f"{number}-{asset.kind}{PurePath(asset.document.file.name).suffix.lower()}"
