"""Where somebody is signed in: kept in the session itself, so that there is no list of its own to leak.

A session holds the door it was opened at, when, by which kind of browser, and when it was last
used. Never an address of a connection.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from portal.sign_in import doors
from portal.sign_in.doors import What

DOOR, CAME_AT, SEEN_AT, LOCKED, BROWSER = "door", "came_at", "seen_at", "locked", "browser"
NOTED_EVERY = timedelta(seconds=30)
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Stay:
    """One session of a person, as they see it. `name` stands for its key and tells nobody the key."""

    key: str
    came: datetime
    seen: datetime
    browser: str
    is_this: bool

    @property
    def name(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]


def begin(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Django's user_logged_in: the session is of this door from now on, and that is on the record."""
    door = doors.current()
    if door is None:
        return
    now = timezone.now()
    request.session.update({DOOR: door.name, CAME_AT: now.isoformat(), SEEN_AT: now.isoformat()})
    request.session[BROWSER] = browser_of(request.META.get("HTTP_USER_AGENT", ""))
    door.write(What.SIGNED_IN, now=now, by=user.get_username())


def browser_of(agent: str) -> str:
    """ "Firefox on Windows": enough to know one's own again."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def moment(kept: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(kept)
    except (TypeError, ValueError):
        return None


def is_over(request: HttpRequest, door: doors.Door, now: datetime) -> bool:
    """The shift is over, or the session was not opened at this door."""
    came, seen = moment(request.session.get(CAME_AT)), moment(request.session.get(SEEN_AT))
    if request.session.get(DOOR) != door.name or came is None or seen is None:
        return True
    return now - came > settings.STAFF_LONGEST


def is_locked(request: HttpRequest, now: datetime) -> bool:
    """Nobody asked for anything for too long. It stays so until they show who they are."""
    seen = moment(request.session.get(SEEN_AT))
    if not request.session.get(LOCKED) and (seen is None or now - seen > settings.STAFF_IDLE):
        request.session[LOCKED] = True
    return bool(request.session.get(LOCKED))


def note(request: HttpRequest, now: datetime) -> None:
    """They are here. Written down at most twice a minute, so that reading costs no write."""
    seen = moment(request.session.get(SEEN_AT))
    if seen is None or now - seen > NOTED_EVERY:
        request.session[SEEN_AT] = now.isoformat()


def unlock(request: HttpRequest, now: datetime) -> None:
    request.session.pop(LOCKED, None)
    request.session[SEEN_AT] = now.isoformat()


def of(user: Any, now: datetime, this: str = "") -> list[Stay]:
    """Where the person is signed in at this door, the newest first. `this`: the key of one's own session."""
    stays = []
    for row in Session.objects.filter(expire_date__gt=now).order_by("-expire_date"):
        kept = row.get_decoded()
        came, seen = moment(kept.get(CAME_AT)), moment(kept.get(SEEN_AT))
        if (
            kept.get("_auth_user_id") == str(user.pk)
            and came
            and seen
            and now - came <= settings.STAFF_LONGEST
        ):
            browser = kept.get(BROWSER, "A browser")
            stays.append(Stay(row.session_key, came, seen, browser, row.session_key == this))
    return sorted(stays, key=lambda stay: (not stay.is_this, -stay.came.timestamp()))


def end(stays: list[Stay]) -> int:
    gone, _rows = Session.objects.filter(session_key__in=[stay.key for stay in stays]).delete()
    return gone


def leave(request: HttpRequest) -> None:
    """LEAVE_HOOKS: whoever leaves is signed out here as well, and not only in that browser."""
    if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        Session.objects.filter(session_key=key).delete()


def purge(*, now: datetime) -> None:
    """REFERRAL_ROUNDS: sessions that are over are deleted."""
    over = Session.objects.filter(expire_date__lte=now)
    if over.exists():
        over.delete()
