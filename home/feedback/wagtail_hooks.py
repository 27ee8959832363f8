"""The partnership's screen in the CMS, and what was done about what people said."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.feedback import screen
from home.feedback.models import Done


class DoneViewSet(SnippetViewSet):
    model = Done
    icon = "check"
    list_display = ["said", "day", "public"]
    copy_view_enabled = False


register_snippet(Done, viewset=DoneViewSet)


class RemarksMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(screen.MAY_READ)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("told/", screen.remarks, name="remarks"),
        path("told/<uuid:pk>/", screen.tag, name="remark_tag"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return RemarksMenuItem("What people tell us", reverse("remarks"), icon_name="comment", order=360)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return screen.permissions()
