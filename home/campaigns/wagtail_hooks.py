"""The code for print stands in the CMS, behind its sign-in."""

from django.urls import URLPattern, path
from wagtail import hooks

from home.campaigns import short_addresses


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path(
            f"campaigns/<int:pk>/code.{kind}", short_addresses.code_file, {"kind": kind}, name=f"code_{kind}"
        )
        for kind in short_addresses.CODE_TYPES
    ]
