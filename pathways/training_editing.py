"""Courses in the Wagtail admin: a list that shows what is over, a form that says what to mend."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from pathways.models import Course


def stands(course: Course) -> str:
    """Whether readers see it today."""
    over = course.last_day is not None and course.last_day < timezone.localdate()
    return "Over, not shown" if over else "Shown"


class CourseViewSet(SnippetViewSet):
    model = Course
    icon = "calendar"
    menu_label = "Training"
    menu_name = "training"
    menu_order = 360
    add_to_admin_menu = True
    copy_view_enabled = True
    list_display = [
        "title",
        "for_whom",
        Column("first_day", label="From", accessor="first_day", sort_key="first_day"),
        Column("last_day", label="Until", accessor="last_day", sort_key="last_day"),
        Column("stands", label="Readers", accessor=stands),
    ]
    search_fields = ["title", "for_whom"]
    panels = [
        FieldPanel("title"),
        FieldPanel("for_whom"),
        FieldPanel("about"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldPanel("times"),
        FieldPanel("booking"),
        FieldPanel("link"),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return Course.objects.order_by("-last_day", "title")


register_snippet(CourseViewSet)
