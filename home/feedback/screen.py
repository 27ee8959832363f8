"""Where the partnership reads, tags and answers for what people told, in the Wagtail admin."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_required

from home.feedback.forms import FORMS, TAGS, Kind, TellForm
from home.feedback.models import Remark, UseCount
from home.feedback.reading import CannotRead, opened
from home.small_numbers import closed, first_of_month

MAY_READ = "feedback.read_remark"
ON_A_PAGE = 20
NEW = "new"
YEAR = timedelta(days=366)
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
        "counts": use_counts(now=timezone.now()),
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
    month: date
    title: str
    yes: str
    no: str


def use_counts(*, now: datetime) -> list[Row]:
    """What may be known (home.small_numbers) of a year, by month and page, the latest month first.

    A page is listed in a month when one of its answers came often enough to be said.
    """
    recent = UseCount.objects.filter(month__gt=now.date() - YEAR)
    found = recent.values_list("month", "page", "useful", "number")
    said = closed(
        ((day, (page, useful), number) for day, page, useful, number in found), first_of_month, now=now
    )
    titles = dict(recent.values_list("page", "page__title"))
    listed = {(month, page) for month, (page, _useful) in said}
    rows = [
        Row(month, titles[page], said[month, (page, True)], said[month, (page, False)])
        for month, page in listed
    ]
    return sorted(rows, key=lambda row: (-row.month.toordinal(), row.title))


def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="feedback", codename="read_remark")
