"""Where a local lead reads, changes and confirms the facts, in the Wagtail admin.

What was confirmed is kept: a new version of the site that comes with another value changes
nothing that a lead has confirmed. Changing a value takes the confirmation away, unless it is
confirmed in the same step. Plain pages and forms; nothing needs a script.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from pathways import facts
from pathways.facts import FACTS, Declared
from pathways.models import Fact
from selfreferral.sentence_editing import OTHER_NUMBER, plain
from services_directory.editing.actions import name_of

MAY_CHANGE = "pathways.change_fact"
CHANGE, CONFIRM = "pathways.fact.change", "pathways.fact.confirm"
TITLE = "Thresholds and clocks"
CHANGED_MEANWHILE = (
    "Somebody changed this while you had it open. It stands above as it is now. "
    "Please look again before you save."
)


@dataclass(frozen=True)
class Standing:
    """One fact as it stands now."""

    key: str
    declared: Declared
    value: str
    confirmed_by: str
    confirmed_on: date | None

    @property
    def is_own(self) -> bool:
        return self.value != self.declared.came

    @property
    def words(self) -> str:
        return facts.in_words(self.declared, self.value)

    @property
    def came_words(self) -> str:
        return facts.in_words(self.declared, self.declared.came)

    @property
    def place(self) -> str:
        """What a text holds that shows it."""
        return f"{{{self.key}}}"


def standing(key: str, row: Fact | None) -> Standing:
    row = row or Fact(key=key)
    return Standing(key, FACTS[key], row.value or FACTS[key].came, row.confirmed_by, row.confirmed_on)


class FactForm(forms.Form):
    """`seen` is what stood there when the page was opened: nobody confirms what they have not read."""

    seen = forms.CharField(widget=forms.HiddenInput)
    value = forms.CharField(label="What holds here", required=False, max_length=200)
    confirm = forms.BooleanField(
        label="I confirm this for our area",
        required=False,
        help_text="Today’s date is kept beside your name.",
    )
    confirmed_by = forms.CharField(label="Your name and role", required=False, max_length=120)

    def __init__(self, data: Any = None, *, now: Standing, by: str = "") -> None:
        initial = {"seen": now.value, "value": now.value if now.is_own else "", "confirmed_by": by}
        super().__init__(data, initial=initial)
        self.now = now
        self.fields["value"].help_text = help_for(now.declared)

    def clean_value(self) -> str:
        value = plain(self.cleaned_data["value"])
        if value:
            check = clean_words if self.now.declared.kind == "text" else clean_number
            value = check(value, self.now.declared)
            together(self.now.key, value)
        return value

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("confirm") and not given.get("confirmed_by"):
            self.add_error("confirmed_by", "Write your name and role to confirm.")
        if plain(given.get("seen", "")) != self.now.value:
            raise forms.ValidationError(CHANGED_MEANWHILE)
        return given


def help_for(fact: Declared) -> str:
    empty = "Empty: what came with the site."
    if fact.kind == "text":
        return f"A few words that fit into a sentence. {empty}"
    unit = "hours" if fact.kind == "hours" else fact.unit
    return f"A whole number{f' of {unit}' if unit else ''}, from {fact.least} to {fact.most}. {empty}"


def clean_number(value: str, fact: Declared) -> str:
    """A whole number in its bounds, without leading zeros."""
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise forms.ValidationError(f"Write a whole number in digits, such as {fact.came}, and nothing else.")
    if not fact.least <= int(value) <= fact.most:
        raise forms.ValidationError(f"Write a number from {fact.least} to {fact.most}.")
    return str(int(value))


def clean_words(value: str, fact: Declared) -> str:
    if "{" in value or "}" in value:
        raise forms.ValidationError("Please leave out { and }: they mark the place of another fact.")
    if OTHER_NUMBER.search(value):
        raise forms.ValidationError(
            "Please leave this number out. Numbers come from the directory, where they are checked."
        )
    return value


def together(key: str, value: str) -> None:
    """Two facts that hang together: nobody can tick more than there are questions."""
    now = facts.current()
    questions = int(value) if key == "dash_questions" else now.number("dash_questions")
    high = int(value) if key == "dash_high" else now.number("dash_high")
    if key in ("dash_questions", "dash_high") and high > questions:
        raise forms.ValidationError(
            f"There would be {questions} questions, and {high} ticks could never be reached. "
            "Change the other number first, if this one is right."
        )


@transaction.atomic
def save(row: Fact, form: FactForm, *, user: Any, today: date) -> None:
    """The value and who answers for it, with a line in the log."""
    given, now = form.cleaned_data, form.now
    after = given["value"] or now.declared.came
    if given["confirm"]:
        row.value, row.confirmed_by, row.confirmed_on = after, given["confirmed_by"], today
    elif after != now.value:
        row.value, row.confirmed_by, row.confirmed_on = given["value"], "", None
    row.save()
    if after != now.value:
        log(row, CHANGE, user=user, title=row.key, data={"before": now.value, "after": after})
    if given["confirm"]:
        log(row, CONFIRM, user=user, title=row.key, data={"by": row.confirmed_by, "value": after})


@permission_required(MAY_CHANGE)
def fact_list(request: HttpRequest) -> HttpResponse:
    rows = {row.key: row for row in Fact.objects.all()}
    found = [standing(key, rows.get(key)) for key in FACTS]
    context = {"page_title": TITLE, "facts": found, "open": sum(one.confirmed_on is None for one in found)}
    return render(request, "pathways/editing/facts.html", context)


@permission_required(MAY_CHANGE)
@transaction.atomic
def fact_edit(request: HttpRequest, key: str) -> HttpResponse:
    if key not in FACTS:
        raise Http404
    rows = Fact.objects.filter(key=key)
    if request.method == "POST":
        rows.get_or_create(key=key)  # so that two leads at once wait for each other
        rows = rows.select_for_update()
    row = rows.first()
    now = standing(key, row)
    posted = request.POST.copy() if request.method == "POST" else None
    form = FactForm(posted, now=now, by=name_of(request.user))
    if row and form.is_valid():
        save(row, form, user=request.user, today=timezone.localdate())
        messages.success(request, "Confirmed." if row.confirmed_on else "Saved. Local lead must confirm.")
        return redirect("facts")
    if posted:
        posted["seen"] = now.value  # the next press is about the value that this answer shows
    context = {"page_title": now.declared.label, "now": now, "form": form, "lines": _lines(row)}
    return render(request, "pathways/editing/fact_edit.html", context)


def _lines(row: Fact | None) -> QuerySet[ModelLogEntry] | list[ModelLogEntry]:
    if row is None:
        return []
    return ModelLogEntry.objects.for_instance(row).select_related("user").order_by("-timestamp", "-pk")


class FactsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("facts/", fact_list, name="facts"), path("facts/<slug:key>/", fact_edit, name="fact_edit")]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return FactsMenuItem("Thresholds", reverse("facts"), icon_name="time", order=355)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="pathways", codename="change_fact")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(CHANGE, "Change", "Changed a threshold or clock")
    registry.register_action(CONFIRM, "Confirm", "Confirmed a threshold or clock")
