"""Where the partnership reads, tags and answers for what people told, in the Wagtail admin."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_required

from home.feedback.forms import FORMS, TAGS, Kind, TellForm
from home.feedback.models import Remark, UseCount
from home.feedback.reading import CannotRead, opened

MAY_READ = "feedback.read_remark"
ON_A_PAGE = 20
ENOUGH = 5
NEW = "new"
ABOUT = dict(TellForm.base_fields["about"].choices)  # type: ignore[attr-defined]


class Shown(NamedTuple):
    remark: Remark
    kind: Kind
    about: str
    words: str


class TagForm(forms.Form):
    tags = forms.MultipleChoiceField(choices=list(TAGS.items()), required=False)


@permission_required(MAY_READ)
def remarks(request: HttpRequest) -> HttpResponse:
    tag = request.GET.get("tag", "")
    found = chosen(tag)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("p"))
    problem = ""
    shown: list[Shown] = []
    for remark in page.object_list:
        try:
            said = opened(remark)
        except CannotRead as error:
            said, problem = {"words": "(closed)"}, str(error)
        shown.append(Shown(remark, FORMS[remark.kind], ABOUT.get(said.get("about", ""), ""), said["words"]))
    context = {
        "page_title": "What people tell us",
        "remarks": shown,
        "page": page,
        "counts": list(use_counts()),
        "tags": TAGS,
        "tag": tag,
        "problem": problem,
    }
    return render(request, "home/feedback/remarks.html", context)


def chosen(tag: str) -> list[Remark]:
    """Newest day first; within a day in no order. Tags are few and rows are too: no JSON query."""
    found = Remark.objects.select_related("page").order_by("-day", "pk")
    if tag == NEW:
        return list(found.filter(read_on=None))
    return [one for one in found if not tag or tag in one.tags]


@permission_required(MAY_READ)
@require_POST
def tag(request: HttpRequest, pk: Any) -> HttpResponse:
    remark = get_object_or_404(Remark, pk=pk)
    form = TagForm(request.POST)
    if form.is_valid():
        remark.tags, remark.read_on = form.cleaned_data["tags"], timezone.localdate()
        remark.save(update_fields=["tags", "read_on"])
        messages.success(request, "Saved.")
    else:
        messages.error(request, "Not saved: a tag is not in the list any more. Choose again.")
    return redirect("remarks")


class Row(NamedTuple):
    title: str
    yes: str
    no: str


def use_counts() -> Iterator[Row]:
    """By page, in whole fives; a page with fewer answers than that is not listed."""
    sums: dict[str, dict[bool, int]] = {}
    found = UseCount.objects.values_list("page__title", "useful").annotate(Sum("number"))
    for title, useful, number in found.order_by("page__title"):
        sums.setdefault(title, {})[useful] = number
    for title, by in sums.items():
        if max(by.values()) >= ENOUGH:
            yield Row(title, fives(by.get(True, 0)), fives(by.get(False, 0)))


def fives(number: int) -> str:
    return f"{number - number % ENOUGH} or more" if number >= ENOUGH else f"fewer than {ENOUGH}"


def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="feedback", codename="read_remark")
