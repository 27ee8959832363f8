"""Opening: on the record first, by the right person, the right letter, and never half."""

import hashlib
import html
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from services_directory import sealing, unsealing
from tests.triage.conftest import ESCROW, come_in, later, letter
from triage import events, reading
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
KEPT = sorted((Path(__file__).parents[1] / "selfreferral/letters").glob("*.json"))


def whats(case: Case) -> list[str]:
    return [event.what for event in events.of_case(case.reference)]


def test_the_letter_is_read_in_the_persons_words(send: Callable[..., Case], worker: Any) -> None:
    case = send()
    read = reading.read(case, user=worker, now=later(minutes=5))
    assert [line.answer for part in read.safe_contact for line in part.lines] == [
        "No, never leave one",
        "07700 900461",
    ]
    assert read.why_urgent == ("Said they are not safe right now",)
    assert [(part.title, part.lines[0].answer) for part in read.parts] == [("About you", "Marigold")]
    case.refresh_from_db()
    assert (case.state, case.opened_at) == ("opened", later(minutes=5))


def test_the_record_stands_before_a_key_is_touched(send, worker, monkeypatch: pytest.MonkeyPatch) -> None:
    case, seen = send(), []
    monkeypatch.setattr(unsealing, "load", lambda path: seen.append(whats(case)) or [])
    with pytest.raises(reading.Unreadable):
        reading.read(case, user=worker, now=later())
    assert seen == [["received", "opening"]]


def test_without_a_record_nothing_is_opened(send, worker, monkeypatch: pytest.MonkeyPatch) -> None:
    case, opened = send(), []

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(events, "write", fail)
    monkeypatch.setattr(unsealing, "open", lambda *args: opened.append(args))
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


def other_shape(case: Case, key: x25519.Identity) -> dict[str, Any]:
    words = json.dumps(letter(case.reference, case.queue, version=2, safe_contact=["text"])).encode()
    return with_digest(seal_for(key, words))


def no_letter(case: Case, key: x25519.Identity) -> dict[str, Any]:
    return with_digest(seal_for(key, b'["a list"]'))


def damaged(case: Case, key: x25519.Identity) -> dict[str, Any]:
    sealed = bytes(case.sealed)
    return {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])}


def replaced(case: Case, key: x25519.Identity) -> dict[str, Any]:
    """Whoever can write to the database can seal a letter, too: the key for that is public."""
    words = json.dumps(letter(case.reference, case.queue, safe_contact=[])).encode()
    return {"sealed": seal_for(key, words)}


def with_digest(sealed: bytes) -> dict[str, Any]:
    return {"sealed": sealed, "digest": hashlib.sha256(sealed).hexdigest()}


@pytest.mark.parametrize(
    "fault", [other_key, swapped, newer, other_shape, no_letter, damaged, replaced], ids=lambda f: f.__name__
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


HELD_BACK: dict[str, Any] = {
    "version": 2,
    "kind": "Somebody, for themselves",
    "leads_only": True,
    "notes": ["Never ask the family."],
    "safe_contact": [{"title": "To reach them", "items": [{"question": "Q", "answer": "never on Fridays"}]}],
}


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_a_letter_of_each_version_is_shown_whole(send, worker, at_desk, file: Path) -> None:
    kept = json.loads(file.read_text())
    changed = {name: value for name, value in kept.items() if name not in ("reference", "queue", "urgency")}
    case = send(**{**changed, "leads_only": False})
    page = html.unescape(at_desk.get(f"/desk/{case.reference}/").content.decode())
    told = [words for words in every_word(kept) if len(words) > 3]
    assert len(told) > 20 and not [words for words in told if words not in page]


def every_word(envelope: dict[str, Any]) -> list[str]:
    """What a reader of `envelope` must find: notes, reasons, titles, questions and answers."""
    found = [*envelope["why_urgent"], *envelope.get("notes", []), envelope.get("kind", "")]
    for part in envelope["safe_contact"] + envelope["answers"]:
        for item in part.get("items", [part]):
            found += [item["question"], item["answer"]]
        found.append(part.get("title", ""))
    return found


def test_a_letter_for_leads_opens_for_a_lead_and_for_no_worker(send, person, worker, at_desk) -> None:
    case, lead = send(**HELD_BACK), person("lena", provider="lead")
    person("otto", young_people="lead")
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "Only a lead may open this one. Tell your lead now." in page and "Lena" in page
    assert not [word for word in ("Otto", "Marigold", "family", "Fridays", "themselves") if word in page]
    assert "not safe right now" not in page and "/claim/" not in page
    case.refresh_from_db()
    assert (case.state, case.opened_at) == ("received", None)
    assert whats(case) == ["received", "opening", "refused"]
    assert "Marigold" in come_in(lead).get(f"/desk/{case.reference}/").content.decode()
    case.refresh_from_db()
    assert case.state == "opened"
    again = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "Only a lead may open this one" in again and "Marigold" not in again
    assert "Nobody has opened it yet" in page and "Nobody has opened it yet" not in again
    assert whats(case)[-3:] == ["opening", "opening", "refused"]


@pytest.mark.parametrize("leads", ["none", "one who left", "invented"])
def test_a_queue_without_a_lead_says_so(send, person, at_desk, settings, leads: str) -> None:
    settings.PORTAL_DEMO = False
    if leads != "none":
        lead = person("lena" if leads == "one who left" else "lee", provider="lead")
        lead.is_active = leads != "one who left"
        lead.save()
    page = at_desk.get(f"/desk/{send(**HELD_BACK).reference}/").content.decode()
    assert "no lead who can sign in" in page and "Lena" not in page and "Lee" not in page


@pytest.mark.parametrize("said", [True, None, "", "false", 0])
def test_only_a_clear_no_lets_workers_read_a_letter_that_knows_leads(send, worker, said: Any) -> None:
    with pytest.raises(reading.LeadsOnly):
        reading.read(send(**{**HELD_BACK, "leads_only": said}), user=worker, now=later())
    reading.read(send(**{**HELD_BACK, "leads_only": False}), user=worker, now=later())


def test_nothing_in_clear_says_that_a_letter_is_for_leads(send, worker) -> None:
    held, free = send(**HELD_BACK), send(**{**HELD_BACK, "leads_only": False})
    with pytest.raises(reading.LeadsOnly):
        reading.read(held, user=worker, now=later())
    reading.read(free, user=worker, now=later())
    apart = {"id", "reference", "sealed", "digest", "state", "opened_at", "received_at"}
    rows = [{k: v for k, v in row.items() if k not in apart} for row in Case.objects.order_by("pk").values()]
    assert rows[0] == rows[1]
    assert {event.detail for event in events.of_case(held.reference)} == {""}


def test_nothing_of_a_letter_is_kept_at_the_desk(send, at_desk) -> None:
    case = send()
    assert "Marigold" in at_desk.get(f"/desk/{case.reference}/").content.decode()
    rows = [str(list(model.objects.values())) for model in (Case, CaseEvent)]
    assert not any("Marigold" in row or "900461" in row for row in rows)
