"""Telling something without saying who you are: no cookie, nothing typed in an address, nobody answers.

Every POST is answered by 303; what was not taken travels back sealed (services_directory.carry).
"""

import json
import logging
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited
from wagtail.models import Page

from home.feedback import sealing
from home.feedback.forms import FORMS, MOST_LETTERS, TELL, Kind
from home.feedback.models import Done, Remark, UseCount
from home.feedback.same_origin import same_origin_posts
from services_directory import carry
from services_directory.views import NO_PAGE_CACHE, SeeOther

TITLE = _("Tell us")
PURPOSE = "tell"
VISITOR = "portal.limits.visitor"  # a dotted path, so that this room does not import the portal
RATE = "10/10m"
MOST_CARRIED = 2 * MOST_LETTERS
HONEYPOT = "homepage"  # people do not see it; whoever fills it is perhaps a machine
NOTICES = {"limit": 429, "not_kept": 503}
logger = logging.getLogger("home.feedback")


@same_origin_posts
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, kind: str = TELL.slug, pk: int | None = None) -> HttpResponse:
    form, page = FORMS[kind], page_of(pk)
    if request.method == "POST":
        return SeeOther(take(request, form, page))
    carried = typed_before(request.GET.get("t", ""))
    notice = request.GET.get("n", "") if carried is not None else ""
    context = {
        "title": TITLE,
        "kind": form,
        "page": page,
        "audience": form.audience,
        "form": labelled(form, carried),
        "notice": notice if notice in NOTICES else "",
        "honeypot": HONEYPOT,
        "can_take": sealing.can_take(),
    }
    status = NOTICES.get(notice, 200)
    return keep_nowhere(render(request, "home/feedback/tell.html", context, status=status))


@require_safe
def told(request: HttpRequest, kind: str = TELL.slug) -> HttpResponse:
    context = {"title": TITLE, "kind": FORMS[kind], "audience": FORMS[kind].audience}
    return keep_nowhere(render(request, "home/feedback/told.html", context))


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What was done about what people said, as far as the partnership shows it."""
    context = {"title": TITLE, "done": Done.objects.filter(public=True)}
    return render(request, "home/feedback/done.html", context)


def take(request: HttpRequest, kind: Kind, page: Page | None) -> str:
    """Seal and keep what may be kept. Gives the address to go to."""
    typed = {name: plain(request.POST.get(name, "")) for name in kind.form.base_fields}
    here = request.path
    form = kind.form(typed)
    if not form.is_valid():
        return with_typed(here, typed)
    if is_ratelimited(request, group="tell", key=VISITOR, rate=RATE, method="POST", increment=True):
        return with_typed(here, typed, "limit")
    today = timezone.localdate()
    try:
        with transaction.atomic():
            keep(kind, page, form.cleaned_data, day=today, flagged=bool(request.POST.get(HONEYPOT)))
    except (sealing.NoKey, DatabaseError) as error:
        logger.error("What somebody told us was not kept (%s)", type(error).__name__)
        return with_typed(here, typed, "not_kept")
    return reverse(f"told_{kind.slug}")


def keep(kind: Kind, page: Page | None, said: dict[str, str], *, day: date, flagged: bool) -> None:
    """Raises sealing.NoKey. Yes and no are only counted; words are only sealed."""
    if page is not None and said.get("useful"):
        row = {"page": page, "month": day.replace(day=1), "useful": said["useful"] == "yes"}
        UseCount.objects.bulk_create([UseCount(**row)], ignore_conflicts=True)
        UseCount.objects.filter(**row).update(number=F("number") + 1)
    if said["words"]:
        words = {name: value for name, value in said.items() if value and name != "useful"}
        Remark.objects.create(day=day, kind=kind.slug, page=page, sealed=sealing.seal(words), flagged=flagged)


def page_of(pk: int | None) -> Page | None:
    if pk is None:
        return None
    page = Page.objects.live().filter(pk=pk, depth__gt=1).first()
    if page is None:
        raise Http404("no page of ours")
    return page


def plain(text: str) -> str:
    """Browsers send two characters for one line break; people count one."""
    return text.replace("\r\n", "\n").replace("\0", "")[:MOST_CARRIED]


def labelled(kind: Kind, typed: dict[str, str] | None) -> Any:
    form = kind.form(typed)
    words = form.fields["words"]
    words.label, words.help_text = kind.label, kind.hint
    return form


def with_typed(here: str, typed: dict[str, str], notice: str = "") -> str:
    sealed = carry.seal(json.dumps(typed), purpose=PURPOSE)
    return f"{here}?t={sealed}" + (f"&n={notice}" if notice else "")


def typed_before(sealed: str) -> dict[str, str] | None:
    """What came back with the address, or nothing when there was none or it is too old."""
    words = carry.unseal(sealed, purpose=PURPOSE) if sealed else None
    return json.loads(words) if words else None


def keep_nowhere(response: HttpResponse) -> HttpResponse:
    response[NO_PAGE_CACHE] = "1"
    return response
