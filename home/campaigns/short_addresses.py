"""/go/word: the address on a poster, its code for cameras, and where an unknown one leads."""

import io
import re

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from home.campaigns import counting, running
from home.campaigns.models import CampaignPage, Count

CODE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks
# What people and cameras add to a word: a slash, a full stop, a bracket.
STRAY = re.compile(r"^[^a-z0-9]+|[^a-z0-9-]+\Z")
PIXELS = 20  # per module in the PNG: 600 dpi on a poster's corner


@require_safe
def go(request: HttpRequest, word: str) -> HttpResponse:
    """To the campaign, counted; to what took over when it ended; else to a page that helps anyway."""
    now = timezone.now()
    page = CampaignPage.objects.filter(word=STRAY.sub("", word.lower())).first()
    if page is None or not (page.live or page.expired):
        context = {
            "title": _("Information"),
            "campaigns": running.everything(request, now=now),
        }
        return render(request, "home/campaigns/unknown.html", context, status=404)
    if not page.is_running(now):
        return HttpResponseRedirect(page.url_afterwards(now))
    if request.method == "GET" and not is_fetched_ahead(request):
        counting.came(str(page.pk), Count.What.OPENED, now=now)
    return HttpResponseRedirect(page.get_url(request))


def is_fetched_ahead(request: HttpRequest) -> bool:
    """Whether a browser fetches what nobody has opened yet."""
    return any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose"))


def printed(word: str) -> str:
    """The whole address, as a poster shows it."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("go", args=[word])


def code(word: str, kind: str) -> bytes:
    """The QR code of a short address as SVG or PNG; read even with 15 % of it dirty (level M)."""
    drawn = io.BytesIO()
    symbol = segno.make(printed(word), error="m", micro=False)
    if kind == "svg":
        symbol.save(drawn, kind="svg", border=QUIET_ZONE, omitsize=True, title=_("QR code"))
    else:
        symbol.save(drawn, kind="png", border=QUIET_ZONE, scale=PIXELS)
    return drawn.getvalue()


@require_safe
def code_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """In the CMS: the code to look at, or with ?save to keep."""
    page = get_object_or_404(CampaignPage, pk=pk).get_latest_revision_as_object()
    if not page.word or not page.permissions_for_user(request.user).can_edit():
        raise Http404("no such code")
    response = HttpResponse(code(page.word, kind), content_type=CODE_TYPES[kind])
    if "save" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="code-{page.word}.{kind}"'
    return response
