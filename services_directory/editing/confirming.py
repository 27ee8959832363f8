"""Screens where a local lead reads, changes and confirms what is declared in code, in the Wagtail admin.

What was confirmed is kept word for word: a new version of the site that comes with something else
changes nothing that a lead has confirmed. A change takes the confirmation away, unless it is
confirmed in the same step. Plain pages and forms; nothing needs a script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from services_directory import public_words
from services_directory.editing.actions import name_of

CHANGED_MEANWHILE = (
    "Somebody changed this while you had it open. It stands above as it is now. "
    "Please look again before you save."
)


@dataclass(frozen=True)
class Standing:
    """One of them as it stands now. `label` says what or where it is, `came` what the site came with."""

    key: str
    label: str
    came: str
    value: str
    confirmed_by: str
    confirmed_on: date | None
    source: str = ""

    @property
    def is_own(self) -> bool:
        return self.value != self.came

    @property
    def words(self) -> str:
        """As readers see it."""
        return self.value

    @property
    def came_words(self) -> str:
        return self.came


def plain(words: str) -> str:
    """One paragraph, whatever a browser did to its line ends."""
    return " ".join(words.split())


class ConfirmingForm(forms.Form):
    """`seen` is what stood there when the page was opened: nobody confirms what they have not read.

    A subclass has the field `own`, which holds a lead's own value and is empty for what came.
    """

    own: ClassVar[str]
    seen = forms.CharField(widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label="I confirm this for our area",
        required=False,
        help_text="Today’s date is kept beside your name.",
    )
    confirmed_by = forms.CharField(label="Your name and role", required=False, max_length=120)

    def __init__(self, data: Any = None, *, now: Any, by: str = "") -> None:
        initial = {"seen": now.value, self.own: now.value if now.is_own else "", "confirmed_by": by}
        super().__init__(data, initial=initial)
        self.order_fields(["seen", self.own, "confirm", "confirmed_by"])
        self.now = now

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("confirm") and not given.get("confirmed_by"):
            self.add_error("confirmed_by", "Write your name and role to confirm.")
        if plain(given.get("seen", "")) != self.now.value:
            raise forms.ValidationError(CHANGED_MEANWHILE)
        public_words.say_beside_fields(self, passed_over=("seen",))
        return given


class Finder(ModelAdminURLFinder):
    """Where the row of one of them is mended."""

    screens: ClassVar["Screens"]

    def get_edit_url(self, instance: Any) -> str | None:
        if self.user and not self.user.has_perm(self.screens.may_change):
            return None
        return reverse(self.screens.names[1], args=[getattr(instance, self.screens.key)])


@dataclass
class Screens:
    """The list and the page of one kind. `model` holds a row for each that somebody changed or confirmed:
    its key in `key`, the lead's own value in the field that `form` names. `said` names it in the log."""

    model: Any
    key: str
    declared: Mapping[str, Any]
    form: type[ConfirmingForm]
    title: str
    said: str
    names: tuple[str, str]  # of the addresses: list, page
    address: str
    template: str  # of the list
    menu: tuple[str, str, int]  # label, icon, order

    def __post_init__(self) -> None:
        label, name = self.model._meta.app_label, self.model._meta.model_name
        self.may_change = f"{label}.change_{name}"
        finder = type("Finder", (Finder,), {"screens": self})
        register_admin_url_finder(self.model, finder)
        self.change, self.confirm = f"{label}.{name}.change", f"{label}.{name}.confirm"
        for hook in ("admin_urls", "admin_menu_item", "permissions", "log_actions"):
            hooks.register(f"register_{hook}", getattr(self, hook))

    def standing(self, key: str, row: Any) -> Standing:
        """How the one that is declared as `key` stands, with `row` or without one."""
        raise NotImplementedError

    def show_list(self, request: HttpRequest) -> HttpResponse:
        rows = {getattr(row, self.key): row for row in self.model.objects.all()}
        found = [self.standing(key, rows.get(key)) for key in self.declared]
        to_confirm = sum(one.confirmed_on is None for one in found)
        context = {"page_title": self.title, "found": found, "open": to_confirm}
        return render(request, self.template, context)

    @transaction.atomic
    def show_one(self, request: HttpRequest, key: str) -> HttpResponse:
        if key not in self.declared:
            raise Http404
        rows = self.model.objects.filter(**{self.key: key})
        if request.method == "POST":
            rows.get_or_create(**{self.key: key})  # so that two leads at once wait for each other
            rows = rows.select_for_update()
        row = rows.first()
        now = self.standing(key, row)
        posted = request.POST.copy() if request.method == "POST" else None
        form = self.form(posted, now=now, by=name_of(request.user))
        if row and form.is_valid():
            self.save(row, form, user=request.user, today=timezone.localdate())
            messages.success(request, "Confirmed." if row.confirmed_on else "Saved. Local lead must confirm.")
            return redirect(self.names[0])
        if posted:
            posted["seen"] = now.value  # the next press is about what this answer shows
        context = {"page_title": now.label, "now": now, "form": form, "lines": lines(row)}
        context["list_url"] = reverse(self.names[0])
        return render(request, "services_directory/editing/confirming.html", context)

    @transaction.atomic
    def save(self, row: Any, form: ConfirmingForm, *, user: Any, today: date) -> None:
        """The value and who answers for it, with a line in the log."""
        given, now, title = form.cleaned_data, form.now, getattr(row, self.key)
        after = given[form.own] or now.came
        if given["confirm"]:
            setattr(row, form.own, after)
            row.confirmed_by, row.confirmed_on = given["confirmed_by"], today
        elif after != now.value:
            setattr(row, form.own, given[form.own])
            row.confirmed_by, row.confirmed_on = "", None
        row.save()
        if after != now.value:
            log(row, self.change, user=user, title=title, data={"before": now.value, "after": after})
        if given["confirm"]:
            data = {"by": row.confirmed_by, form.own: after}
            log(row, self.confirm, user=user, title=title, data=data)

    # --- what Wagtail is told (hooks) ---------------------------------------------------------
    def admin_urls(self) -> list[URLPattern]:
        allowed = permission_required(self.may_change)
        return [
            path(f"{self.address}/", allowed(self.show_list), name=self.names[0]),
            path(f"{self.address}/<slug:key>/", allowed(self.show_one), name=self.names[1]),
        ]

    def admin_menu_item(self) -> MenuItem:
        label, icon, order = self.menu
        item = MenuItem(label, reverse(self.names[0]), icon_name=icon, order=order)
        item.is_shown = lambda request: request.user.has_perm(self.may_change)
        return item

    def permissions(self) -> QuerySet[Permission]:
        label, code = self.may_change.split(".")
        return Permission.objects.filter(content_type__app_label=label, codename=code)

    def log_actions(self, registry: Any) -> None:
        registry.register_action(self.change, "Change", f"Changed {self.said}")
        registry.register_action(self.confirm, "Confirm", f"Confirmed {self.said}")


def lines(row: Model | None) -> QuerySet[ModelLogEntry] | list[ModelLogEntry]:
    """What was done to it, newest first."""
    if row is None:
        return []
    return ModelLogEntry.objects.for_instance(row).select_related("user").order_by("-timestamp", "-pk")
