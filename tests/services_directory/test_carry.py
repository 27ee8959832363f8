"""Typed text travels sealed: opaque, short-lived, for one purpose."""

import base64
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_directory import carry

TEXT = "he reads my messages"


@given(st.text(max_size=1000))
def test_what_is_sealed_opens_again(text: str) -> None:
    typed = text.encode(errors="replace").decode()
    assert carry.unseal(carry.seal(text, purpose="find"), purpose="find") == typed


def test_nothing_of_the_text_can_be_read_in_the_seal() -> None:
    sealed = carry.seal(TEXT, purpose="find")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", sealed)
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    for word in ("reads", "messages", "reads my"):  # short words stand in any letters by chance
        assert word not in sealed and word.encode() not in raw
    assert zlib.compress(TEXT.encode(), 9)[2:10] not in raw
    assert carry.seal(TEXT, purpose="find") != sealed


def test_texts_of_like_length_make_seals_of_one_length() -> None:
    assert len({len(carry.seal("a" * 3 + "bcdefgh"[:n], purpose="find")) for n in range(1, 8)}) == 1


def test_a_seal_fits_into_an_address() -> None:
    assert len(carry.seal("a long story about what happened " * 7, purpose="find")) < 600


def test_it_opens_for_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = carry.seal(TEXT, purpose="find")
    import time

    start = time.time()
    monkeypatch.setattr("cryptography.fernet.time.time", lambda: start + 14 * 60)
    assert carry.unseal(sealed, purpose="find") == TEXT
    monkeypatch.setattr("cryptography.fernet.time.time", lambda: start + 16 * 60)
    assert carry.unseal(sealed, purpose="find") is None


def test_it_opens_for_its_purpose_and_under_its_key_only(settings) -> None:
    sealed = carry.seal(TEXT, purpose="find")
    assert carry.unseal(sealed, purpose="report") is None
    settings.SECRET_KEY = "another key of the same installation, after a change"
    assert carry.unseal(sealed, purpose="find") is None


@pytest.mark.parametrize("rubbish", ["", "x", "é", "\x00", "a" * 10_000, "=" * 50, "gAAAAA"])
def test_rubbish_does_not_open(rubbish: str) -> None:
    assert carry.unseal(rubbish, purpose="find") is None


def test_a_changed_seal_does_not_open() -> None:
    sealed = carry.seal(TEXT, purpose="find")
    for at in range(0, len(sealed) - 1, 7):
        other = "A" if sealed[at] != "A" else "B"
        assert carry.unseal(sealed[:at] + other + sealed[at + 1 :], purpose="find") is None


def test_a_seal_cannot_unpack_into_a_flood() -> None:
    sealed = carry.seal("a" * 1_000_000, purpose="find")
    assert len(carry.unseal(sealed, purpose="find") or "") <= carry.MOST_BYTES
