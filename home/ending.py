"""A page's last moment counts by itself: whether or not the worker (home/scheduling.py) has come round."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q
from django.http import HttpRequest

from home.blocks.directory import remember_changes

Ending = TypeVar("Ending", bound=Any)  # a page, or what is shown of one, with `expire_at`


def is_over(page: Any, now: datetime) -> bool:
    return page.expire_at is not None and page.expire_at <= now


def is_on(now: datetime) -> Q:
    """For a query: on the site, and not over."""
    return Q(live=True) & (Q(expire_at=None) | Q(expire_at__gt=now))


def not_over(pages: Iterable[Ending], request: HttpRequest, now: datetime) -> list[Ending]:
    """Those that still stand. The page that shows them is kept until the first of them is over."""
    found = [page for page in pages if not is_over(page, now)]
    remember_changes(request, (page.expire_at for page in found))
    return found
