"""Opening: on the record first, by the right person, the right letter, and never half."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from selfreferral import opening, sealing
from tests.triage.conftest import ESCROW, later, letter
from triage import events, reading
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db


def whats(case: Case) -> list[str]:
    return [event.what for event in events.of_case(case.reference)]


def test_the_letter_is_read_in_the_persons_words(send: Callable[..., Case], worker: Any) -> None:
    case = send()
    read = reading.read(case, user=worker, now=later(minutes=5))
    assert [line.answer for line in read.safe_contact] == ["No, never leave one", "07700 900461"]
    assert read.why_urgent == ("Said they are not safe right now",)
    assert [(part.title, part.lines[0].answer) for part in read.parts] == [("About you", "Marigold")]
    case.refresh_from_db()
    assert (case.state, case.opened_at) == ("opened", later(minutes=5))


def test_the_record_stands_before_a_key_is_touched(send, worker, monkeypatch: pytest.MonkeyPatch) -> None:
    case, seen = send(), []
    monkeypatch.setattr(opening, "load", lambda path: seen.append(whats(case)) or [])
    with pytest.raises(reading.Unreadable):
        reading.read(case, user=worker, now=later())
    assert seen == [["received", "opening"]]


def test_without_a_record_nothing_is_opened(send, worker, monkeypatch: pytest.MonkeyPatch) -> None:
    case, opened = send(), []

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(events, "write", fail)
    monkeypatch.setattr(opening, "open", lambda *args: opened.append(args))
    with pytest.raises(RuntimeError):
        reading.read(case, user=worker, now=later())
    case.refresh_from_db()
    assert not opened and case.state == "received"


def test_each_reading_is_on_the_record_and_the_first_moves_the_case(send, worker) -> None:
    case = send()
    for minute in (1, 2):
        reading.read(case, user=worker, now=later(minutes=minute))
    case.refresh_from_db()
    assert whats(case) == ["received", "opening", "opening"] and case.opened_at == later(minutes=1)


@pytest.mark.parametrize("role", ["auditor", ""])
def test_who_may_not_read_opens_nothing(send, person, role: str) -> None:
    case = send()
    user = person("ada", **({"provider": role} if role else {"high_risk": "worker"}))
    with pytest.raises(reading.MayNotRead):
        reading.read(case, user=user, now=later())
    case.refresh_from_db()
    assert case.state == "received" and whats(case) == ["received"]


def seal_for(key: x25519.Identity, words: bytes) -> bytes:
    return sealing.seal(words, [str(key.to_public()), str(ESCROW.to_public())])


def other_key(case: Case, key: x25519.Identity) -> dict[str, Any]:
    words = json.dumps(letter(case.reference, case.queue)).encode()
    return with_digest(seal_for(x25519.Identity.generate(), words))


def swapped(case: Case, key: x25519.Identity) -> dict[str, Any]:
    return with_digest(seal_for(key, json.dumps(letter("OTH-ERS", case.queue)).encode()))


def newer(case: Case, key: x25519.Identity) -> dict[str, Any]:
    return with_digest(seal_for(key, json.dumps(letter(case.reference, case.queue, version=99)).encode()))


def no_letter(case: Case, key: x25519.Identity) -> dict[str, Any]:
    return with_digest(seal_for(key, b'["a list"]'))


def damaged(case: Case, key: x25519.Identity) -> dict[str, Any]:
    return {"sealed": bytes(case.sealed)[:-1] + b"x"}


def replaced(case: Case, key: x25519.Identity) -> dict[str, Any]:
    """Whoever can write to the database can seal a letter, too: the key for that is public."""
    words = json.dumps(letter(case.reference, case.queue, safe_contact=[])).encode()
    return {"sealed": seal_for(key, words)}


def with_digest(sealed: bytes) -> dict[str, Any]:
    return {"sealed": sealed, "digest": hashlib.sha256(sealed).hexdigest()}


@pytest.mark.parametrize(
    "fault", [other_key, swapped, newer, no_letter, damaged, replaced], ids=lambda f: f.__name__
)
def test_what_cannot_be_opened_stays_unopened_and_says_so(send, worker, at_desk, desk_key, fault) -> None:
    case = send()
    Case.objects.filter(pk=case.pk).update(**fault(case, desk_key))
    answer = at_desk.get(f"/desk/{case.reference}/")
    page = answer.content.decode()
    assert answer.status_code == 500 and "could not be opened" in page and "Marigold" not in page
    case.refresh_from_db()
    assert case.state == "received" and whats(case) == ["received", "opening", "unreadable"]


@pytest.mark.parametrize("fault", ["missing", "others may read it", "no key in it"])
def test_a_key_file_that_cannot_be_used_opens_nothing(send, worker, settings, fault: str) -> None:
    case, file = send(), Path(settings.TRIAGE_KEY_FILE)
    if fault == "missing":
        file.unlink()
    elif fault == "no key in it":
        file.write_text("# nothing\n")
    else:
        os.chmod(file, 0o644)
    with pytest.raises(reading.Unreadable) as caught:
        reading.read(case, user=worker, now=later())
    assert caught.value.__cause__ is None
    case.refresh_from_db()
    assert case.state == "received"


def test_parts_that_are_missing_do_not_hide_the_rest() -> None:
    read = reading.letter_of(
        {"safe_contact": None, "answers": [{"title": "You", "items": [{"question": "Q"}]}]}
    )
    assert read.safe_contact == () and read.why_urgent == ()
    assert read.parts == (reading.Part("You", (reading.Line("Q", ""),)),)


def test_nothing_of_a_letter_is_kept_at_the_desk(send, at_desk) -> None:
    case = send()
    assert "Marigold" in at_desk.get(f"/desk/{case.reference}/").content.decode()
    rows = [str(list(model.objects.values())) for model in (Case, CaseEvent)]
    assert not any("Marigold" in row or "900461" in row for row in rows)
