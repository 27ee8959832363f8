"""What every page wears and says: name, colours, the way out, emergency facts, helplines.

`current()` is a snapshot (services_directory/freshness.py), so a page costs no query for it, and a
change ends only the pages that show what has changed. With the database down the last snapshot
stands in, and before there was one, the settings and the starter directory: an error page is
never without a number.
"""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from services_directory.freshness import Shown, Snapshot, note
from services_directory.helplines import Line, published_lines, starter_lines

if TYPE_CHECKING:
    from home.alerts import Notice


BRAND, ACCENT = "#0f5257", "#8a3b12"
DANGER_SHORT = _("Can’t speak? Call, listen, press 55 when asked.")
EMERGENCY = (
    _(
        "Call 999. If you cannot speak, call from a mobile, listen, cough or tap the phone if you can, "
        "and press 55 when asked. It does not tell the police where you are."
    ),
    _("From a landline, stay on the line."),
    _(
        "Deaf, or cannot use your voice: 18000 by the Relay UK app or textphone, or 999 BSL by app or "
        "website. You can text 999 only if your phone is registered."
    ),
)
NAV = ((_("Find a service"), "/find/"), (_("Ask for help"), "/ask/"))
FOOTER_LINKS = (
    (_("Hide your visit"), "/hide/"),
    (_("For professionals"), "/professionals/"),
    (_("Tell us"), "/tell/"),
    (_("Privacy"), "/privacy/"),
    (_("Accessibility"), "/accessibility/"),
)


@dataclass(frozen=True)
class Brand:
    """One generation's snapshot. Templates read it as `brand`."""

    name: str
    area: str
    helplines: tuple[Line, ...]
    css_url: str
    js_url: str
    decoy: str
    logo_url: str = ""
    brand_colour: str = BRAND
    accent_colour: str = ACCENT
    leave_label: str = _("Leave this site")
    leave_url: str = "/leave/"
    danger_short: str = DANGER_SHORT
    emergency: tuple[str, ...] = EMERGENCY
    phone: Line | None = None
    runner: str = _("The council and its partners. Each service’s page says when a person checked it.")
    work_css_url: str = ""  # the style sheet of pages for professionals
    demo: bool = False
    notice: "Notice | None" = None
    nav: tuple[tuple[str, str], ...] = NAV
    footer_links: tuple[tuple[str, str], ...] = FOOTER_LINKS
    style: str = field(init=False)

    def __post_init__(self) -> None:
        own = (self.brand_colour, self.accent_colour) != (BRAND, ACCENT)
        style = f":root{{--brand:{self.brand_colour};--accent:{self.accent_colour}}}" if own else ""
        object.__setattr__(self, "style", style)

    @property
    def style_hash(self) -> str:
        """The style as a CSP source, `'sha256-…'`, or nothing when there is no style."""
        if not self.style:
            return ""
        return f"'sha256-{base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()}'"

    @property
    def alert(self) -> "Notice | None":
        """What every page says now; nothing once its time is over, also while the database is down."""
        return self.notice if self.notice and self.notice.until > timezone.now() else None

    @property
    def national(self) -> Line:
        return self.helplines[0]

    def group_line(self, audience: str) -> Line | None:
        """The helpline of a group that has one of its own."""
        return next((line for line in self.helplines if audience and line.audience == audience), None)


class Worn(Shown):
    """The snapshot as one page shows it."""

    def group_line(self, audience: str) -> Line | None:
        self._snapshot.shows(f"line:{audience}")
        return self._value.group_line(audience)


def current(generation: int | None = None) -> Brand:
    """The snapshot of `generation` (read from the database when not given). Never raises."""
    note(_snapshot.name)
    return _snapshot.current(generation)


def brand(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"brand": Worn(_snapshot, _snapshot.current(getattr(request, "generation", None)))}


def without_database() -> Brand:
    css_url, js_url, work_css_url = _static()
    return Brand(
        name=f"Help in {settings.PORTAL_AREA}",
        area=settings.PORTAL_AREA,
        helplines=starter_lines(),
        css_url=css_url,
        js_url=js_url,
        work_css_url=work_css_url,
        decoy=settings.QUICK_EXIT_URL,
        demo=settings.PORTAL_DEMO,
    )


def _read() -> Brand:
    """What the council has set, over what holds without it. An empty field is not set."""
    from home import alerts
    from home.models import SiteSettings

    site = SiteSettings.load()
    area = site.area or settings.PORTAL_AREA
    plain = without_database()
    helplines = tuple(published_lines())
    return replace(
        plain,
        name=site.name or f"Help in {area}",
        area=area,
        helplines=helplines,
        notice=alerts.current(site.front_door_line, helplines),
        decoy=site.decoy or plain.decoy,
        logo_url=site.logo.get_rendition("max-240x48|format-png").url if site.logo else "",
        brand_colour=site.brand_colour.lower(),
        accent_colour=site.accent_colour.lower(),
        leave_label=site.leave_label or plain.leave_label,
        danger_short=site.danger_short or plain.danger_short,
        emergency=tuple(filter(None, map(str.strip, site.emergency.splitlines()))) or plain.emergency,
        phone=site.front_door_line,
        runner=site.runner or plain.runner,
    )


@lru_cache(maxsize=1)
def _static() -> tuple[str, str, str]:
    """Addresses of the style sheet, the script and the sheet for professionals. A missing manifest
    must not break an error page."""

    def address(path: str) -> str:
        try:
            return staticfiles_storage.url(path)
        except ValueError:
            return f"{settings.STATIC_URL}{path}"

    return address("css/site.css"), address("js/site.js"), address("css/work.css")


def _parts(brand: Brand) -> dict[str, Any]:
    """What a page can show of it by itself: every attribute that templates read."""
    own = {"alert": brand.notice, "national": brand.national, "style_hash": brand.style_hash}
    lines = {f"line:{line.audience}": line for line in brand.helplines}
    return {**vars(brand), **own, **lines}


_snapshot = Snapshot("brand", _read, _parts, stand_in=without_database)
