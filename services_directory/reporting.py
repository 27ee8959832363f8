"""A reader tells us that something about a service is wrong. Nobody is asked who they are.

Every POST is answered by 303, so that what was typed never stands in the files of the
browser's profile; what was not taken travels back to the form sealed (carry.py).
"""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited

from services_directory import carry
from services_directory.models import Entry, Report, Service
from services_directory.place_readings import WRITTEN
from services_directory.views import NO_PAGE_CACHE, SeeOther

PURPOSE = "report"
TITLE = _("Tell us about this page")
VISITOR = "portal.limits.visitor"  # a dotted path, so that this room does not import the portal
RATE = "10/10m"
MOST_LETTERS = 1000
MOST_CARRIED = 4000
HONEYPOT = "homepage"  # people do not see it; whoever fills it is perhaps a machine
TAKEN_OUT = "[postcode taken out]"


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong."),
            "invalid_choice": _("Choose what is wrong."),
        },
    )
    text = forms.CharField(
        label=_("Tell us more, if you can"),
        help_text=_("Please do not write about yourself, or about anybody else. Up to 1,000 letters."),
        required=False,
        strip=True,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"max_length": _("This is too long. Use 1,000 letters or fewer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser's own limit would cut what somebody pastes, without a word.
        self.fields["text"].widget.attrs.pop("maxlength", None)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, on a page of its own: it is the only directory page that needs a cookie."""
    card = card_of(pk)
    if request.method == "POST":
        return SeeOther(take(request, pk))
    carried = typed_before(request.GET.get("t", ""))
    limited = carried is not None and request.GET.get("w") == "1"
    context = {
        **page_context(card),
        "form": ReportForm(carried),
        "limited": limited,
        "honeypot": HONEYPOT,
    }
    return keep_nowhere(
        render(request, "services_directory/report.html", context, status=429 if limited else 200)
    )


@require_safe
def report_sent(request: HttpRequest, pk: int) -> HttpResponse:
    return keep_nowhere(render(request, "services_directory/report_sent.html", page_context(card_of(pk))))


def take(request: HttpRequest, pk: int) -> str:
    """Keep the report when it may be kept. Gives the address to go to."""
    typed = {
        "kind": request.POST.get("kind", "")[:20],
        # Browsers send two characters for one line break; people count one.
        "text": request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "")[:MOST_CARRIED],
    }
    form = ReportForm(typed)
    if not form.is_valid():
        return back_to_form(pk, typed)
    if is_ratelimited(request, group="report", key=VISITOR, rate=RATE, method="POST", increment=True):
        return back_to_form(pk, typed) + "&w=1"
    Report.objects.create(
        service_id=pk,
        kind=form.cleaned_data["kind"],
        text=without_hidden_place(pk, form.cleaned_data["text"]),
        received_at=timezone.now(),
        flagged=bool(request.POST.get(HONEYPOT)),
    )
    return reverse("report_sent", args=[pk])


def purge(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many went, of those that an editor dealt with long enough ago."""
    done = Report.objects.filter(dealt_with_at__lte=now - settings.RETENTION["report"])
    return done.count() if dry_run else done.delete()[0]


def without_hidden_place(pk: int, text: str) -> str:
    """What a reader knows about a confidential place is not kept here either."""
    public = Service.objects.filter(pk=pk, location_confidential=False).exists()
    return text if public else WRITTEN.sub(TAKEN_OUT, text)[:MOST_LETTERS]


def back_to_form(pk: int, typed: dict[str, str]) -> str:
    return f"{reverse('report', args=[pk])}?t={carry.seal(json.dumps(typed), purpose=PURPOSE)}"


def typed_before(sealed: str) -> dict[str, str] | None:
    """What came back with the address, or nothing when there was none or it is too old."""
    words = carry.unseal(sealed, purpose=PURPOSE) if sealed else None
    return json.loads(words) if words else None


def card_of(pk: int) -> dict[str, Any]:
    """The public copy; the same 404 for what is not there, hidden or not checked."""
    card = Entry.objects.filter(pk=pk).values_list("card", flat=True).first()
    if card is None or not (settings.PORTAL_DEMO or card["checked"]):
        raise Http404
    return card


def page_context(card: dict[str, Any]) -> dict[str, Any]:
    slugs = card["audience_slugs"]
    return {"title": TITLE, "card": card, "audience": slugs[0] if len(slugs) == 1 else ""}


def keep_nowhere(response: HttpResponse) -> HttpResponse:
    response[NO_PAGE_CACHE] = "1"
    return response
