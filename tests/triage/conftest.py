"""A desk with a key, queues, people, and cases that were really sealed."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client
from pyrage import x25519

from services_directory import sealing
from triage.models import Case, Membership
from triage.transport import Inbox

SENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PASSPHRASE = "a passphrase for tests only"
ESCROW = x25519.Identity.generate()
_numbers = count(100)


@pytest.fixture(autouse=True)
def desk_door(settings) -> None:
    """As in the triage process: its own addresses, and no count left over from another test."""
    settings.ROOT_URLCONF = "tests.triage.desk_urls"
    settings.STAFF_DOOR = "desk"
    caches["limits_fallback"].clear()


@pytest.fixture
def desk_key(settings, tmp_path: Path) -> x25519.Identity:
    """The desk's private key, in a file that nobody else may read."""
    identity = x25519.Identity.generate()
    file = tmp_path / "desk.txt"
    file.write_text(f"# for tests\n{identity}\n")
    os.chmod(file, 0o600)
    settings.TRIAGE_KEY_FILE = str(file)
    return identity


def letter(reference: str, queue: str, **changes: Any) -> dict[str, Any]:
    """What selfreferral/envelope.py writes."""
    return {
        "version": 1,
        "reference": reference,
        "queue": queue,
        "urgency": "urgent",
        "why_urgent": ["Said they are not safe right now"],
        "created": SENT.isoformat(),
        "form_version": 1,
        "safe_contact": [
            {"question": "Is it safe to leave a voicemail?", "answer": "No, never leave one"},
            {"question": "Which number?", "answer": "07700 900461"},
        ],
        "answers": [
            {
                "step": "about",
                "title": "About you",
                "items": [{"question": "What may we call you?", "answer": "Marigold"}],
            }
        ],
        **changes,
    }


@pytest.fixture
def send(desk_key: x25519.Identity) -> Callable[..., Case]:
    """`send(queue="provider", urgency="routine", sent=…)`: a case as the worker delivers it."""

    def one(queue: str = "provider", urgency: str = "routine", **options: Any) -> Case:
        reference = options.pop("reference", f"T{next(_numbers)}-ABC"[:8])
        sent, age_band = options.pop("sent", SENT), options.pop("age_band", "25-39")
        key = options.pop("key", desk_key)
        words = json.dumps(letter(reference, queue, **options)).encode()
        sealed = sealing.seal(words, [str(key.to_public()), str(ESCROW.to_public())])
        Inbox().deliver(
            sealed=sealed,
            reference=reference,
            queue_slug=queue,
            digest=hashlib.sha256(sealed).hexdigest(),
            metadata={
                "urgency": urgency,
                "age_band": age_band,
                "area_code": "in",
                "form_version": 1,
                "created_at": sent,
            },
        )
        return Case.objects.get(reference=reference)

    return one


@pytest.fixture
def person(db) -> Callable[..., Any]:
    """`person("wanda", provider="worker")`: somebody who works at queues."""

    def one(username: str, **roles: str) -> Any:
        user = get_user_model().objects.create_user(
            username, password=PASSPHRASE, first_name=username.title()
        )
        for queue, role in roles.items():
            Membership.objects.create(user=user, queue=queue.replace("_", "-"), role=role)
        return user

    return one


def come_in(user: Any) -> Client:
    """A browser that signed in at the desk's own page."""
    client = Client()
    answer = client.post("/desk/sign-in/", {"username": user.get_username(), "password": PASSPHRASE})
    assert answer.status_code == 303 and answer["Location"] == "/desk/", answer["Location"]
    return client


@pytest.fixture
def worker(person: Callable[..., Any]) -> Any:
    return person("wanda", provider="worker")


@pytest.fixture
def at_desk(worker: Any) -> Client:
    return come_in(worker)


def later(**pause: float) -> datetime:
    return SENT + timedelta(**pause)
