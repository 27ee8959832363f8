"""Where an editor says which postcode and street of a service must never be published.

What is entered is sealed and cannot be read back, so the page says only how much there is.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from services_directory import live_words, place_marks, place_readings
from services_directory.editing.action_views import may_publish
from services_directory.editing.due_report import edit_address
from services_directory.models import PlaceMark, Service

SEALED = "services_directory.place_sealed"
TITLE = _("What must never be published")
LEFT = _("Seals of deleted records")


class PlaceForm(forms.Form):
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    street = forms.CharField(
        label=_("Street, or name of the house"),
        max_length=160,
        required=False,
        help_text=_("A comma between its parts, such as Flat 2, 17 Invented Road. No town."),
    )

    left_out = 0  # parts of the line that are not sealed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_postcode(self) -> str:
        text = self.cleaned_data["postcode"]
        if text and not place_readings.as_postcode(text):
            raise forms.ValidationError(_("Write the whole postcode, such as S65 1AA."))
        return text

    def clean_street(self) -> str:
        text = self.cleaned_data["street"]
        if not text:
            return text
        if place_readings.has_number_between(text):
            raise forms.ValidationError(
                _("A number stands in the middle. Put a comma before it, or write the street alone.")
            )
        phrases, self.left_out = place_readings.typed_phrases(text, place_marks.towns())
        if not phrases:
            raise forms.ValidationError(
                _(
                    "Nothing here can be looked for. Write the whole street, such as 12 Invented Road; "
                    "a town alone is not sealed."
                )
            )
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError(_("Write a postcode, a street, or both."))
        return given


def secret_place(request: HttpRequest, pk: int) -> HttpResponse:
    if not may_publish(request.user):
        raise PermissionDenied
    service = get_object_or_404(Service, pk=pk)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and "forget" in request.POST:
        PlaceMark.objects.filter(service=service).delete()
        log(service, SEALED, user=request.user, data={"forgotten": True})
        messages.success(request, _("Nothing is sealed for this service now."))
        return redirect("secret_place", pk)
    if request.method == "POST" and form.is_valid():
        given = [form.cleaned_data["postcode"]], [form.cleaned_data["street"]]
        place_marks.remember(service, postcodes=given[0], streets=given[1])
        log(service, SEALED, user=request.user)  # that it was done, never what
        messages.success(request, done_words(len(place_marks.typed(*given)), form.left_out))
        return redirect("secret_place", pk)
    marks = list(PlaceMark.objects.filter(service=service))
    context = {
        "page_title": TITLE,
        "service": service,
        "edit_address": edit_address(service),
        "form": form,
        "postcodes": sum(mark.kind == PlaceMark.Kind.POSTCODE for mark in marks),
        "streets": sum(mark.kind == PlaceMark.Kind.STREET for mark in marks),
        "points": sum(mark.kind in (PlaceMark.Kind.LINK, PlaceMark.Kind.POINT) for mark in marks),
        "said": live_words.still_said(request.user),
        "old": sum(mark.key_mark != place_marks.key_mark() for mark in marks),
    }
    return render(request, "services_directory/editing/secret_place.html", context)


def left_seals(request: HttpRequest) -> HttpResponse:
    """Seals that outlived their record. Whoever may unseal a service may unseal what is left of one."""
    if not may_publish(request.user):
        raise PermissionDenied
    left = PlaceMark.objects.filter(service=None)
    record = request.POST.get("forget", "")
    if record.isdecimal() and len(record) < 19:
        marks = left.filter(record=int(record))
        if first := marks.first():
            log(first, SEALED, user=request.user, title=f"{TITLE}: {record}", data={"forgotten": True})
        marks.delete()
        messages.success(request, _("Nothing is sealed for that record now."))
        return redirect("left_seals")
    rows = left.values("record").annotate(count=Count("pk")).order_by("record")
    context = {"page_title": LEFT, "rows": rows}
    return render(request, "services_directory/editing/left_seals.html", context)


def done_words(sealed: int, left_out: int) -> str:
    """How much was sealed, and not what: the line may have held less than somebody thinks."""
    words = ngettext(
        "Sealed. Nothing that says it can be published from now on. It is looked for by %(count)s phrase.",
        "Sealed. Nothing that says it can be published from now on. It is looked for by %(count)s phrases.",
        sealed,
    ) % {"count": sealed}
    if not left_out:
        return words
    return f"{words} " + ngettext(
        "The last part of the line was taken for a town and is not sealed. If it is a street, seal it alone.",
        "The last %(count)s parts of the line were taken for a town and are not sealed. If one is a street, "
        "seal it alone.",
        left_out,
    ) % {"count": left_out}


urlpatterns: list[URLPattern] = [
    path("directory/<int:pk>/secret/", secret_place, name="secret_place"),
    path("directory/secret/", left_seals, name="left_seals"),
]
