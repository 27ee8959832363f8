"""Editors for tests: who may do what, and what they see of a service."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from home import roles
from services_directory.models import Service
from tests import factories


def staff(*permissions: str, name: str = "edie") -> Any:
    user = get_user_model().objects.create_user(
        username=name, password=None, first_name="Edie", last_name="Example"
    )
    group, _made = Group.objects.get_or_create(name=f"group of {name}")
    wanted = ["access_admin", *permissions]
    group.permissions.set(Permission.objects.filter(codename__in=wanted))
    user.groups.add(group)
    return user


def in_role(role: str, name: str = "mo") -> Any:
    """Somebody with one of the starter's roles (home/roles.py) and nothing else."""
    roles.load()
    user = get_user_model().objects.create_user(
        username=name, password=None, first_name="Mo", last_name="Example"
    )
    user.groups.add(Group.objects.get(name=role))
    return user


def address(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)


def listing(model: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name("list"))


def service_in(state: str, **fields: Any) -> Service:
    """A service in one of the four states, today."""
    today = timezone.localdate()
    given = {
        "checked": {"assured_date": today, "next_check_due": today + timedelta(days=90)},
        "overdue": {"assured_date": today - timedelta(days=200), "next_check_due": today},
        "not_checked": {"assured_date": None},
        "hidden": {"live": False, "assured_date": today},
    }[state]
    return factories.service(state.replace("_", " ").capitalize() + " place", **{**given, **fields})
