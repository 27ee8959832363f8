"""One screen for the alert: what stands, what to say, until when; on and off with one press."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem

from home import alerts, brand
from home.models import Alert
from home.models.alert import LONGEST
from services_directory import public_words
from services_directory.editing.actions import name_of
from services_directory.editing.typed_numbers import without_number

MAY_PUBLISH = "home.publish_alert"
TITLE = _("Alert on every page")
UNTIL = {
    "2h": (_("2 hours from now"), lambda now: now + timedelta(hours=2)),
    "6h": (_("6 hours from now"), lambda now: now + timedelta(hours=6)),
    "today": (_("The end of today"), lambda now: midnight(now, 1)),
    "tomorrow": (_("The end of tomorrow"), lambda now: midnight(now, 2)),
    "week": (_("A week from now"), lambda now: now + timedelta(days=7)),
}


def midnight(now: datetime, days: int) -> datetime:
    """The midnight that ends today (1) or tomorrow (2), by the clock on the wall."""
    day = timezone.localdate(now) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.min))


def line_choices() -> list[tuple[str, str]]:
    site = brand.current()
    own = site.phone
    choices = [("", str(_("No number")))]
    if own:
        choices.append((alerts.OWN, f"{own.name}: {own.display}"))
    choices.append((alerts.NATIONAL, f"{site.national.name}: {site.national.display}"))
    return choices + [
        (line.audience, f"{line.name}: {line.display}") for line in site.helplines if line.audience
    ]


class AlertForm(forms.Form):
    words = forms.CharField(
        label=_("What people should know"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two short sentences: what does not work, and what does. Choose a number below."),
    )
    line = forms.ChoiceField(label=_("Number to show with it"), required=False)
    until = forms.ChoiceField(
        label=_("Show it until"),
        choices=[(code, words) for code, (words, _when) in UNTIL.items()],
        help_text=_("It goes by itself. You can take it off sooner."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = line_choices()  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        words = " ".join(self.cleaned_data["words"].split())
        without_number(words, _("Choose it below."))
        if found := public_words.problems({"words": words}):
            raise forms.ValidationError(found["words"])
        return words


@permission_required(MAY_PUBLISH)
def edit(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = AlertForm(request.POST or None)
    if request.method == "POST" and "end" in request.POST:
        if alerts.end(user=request.user, now=now):
            messages.success(request, _("The alert is off every page."))
        return redirect("alert")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            alerts.show(
                words=given["words"],
                line=given["line"],
                until=UNTIL[given["until"]][1](now),
                user=request.user,
                by=name_of(request.user),
                now=now,
            )
        except IntegrityError:
            form.add_error(
                None, _("Somebody else changed the alert just now. Look at it above, then try again.")
            )
        else:
            messages.success(request, _("The alert is on every page now."))
            return redirect("alert")
    context = {
        "page_title": TITLE,
        "form": form,
        "standing": Alert.objects.on_pages(now).first(),
        "notice": brand.current().alert,
        "earlier": Alert.objects.filter(standing=None)[:10],
    }
    return render(request, "home/editing/alert.html", context)


class AlertMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_PUBLISH)


class Finder(ModelAdminURLFinder):
    def get_edit_url(self, instance: Alert) -> str | None:
        return reverse("alert") if not self.user or self.user.has_perm(MAY_PUBLISH) else None


register_admin_url_finder(Alert, Finder)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("alert/", edit, name="alert")]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return AlertMenuItem(_("Alert"), reverse("alert"), icon_name="warning", order=160)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="home", codename="publish_alert")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(alerts.SHOW, _("Show alert"), _("Put an alert on every page"))
    registry.register_action(alerts.END, _("End alert"), _("Took the alert off every page"))
