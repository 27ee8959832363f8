"""The CMS does not touch people who work at the desk.

Whoever could give a triage worker a new passphrase there could sign in at the desk in their name.
Desk staff are kept by `manage.py desk_staff`, on the machine.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks

from triage.models import Membership


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def not_desk_staff(request: HttpRequest, user: Any) -> None:
    refuse([user])


@hooks.register("before_bulk_action")
def no_desk_staff_among_them(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> None:
    refuse([one for one in objects if isinstance(one, get_user_model())])


def refuse(users: list[Any]) -> None:
    if Membership.objects.filter(user__in=users).exists():
        raise PermissionDenied
