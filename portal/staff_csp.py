"""The policy that browsers of the Wagtail admin are held to, and what makes it bearable.

Wagtail 7.4 starts five things by a script in the page: date and time fields, choosers, and
inline lists. Here each becomes a description in attributes (`starter`), which a file of ours
(static/staff/start.js) reads, so that no script in a page ever runs: `script-src 'self'`, no
nonce, no 'unsafe-inline'. The templates stand in templates/wagtailadmin/{widgets,panels}/;
choosers write theirs in Python, so `declare_choosers` replaces that one method.
"""

import json
import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser

CALL = re.compile(r"(?P<new>new )?(?P<name>\w+)\((?P<args>.*)\);?\Z", re.DOTALL)
# Each allowance, and what asks for it.
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # icons in Wagtail's styles; an image before it is uploaded
    "media-src": "'self'",  # a film on a page, seen before it is published
    "connect-src": "'self'",  # search as you type, choosers, drafts that save themselves
    "frame-src": "'self'",  # the preview beside the form
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",  # the same preview, seen from inside
}


def policy(style_hash: str = "") -> dict[str, str]:
    """Directives for the admin. `style_hash` lets a preview wear the council's own colours."""
    if not style_hash:
        return DIRECTIVES
    return {**DIRECTIVES, "style-src": f"'self' {style_hash}"}


def header(style_hash: str = "") -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy(style_hash).items())


def starter(script: str) -> SafeString:
    """`new PageChooser("id", {...});` as an element that static/staff/start.js acts on."""
    call = CALL.match(script.strip())
    if call is None:
        raise ValueError(f"Not one call: {script[:80]}")
    arguments = json.loads(f"[{call['args']}]")
    return format_html(
        '<span hidden data-controller="staff-start" data-staff-start-name-value="{}" '
        'data-staff-start-arguments-value="{}"></span>',
        call["name"],
        json.dumps(arguments),
    )


def render_chooser(self: BaseChooser, name, value, attrs=None, renderer=None) -> SafeString:
    """BaseChooser.render, but for the last line."""
    if not attrs or "id" not in attrs:
        raise TypeError("BaseChooser cannot be rendered without an 'id' attribute")
    value_data = self.get_value_data(value)
    html = self.render_html(name, value_data, attrs)
    return format_html("{}{}", html, starter(self.render_js_init(attrs["id"], name, value_data)))


def declare_choosers() -> None:
    BaseChooser.render = render_chooser
