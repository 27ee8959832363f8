"""A file that somebody looked at stays what they saw, whoever uploaded it.

Wagtail lets whoever uploaded a file put another in its place, or delete it. On a page that passed its
two looks that would be a third way to publish. `on_delete` stands where every way of deleting ends
(home/apps.py): one file, many at once, the list of uploads. Whoever acts is known by Wagtail's log;
a command and the worker act for nobody and are let through.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, ReferenceIndex
from wagtail.permission_policies.pages import PagePermissionPolicy

from home.publishing_guard import Refused


def live_pages(file: Model) -> list[Page]:
    """Pages on the site that show `file`, also in a row below them."""
    uses = ReferenceIndex.get_references_to(file).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    numbers = {int(pk) for pk in uses.values_list("object_id", flat=True)}
    return list(Page.objects.live().filter(pk__in=numbers))


def may_change(file: Model) -> bool:
    """Whether who acts may publish, and may do so on every page that shows `file`."""
    user = get_active_log_context().user
    return user is None or (
        PagePermissionPolicy().user_has_permission(user, "publish")
        and all(page.permissions_for_user(user).can_publish() for page in live_pages(file))
    )


def another_instead() -> str:
    """Also for a file on no page: a draft that shows it may have had its first look already."""
    return _(
        "Only somebody who may publish pages may put another file in the place of this one, because people "
        "who look at a page look at its files, too. Add it as a new file, and choose that on the page."
    )


def on_delete(sender: type[Model], instance: Model, **_signal: Any) -> None:
    """Receiver of pre_delete: raises Refused for who may not publish the pages that show the file."""
    if may_change(instance) or not (pages := live_pages(instance)):
        return
    words = _(
        "“%(file)s” was not deleted: it stands on %(pages)s. Add what should stand there as a new file, "
        "choose it on the page and send that to be approved; or ask somebody who may publish pages."
    )
    named = ", ".join(f"“{page.title}”" for page in pages)
    raise Refused({_("File"): words % {"file": instance, "pages": named}}, instance)
