"""What somebody is here for, on their first screen: without it, a role without pages meets an empty one."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.ui.components import Component

from home.roles import ROLES, Role


class RolesPanel(Component):
    name = "your-part"
    order = 5
    template_name = "home/editing/roles_panel.html"

    def __init__(self, roles: list[Role]) -> None:
        self.roles = roles

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"parts": [(role.what, reverse(role.start)) for role in self.roles]}


def roles_of(user: Any) -> list[Role]:
    """As they are declared; a group that an administrator made is not among them."""
    names = set(user.groups.values_list("name", flat=True))
    return [role for role in ROLES if role.name in names]


@hooks.register("construct_homepage_panels")
def say_what_for(request: HttpRequest, panels: list[Any]) -> None:
    if roles := roles_of(request.user):
        panels.append(RolesPanel(roles))
