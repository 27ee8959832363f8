"""Where a safeguarding lead reads, changes and confirms the sentences, in the Wagtail admin.

What was confirmed is kept word for word: a new version of the site that comes with other words
changes nothing that a lead has confirmed. Changing the words takes the confirmation away,
unless they are confirmed in the same step. Plain pages and forms; nothing needs a script.
"""

import re
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

from selfreferral.models import Sentence
from selfreferral.sentences import SENTENCES
from services_directory.editing.actions import name_of

MAY_CHANGE = "selfreferral.change_sentence"
CHANGE, CONFIRM = "selfreferral.sentence.change", "selfreferral.sentence.confirm"
TITLE = "Safeguarding sentences"
CHANGED_MEANWHILE = (
    "Somebody changed these words while you had them open. They stand above as they are now. "
    "Please look again before you save."
)
# The numbers that may stand in words; a sentence that came with one keeps it.
NATIONAL = re.compile(r"(?<!\d)(?:999|55|18000|116 123|111)(?!\d)")
OTHER_NUMBER = re.compile(r"(?<!\d)(?:\+44|0)(?:[ -]?\d){8,}")


@dataclass(frozen=True)
class Standing:
    """One sentence as it stands now."""

    slug: str
    where: str
    came: str
    words: str
    confirmed_by: str
    confirmed_on: date | None

    @property
    def is_own(self) -> bool:
        return self.words != self.came


def standing(slug: str, row: Sentence | None) -> Standing:
    came, where = SENTENCES[slug]
    row = row or Sentence(slug=slug)
    return Standing(slug, where, came, row.words or came, row.confirmed_by, row.confirmed_on)


def plain(words: str) -> str:
    """One paragraph, whatever a browser did to its line ends."""
    return " ".join(words.split())


class SentenceForm(forms.Form):
    """`seen` is what stood there when the page was opened: nobody confirms words they have not read."""

    seen = forms.CharField(widget=forms.HiddenInput)
    words = forms.CharField(
        label="The words",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One paragraph, in plain English. Empty: the words that came with the site.",
    )
    confirm = forms.BooleanField(
        label="I confirm these words for our area",
        required=False,
        help_text="Today’s date is kept beside your name.",
    )
    confirmed_by = forms.CharField(label="Your name and role", required=False, max_length=120)

    def __init__(self, data: Any = None, *, now: Standing, by: str = "") -> None:
        initial = {"seen": now.words, "words": now.words if now.is_own else "", "confirmed_by": by}
        super().__init__(data, initial=initial)
        self.now = now

    def clean_words(self) -> str:
        words = plain(self.cleaned_data["words"])
        missing = set(NATIONAL.findall(self.now.came)) - set(NATIONAL.findall(words)) if words else set()
        if missing:
            raise forms.ValidationError(f"Please keep {' and '.join(sorted(missing))} in the words.")
        if OTHER_NUMBER.search(words):
            raise forms.ValidationError(
                "Please leave this number out. Numbers come from the directory, where they are checked."
            )
        return words

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("confirm") and not given.get("confirmed_by"):
            self.add_error("confirmed_by", "Write your name and role to confirm.")
        if plain(given.get("seen", "")) != self.now.words:
            raise forms.ValidationError(CHANGED_MEANWHILE)
        return given


@transaction.atomic
def save(row: Sentence, form: SentenceForm, *, user: Any, today: date) -> None:
    """The words and who answers for them, with a line in the log."""
    given, now = form.cleaned_data, form.now
    after = given["words"] or now.came
    if given["confirm"]:
        row.words, row.confirmed_by, row.confirmed_on = after, given["confirmed_by"], today
    elif after != now.words:
        row.words, row.confirmed_by, row.confirmed_on = given["words"], "", None
    row.save()
    if after != now.words:
        log(row, CHANGE, user=user, title=row.slug, data={"before": now.words, "after": after})
    if given["confirm"]:
        log(row, CONFIRM, user=user, title=row.slug, data={"by": row.confirmed_by, "words": after})


@permission_required(MAY_CHANGE)
def sentence_list(request: HttpRequest) -> HttpResponse:
    rows = {row.slug: row for row in Sentence.objects.all()}
    found = [standing(slug, rows.get(slug)) for slug in SENTENCES]
    context = {
        "page_title": TITLE,
        "sentences": found,
        "open": sum(one.confirmed_on is None for one in found),
    }
    return render(request, "selfreferral/editing/sentences.html", context)


@permission_required(MAY_CHANGE)
@transaction.atomic
def sentence_edit(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in SENTENCES:
        raise Http404
    rows = Sentence.objects.filter(slug=slug)
    if request.method == "POST":
        rows.get_or_create(slug=slug)  # so that two leads at once wait for each other
        rows = rows.select_for_update()
    row = rows.first()
    now = standing(slug, row)
    posted = request.POST.copy() if request.method == "POST" else None
    form = SentenceForm(posted, now=now, by=name_of(request.user))
    if row and form.is_valid():
        save(row, form, user=request.user, today=timezone.localdate())
        messages.success(request, "Confirmed." if row.confirmed_on else "Saved. Local lead must confirm.")
        return redirect("sentences")
    if posted:
        posted["seen"] = now.words  # the next press is about the words that this answer shows
    context = {"page_title": now.where, "now": now, "form": form, "lines": _lines(row)}
    return render(request, "selfreferral/editing/sentence_edit.html", context)


def _lines(row: Sentence | None) -> QuerySet[ModelLogEntry] | list[ModelLogEntry]:
    if row is None:
        return []
    return ModelLogEntry.objects.for_instance(row).select_related("user").order_by("-timestamp", "-pk")


class SentencesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("sentences/", sentence_list, name="sentences"),
        path("sentences/<slug:slug>/", sentence_edit, name="sentence_edit"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return SentencesMenuItem("Sentences", reverse("sentences"), icon_name="openquote", order=350)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="selfreferral", codename="change_sentence")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(CHANGE, "Change", "Changed the words")
    registry.register_action(CONFIRM, "Confirm", "Confirmed the words")
