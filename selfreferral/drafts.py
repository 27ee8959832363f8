"""Answers in progress: found by the visitor's cookie, opened once for a request, sealed once.

The cookie is the only key. The database knows its hash, which stays as a mark after leaving or
sending, so that a form that was under way cannot bring anything back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from formtools.wizard.storage.base import BaseStorage

from selfreferral import draft_cipher as cipher
from selfreferral.flow import Raw
from selfreferral.models import Draft, DraftPart

NONE, EXPIRED = "none", "expired"
OPEN, LEFT, FINISHED = Draft.State.OPEN, Draft.State.LEFT, Draft.State.FINISHED
PLACE = "place"
# Bare queries, because they stand before every page of the form and the ORM would take a third of its
# time to write them. Draft and parts are read together, one row for each part.
COLUMNS = [field.attname for field in Draft._meta.concrete_fields]
READ = f"""SELECT {", ".join(f"draft.{name}" for name in COLUMNS)}, part.step, part.sealed
    FROM selfreferral_draft draft LEFT JOIN selfreferral_draftpart part ON part.draft_id = draft.id
    WHERE draft.cookie_hash = %s"""
HOLD = """UPDATE selfreferral_draft SET seen_at = %s
    WHERE cookie_hash = %s AND state = %s AND seen_at > %s AND started_at > %s"""


class Opened:
    """A live draft in plain words, for the length of one request.

    `kept` are the valid answers of each step; `typed` is what could not be kept yet and waits to
    be shown again; `place` says where the person is and what to tell them. All are changed in
    place; `save` seals whatever differs from what was read.
    """

    def __init__(self, draft: Draft, secret: bytes, parts: Iterable[tuple[str, bytes]] = ()) -> None:
        """`parts` are its rows, step by step. Raises CannotOpen when one was sealed with another key."""
        self.draft = draft
        self.secret = secret
        self.cipher = cipher.Cipher(secret, draft.journey)
        self.place: dict[str, Any] = self.cipher.open(draft.place, PLACE) if draft.place else {}
        self.kept: dict[str, Raw] = {}
        self.typed: dict[str, Raw] = {}
        self.ended = False
        self.before: dict[str, str] = {}
        for step, sealed in parts:
            held = self.cipher.open(sealed, step)
            for name, store in (("kept", self.kept), ("typed", self.typed)):
                if held.get(name) is not None:
                    store[step] = held[name]
            self.before[step] = self.digest_of(step)
        self.place_before = self.cipher.digest(self.place)

    def digest_of(self, step: str) -> str:
        return self.cipher.digest([self.kept.get(step), self.typed.get(step)])

    def save(self) -> None:
        """Writes the steps that changed, each in its own row. Belongs in find()'s transaction."""
        if self.ended:
            return
        for step in {*self.kept, *self.typed, *self.before}:
            if self.digest_of(step) == self.before.get(step):
                continue
            held = {"kept": self.kept.get(step), "typed": self.typed.get(step)}
            sealed = self.cipher.seal(held, step)
            # find() holds the draft's row, so a part that was not there is nobody else's either.
            if step in self.before:
                DraftPart.objects.filter(draft=self.draft, step=step).update(sealed=sealed)
            else:
                DraftPart.objects.create(draft=self.draft, step=step, sealed=sealed)
        if self.cipher.digest(self.place) != self.place_before:
            self.draft.place = self.cipher.seal(self.place, PLACE)
            self.draft.save(update_fields=["place"])

    def finish(self, confirmation: dict[str, Any]) -> None:
        """The answers go; what the next page shows stays, sealed, under the same cookie."""
        self.ended = True
        DraftPart.objects.filter(draft=self.draft).delete()
        Draft.objects.filter(pk=self.draft.pk).update(
            state=FINISHED, place=self.cipher.seal(confirmation, PLACE)
        )


@dataclass
class Found:
    """What a request's cookie leads to. `opened` only when the draft is live, `finished` when it was sent:
    then its `place` is the confirmation."""

    state: str = NONE
    opened: Opened | None = None
    confirmation: dict[str, Any] = field(default_factory=dict)
    finished: Opened | None = None

    def add(self, **more: Any) -> None:
        """Keeps `more` for the page after sending, sealed as what it shows already is."""
        if self.finished:
            self.finished.finish({**self.confirmation, **more})


def find(request: HttpRequest, *, now: datetime) -> Found:
    """The draft of this browser. For a POST call it in the transaction that writes the answers:
    the row is then held until it ends, and no other request writes to this draft meanwhile.
    """
    secret = cipher.from_cookie(request.COOKIES.get(settings.DRAFT_COOKIE_NAME, ""))
    if secret is None:
        return Found()
    cookie_hash = cipher.hash_of(secret)
    with connection.cursor() as cursor:
        may_write = request.method != "POST" or hold(cursor, cookie_hash, now)
        cursor.execute(READ, [cookie_hash])
        rows = cursor.fetchall()
    if not rows:
        return Found()
    draft = from_row(rows[0])
    try:
        if draft.state == FINISHED:
            finished = Opened(draft, secret)
            return Found(FINISHED, confirmation=finished.place, finished=finished)
        if draft.state == LEFT:
            return Found(LEFT)
        if not may_write or not is_live(draft, now):
            return Found(EXPIRED)
        parts = [row[len(COLUMNS) :] for row in rows if row[-1] is not None]
        return Found(OPEN, Opened(draft, secret, parts))
    except cipher.CannotOpen:
        return Found(EXPIRED)


