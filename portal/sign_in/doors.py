"""The two staff doors: who may come in at which, and where what happens there is written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.utils.module_loading import import_string


class What(models.TextChoices):
    """What is written down at every door. The desk's record has the same codes."""

    SIGNED_IN = "signed_in", "Signed in"
    FAILED = "failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    STEP_ADDED = "step_added", "Second step added"
    STEP_REMOVED = "step_removed", "Second step removed"
    PASSPHRASE = "passphrase", "Passphrase changed"


@dataclass(frozen=True)
class Door:
    """One process's staff door. `may_come_in` and `record` are dotted paths into the room behind it.

    `looks` are addresses that a page asks for by itself: nobody did anything.
    """

    name: str
    prefix: str
    whom: str
    may_come_in: str
    record: str
    looks: tuple[str, ...] = ()
    leads: str = ""  # whom somebody may help with a lost second step; nobody where it is empty

    def admits(self, user: Any) -> bool:
        return user.is_authenticated and user.is_active and bool(import_string(self.may_come_in)(user))

    def led_by(self, user: Any) -> list[Any]:
        """Nobody whom another door admits: a second step is the person's, and opens that one, too."""
        led = import_string(self.leads)(user) if self.leads else []
        others = [door for door in DOORS if door != self]
        return [one for one in led if not any(door.admits(one) for door in others)]

    def write(self, what: What, *, now: datetime, by: str = "", detail: str = "") -> None:
        """On the record of the room. `by` is somebody's sign-in name or empty, never what was typed."""
        recorder: Callable[..., None] = import_string(self.record)
        recorder(what.value, now=now, by=by, detail=detail)

    def place(self, wanted: str) -> str:
        """`wanted` when it is an address behind this door, else the first page."""
        plain = wanted.startswith(self.prefix) and not any(mark in wanted for mark in ("\\", "//", "/../"))
        return wanted if plain and wanted.isprintable() else self.prefix


DOORS = (
    Door(
        "desk",
        "/desk/",
        "people who answer requests",
        "triage.access.roles_of",
        "triage.signing_in.record",
        leads="triage.access.led_by",
    ),
    Door(
        "cms",
        "/cms/",
        "people who write and check what stands on this site",
        "portal.sign_in.doors.is_editor",
        "portal.sign_in.doors.log_in_cms",
        looks=("/cms/editing-sessions/", "/cms/state/?live=1"),
    ),
)
# A page that looks again by itself says so in this header: see assets/js/desk.js.
BY_ITSELF = "Desk-Looks-Again"


def current() -> Door | None:
    """The staff door that this process opens, if it opens one."""
    return next((door for door in DOORS if door.name == settings.STAFF_DOOR), None)


def here() -> Door:
    """The same, for pages that stand behind one."""
    door = current()
    assert door is not None, "no staff door is open in this process"
    return door


def is_by_itself(request: HttpRequest, door: Door) -> bool:
    return BY_ITSELF in request.headers or request.get_full_path().startswith(door.looks)


def is_editor(user: Any) -> bool:
    """Somebody with a right in the CMS. Invented people's passphrases are printed in our source."""
    from portal.management.commands.demo import DEMO_STAFF

    invented = {username for username, *_rest in DEMO_STAFF}
    if user.get_username() in invented and not settings.PORTAL_DEMO:
        return False
    return user.has_perm("wagtailadmin.access_admin")


def log_in_cms(what: str, *, now: datetime, by: str, detail: str) -> None:
    """In Wagtail's log of the person, which Reports → Site history shows. Nothing for an unknown name."""
    from wagtail.log_actions import log

    person = get_user_model().objects.filter(username=by).first()
    if person is not None:
        log(person, f"sign_in.{what}", user=person, data={"detail": detail}, timestamp=now)
