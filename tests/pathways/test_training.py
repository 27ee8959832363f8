"""Courses stand in the order of their days, and go by themselves when they are over."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from pathways.models import Course

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def course(title: str, first: int | None = None, last: int | None = None) -> Course:
    days = [TODAY + timedelta(days=n) if n is not None else None for n in (first, last)]
    return Course.objects.create(
        title=title, for_whom="Everyone", booking="Ask.", first_day=days[0], last_day=days[1]
    )


def shown() -> list[str]:
    said = Client().get("/professionals/training/").content.decode()
    return [
        one.title
        for one in sorted(Course.objects.all(), key=lambda c: said.find(c.title))
        if one.title in said
    ]


def test_what_is_over_is_not_listed_and_the_next_comes_first() -> None:
    for title, first, last in (("Over", -9, -1), ("Later", 9, 9), ("Always", None, None), ("Runs", -1, 0)):
        course(title, first, last)
    assert shown() == ["Runs", "Later", "Always"]


def test_a_kept_page_ends_with_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A course that ends today is gone tomorrow, though nobody publishes anything."""
    from pathways import page_views

    shown()  # the first reading makes the row of the site's settings, which is a publication
    course("Runs", 0, 0)
    late = timezone.make_aware(datetime.combine(TODAY, time.max))
    answer = Client().get("/professionals/training/")
    assert answer.wsgi_request is not None
    response = page_views.training(answer.wsgi_request)
    assert timedelta() < response.cache_until - late < timedelta(seconds=1)
    monkeypatch.setattr(page_views.timezone, "localdate", lambda: TODAY + timedelta(days=1))
    assert shown() == ["Runs"]  # kept until midnight
    course("Never listed", -5, -4)  # a publication: the page is made anew
    assert shown() == []


def test_an_empty_list_says_what_to_do() -> None:
    assert "No course is listed now" in Client().get("/professionals/training/").content.decode()


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"last_day": date(2026, 1, 2)}, "first_day"),
        ({"first_day": date(2026, 1, 2), "last_day": date(2026, 1, 1)}, "last_day"),
        ({"link": "http://example.org/"}, "link"),
    ],
)
def test_a_mistake_is_said_beside_its_field(fields: dict[str, Any], beside: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Course(title="A", for_whom="B", booking="C", **fields).full_clean()
    assert list(refused.value.message_dict) == [beside]


def test_one_day_is_its_own_last_day() -> None:
    one = Course(title="A", for_whom="B", booking="C", first_day=TODAY)
    one.full_clean()
    assert one.last_day == TODAY
