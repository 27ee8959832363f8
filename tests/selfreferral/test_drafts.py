"""Answers in progress: what the database holds opens with the visitor's cookie and nothing else."""

import base64
import json
import re
import threading
import zlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from selfreferral import draft_cipher, drafts
from selfreferral.management.commands import deliver_referrals
from selfreferral.models import Draft, DraftPart
from tests.selfreferral.drafting import CANARY, typed
from tests.selfreferral.visitor import EMPTY, NOW, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
TABLES = ("selfreferral_draft", "selfreferral_draftpart", "django_session")


def everything_stored() -> bytes:
    """Every value of every table that a visitor could reach, and what is packed inside."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join([*found, *unpacked(found)])


def unpacked(values: list[bytes]) -> list[bytes]:
    out = []
    for value in values:
        for piece in re.findall(rb"[A-Za-z0-9+/_-]{16,}={0,2}", value):
            try:
                raw = base64.b64decode(piece + b"=" * (-len(piece) % 4), altchars=b"-_")
            except ValueError:
                continue
            out.append(raw)
            for start in range(min(4, len(raw))):
                try:
                    out.append(zlib.decompressobj().decompress(raw[start:]))
                except zlib.error:
                    continue
    return out


def test_no_word_of_a_draft_stands_in_the_database():
    visitor = typed()
    assert CANARY in visitor.page(), "the person sees it"
    assert CANARY.encode() not in everything_stored()
    assert visitor.cookie.encode() not in everything_stored(), "nor does the key"


def test_the_scanner_finds_what_stands_there():
    """Or the test above proves nothing: plain, and as stock formtools would have kept it."""
    typed()
    session = Session(session_key="x", expire_date=timezone.now())
    packed = zlib.compress(json.dumps({"name": CANARY}).encode())
    session.session_data = base64.urlsafe_b64encode(b"." + packed).decode()
    session.save()
    assert CANARY.encode() in everything_stored()
    session.delete()
    DraftPart.objects.update(sealed=CANARY.encode())
    assert CANARY.encode() in everything_stored()


def test_database_secret_key_and_pepper_do_not_open_a_draft():
    typed()
    draft, part = Draft.objects.get(), DraftPart.objects.first()
    for guess in (
        bytes.fromhex(draft.cookie_hash),
        settings.SECRET_KEY.encode(),
        settings.DRAFT_PEPPER.encode(),
    ):
        with pytest.raises(draft_cipher.CannotOpen):
            draft_cipher.Cipher(guess, draft.journey).open(part.sealed, part.step)


def test_the_cookie_without_the_pepper_does_not_open_it(settings):
    visitor = typed()
    settings.DRAFT_PEPPER = "another"
    assert EMPTY in visitor.page()


@pytest.mark.parametrize("change", ["step", "journey", "bytes"])
def test_rows_cannot_change_places(change):
    visitor = typed()
    about = DraftPart.objects.get(step="about")
    if change == "step":
        DraftPart.objects.filter(step="contact").update(sealed=about.sealed)
    elif change == "journey":
        other = Visitor()
        other.post()
        DraftPart.objects.filter(draft__state="open", step="before").exclude(draft=about.draft).update(
            sealed=bytes(DraftPart.objects.get(draft=about.draft, step="before").sealed)
        )
        visitor = other
    else:
        sealed = bytearray(about.sealed)
        sealed[20] ^= 1
        DraftPart.objects.filter(pk=about.pk).update(sealed=bytes(sealed))
    assert EMPTY in visitor.page()


def test_one_row_for_each_step_written_by_that_step_alone():
    visitor = typed()
    before = {part.step: bytes(part.sealed) for part in DraftPart.objects.all()}
    visitor.post({"ways": ["ring_us"]})
    after = {part.step: bytes(part.sealed) for part in DraftPart.objects.all()}
    assert set(after) == {"before", "who", "safe", "where", "about", "contact"}
    assert [step for step in after if after[step] != before.get(step)] == ["contact"]


def test_the_length_of_a_row_says_little():
    cipher = draft_cipher.Cipher(draft_cipher.new_secret(), Draft().journey)
    assert len(cipher.seal("no", "x")) == len(cipher.seal("no" * 50, "x"))


def test_idle_time_begins_anew_with_each_step_and_ends_in_any_case(settings):
    visitor = Visitor()
    now = timezone.now()
    for minutes in (25, 50, 75, 100):
        Draft.objects.update(started_at=now - timedelta(minutes=minutes), seen_at=now - timedelta(minutes=25))
        visitor.post(do="look")
        assert EMPTY not in visitor.page()
    Draft.objects.update(started_at=now - timedelta(minutes=121))
    assert EMPTY in visitor.page()


def test_purging_takes_what_expired_and_leaves_the_rest():
    kinds = {
        "live": {},
        "idle": {"seen_at": 31},
        "old": {"started_at": 121},
        "left": {"seen_at": 31, "state": "left"},
        "old mark": {"started_at": 121, "state": "finished"},
    }
    now = timezone.now()
    pks = {}
    for kind, changed in kinds.items():
        opened = drafts.begin(now=now)
        opened.kept["who"] = {"who-who": ["me"]}
        opened.save()
        values = {
            name: now - timedelta(minutes=value) if isinstance(value, int) else value
            for name, value in changed.items()
        }
        if values:
            Draft.objects.filter(pk=opened.draft.pk).update(**values)
        pks[opened.draft.pk] = kind
        if kind == "old mark":
            drafts.purge(now=now)
    left = [kind for pk, kind in pks.items() if Draft.objects.filter(pk=pk).exists()]
    assert left == ["live", "left"]
    assert DraftPart.objects.count() == 2


def test_the_worker_deletes_what_nobody_sent():
    """Though nobody begins another form, what the page before the form says holds."""
    visitor = typed()
    Draft.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    deliver_referrals.ask_receivers()
    assert not Draft.objects.exists() and not DraftPart.objects.exists()
    assert EMPTY in visitor.page()


def test_leaving_without_a_draft_or_twice_is_quiet(rf):
    request = rf.post("/leave/")
    drafts.leave(request)
    request.COOKIES[settings.DRAFT_COOKIE_NAME] = "A" * 43
    drafts.leave(request)
    visitor = Visitor()
    for _ in range(2):
        assert visitor.client.post("/leave/").status_code == 200
    assert EMPTY in visitor.client.get(NOW).content.decode()


# --- only an open draft is written to, and only by its own key -------------------------------
def test_a_draft_that_could_not_be_held_is_not_written_to(monkeypatch):
    """Parts are written only in the transaction whose UPDATE … WHERE state = 'open' matched."""
    visitor = typed()
    hidden = visitor.hidden()
    before = {part.pk: bytes(part.sealed) for part in DraftPart.objects.all()}
    monkeypatch.setattr(drafts, "hold", lambda *given: False)
    visitor.post({"ways": ["ring_us"]}, hidden=hidden)
    kept = DraftPart.objects.filter(pk__in=before)
    assert {part.pk: bytes(part.sealed) for part in kept} == before


@pytest.mark.parametrize("state", [Draft.State.LEFT, Draft.State.FINISHED])
def test_a_post_with_a_left_or_finished_cookie_makes_nothing(state):
    visitor = typed()
    hidden, cookie = visitor.hidden(), visitor.cookie
    if state == Draft.State.LEFT:
        visitor.client.post("/leave/")
    else:
        visitor.post({"ways": ["ring_us"]})
        visitor.go()
    parts = DraftPart.objects.count()
    for do in ("next", "back", "stay", "look", "keep", "forget", "change:who"):
        visitor.client.cookies[settings.DRAFT_COOKIE_NAME] = cookie
        response = visitor.post({"name": CANARY}, do=do, hidden=hidden)
        assert settings.DRAFT_COOKIE_NAME not in response.cookies
    assert Draft.objects.get().state == state and DraftPart.objects.count() == parts == 0


@pytest.mark.django_db(transaction=True)
def test_leaving_while_an_answer_is_being_written_leaves_nothing_behind(monkeypatch):
    """The two meet at the draft's row: whichever is second sees what the first has done."""
    visitor = typed()
    hidden, cookie = visitor.hidden(), visitor.cookie
    faults, leaving = [], []
    real = drafts.Opened.save

    def leave() -> None:
        client = Client()
        client.cookies[settings.DRAFT_COOKIE_NAME] = cookie
        try:
            assert client.post("/leave/").status_code == 200
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    def slow(opened) -> None:
        leaving.append(threading.Thread(target=leave))
        leaving[0].start()
        leaving[0].join(0.3)  # on PostgreSQL and SQLite on disk it waits for the row
        real(opened)

    monkeypatch.setattr(drafts.Opened, "save", slow)
    visitor.post({"ways": ["phone"], "phone_cover": CANARY}, hidden=hidden)
    leaving[0].join()
    if connection.vendor == "postgresql":  # SQLite in memory refuses instead of waiting
        assert not faults and not DraftPart.objects.exists()
        assert Draft.objects.get().state == Draft.State.LEFT


def test_the_key_has_32_random_bytes_and_the_database_only_their_hash():
    visitor, other = Visitor(), Visitor()
    secret = draft_cipher.from_cookie(visitor.cookie)
    assert secret and len(secret) == 32 and visitor.cookie != other.cookie
    assert Draft.objects.filter(cookie_hash=draft_cipher.hash_of(secret)).count() == 1
    for value in (secret.hex(), visitor.cookie):
        assert value.encode() not in everything_stored()
