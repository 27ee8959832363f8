"""The admin's own look, and the one script that starts what Wagtail would start inline."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from portal import staff_csp
from portal.sign_in.doors import What

staff_csp.declare_choosers()


@hooks.register("insert_global_admin_js")
def start_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("staff/start.js"))


@hooks.register("insert_global_admin_js")
def writing_script() -> SafeString:
    return format_html(
        '<script src="{}" data-lost="{}" data-back="{}"></script>',
        static("staff/writing.js"),
        _(
            "There is no connection just now. What you wrote is still here and is not saved yet. "
            "Stay on this page: you can save when the connection is back."
        ),
        _("You are connected again. What you wrote is still here: save it."),
    )


@hooks.register("register_settings_menu_item")
def own_sign_in() -> MenuItem:
    address = reverse_lazy("mfa_index")
    return MenuItem("How you sign in", address, name="own-sign-in", icon_name="lock", order=10)


@hooks.register("register_log_actions")
def sign_in_actions(actions: LogActionRegistry) -> None:
    for what in What:
        actions.register_action(f"sign_in.{what.value}", what.label, what.label)


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("staff/staff.css"))
