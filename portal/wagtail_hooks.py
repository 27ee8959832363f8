"""The admin's own look, and the one script that starts what Wagtail would start inline."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from portal import staff_csp

staff_csp.declare_choosers()


@hooks.register("insert_global_admin_js")
def start_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("staff/start.js"))


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("staff/staff.css"))