def hold(cursor: Any, cookie_hash: str, now: datetime) -> bool:
    """Takes the row of a live draft until the transaction ends; False when there is none."""
    keep, stored = settings.RETENTION, connection.ops.adapt_datetimefield_value
    oldest = (stored(now - keep["draft_idle"]), stored(now - keep["draft_absolute"]))
    cursor.execute(HOLD, [stored(now), cookie_hash, OPEN.value, *oldest])
    return bool(cursor.rowcount)


def from_row(row: tuple) -> Draft:
    """SQLite keeps a UUID as letters and a time without its zone."""
    held = dict(zip(COLUMNS, row, strict=False))
    held["journey"] = UUID(str(held["journey"]))
    for name in ("started_at", "seen_at"):
        held[name] = held[name] if held[name].tzinfo else held[name].replace(tzinfo=UTC)
    return Draft.from_db(None, COLUMNS, held.values())


def is_live(draft: Draft, now: datetime) -> bool:
    keep = settings.RETENTION
    return now - draft.seen_at < keep["draft_idle"] and now - draft.started_at < keep["draft_absolute"]


def is_over(journey: str) -> bool:
    """Whether this journey was left or sent, whatever the cookie says now."""
    try:
        return Draft.objects.filter(journey=UUID(journey), state__in=(LEFT, FINISHED)).exists()
    except ValueError:
        return True  # not a number of ours, so nothing to go on with


def mark_of(answers: Any, *, journey: UUID, secret: bytes) -> str:
    """Tells these answers from others of this journey, and nothing else about them, without `secret`."""
    return cipher.Cipher(secret, journey).digest(answers)


def begin(*, now: datetime) -> Opened:
    """A new draft with a new key. Its answers are written by save(), its cookie by set_cookie()."""
    purge(now=now)
    secret = cipher.new_secret()
    draft = Draft.objects.create(cookie_hash=cipher.hash_of(secret), started_at=now, seen_at=now)
    return Opened(draft, secret)


def leave(request: HttpRequest) -> None:
    """LEAVE_HOOKS: the answers go, and the cookie's hash stays as a mark that they did."""
    secret = cipher.from_cookie(request.COOKIES.get(settings.DRAFT_COOKIE_NAME, ""))
    if secret is None:
        return
    with transaction.atomic():
        left = Draft.objects.filter(cookie_hash=cipher.hash_of(secret))
        if left.update(state=LEFT, place=b""):
            DraftPart.objects.filter(draft__in=left).delete()


def purge(*, now: datetime, dry_run: bool = False) -> int:
    """Deletes drafts that expired, and marks at the end of the longest life. How many drafts went."""
    keep = settings.RETENTION
    old = Q(started_at__lt=now - keep["draft_absolute"])
    idle = Q(state=OPEN, seen_at__lt=now - keep["draft_idle"])
    over = Draft.objects.filter(old | idle)
    return over.count() if dry_run else over.delete()[1].get(Draft._meta.label, 0)


def time_left(draft: Draft, *, now: datetime) -> tuple[timedelta, timedelta]:
    """Until the draft is deleted if nothing more is heard, and in any case."""
    keep = settings.RETENTION
    return draft.seen_at + keep["draft_idle"] - now, draft.started_at + keep["draft_absolute"] - now


def set_cookie(response: HttpResponseBase, opened: Opened) -> None:
    """For the session only: without Max-Age it goes when the browser closes."""
    response.set_cookie(
        settings.DRAFT_COOKIE_NAME,
        cipher.to_cookie(opened.secret),
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def drop_cookie(response: HttpResponseBase) -> None:
    name = settings.DRAFT_COOKIE_NAME
    response.delete_cookie(name, path="/", samesite="Strict")
    response.cookies[name]["secure"] = True  # or browsers refuse to touch a __Host- cookie
    response.cookies[name]["httponly"] = True


class DraftStorage(BaseStorage):
    """formtools' storage over the draft that the request has opened (`request.opened`).

    formtools changes `data` in place and reads it many times: it was opened once, by find(), and
    is sealed once, here, after the view has answered. A GET writes nothing.
    """

    def __init__(self, prefix: str, request: HttpRequest | None = None, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.opened: Opened = request.opened  # type: ignore[union-attr]
        self.data = {
            self.step_key: self.opened.place.get("step"),
            self.step_data_key: self.opened.kept,
            self.step_files_key: {},
            self.extra_data_key: {},
        }

    def reset(self) -> None:
        """Nothing: only sending, leaving and time end a draft."""

    def update_response(self, response: HttpResponseBase) -> None:
        if self.request is not None and self.request.method == "POST":
            self.opened.place["step"] = self.current_step
            self.opened.save()
