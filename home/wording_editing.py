"""The list of words, in the CMS."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Wording


class WordingViewSet(SnippetViewSet):
    model = Wording
    icon = "openquote"
    menu_label = _("Words we use")
    menu_order = 170
    add_to_admin_menu = True
    list_display = ["word", "better", Column("get_kind_display", label=_("What happens")), "why"]
    search_fields = ["word", "better"]
    search_backend_name = None
    list_per_page = 100
    copy_view_enabled = False


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="home", content_type__model="wording")


def register() -> None:
    register_snippet(WordingViewSet)
