from collections.abc import Iterator

import pytest
from pyrage import x25519

from selfreferral.transports.memory import Memory
from tests.selfreferral.somebody import queues_with_keys


@pytest.fixture
def keys(db) -> dict[str, x25519.Identity]:
    """The private keys of the starter's queues, by slug, and of "escrow"."""
    return queues_with_keys()


@pytest.fixture
def box() -> Iterator[dict]:
    """What the memory transport was given, by reference."""
    Memory.box.clear()
    yield Memory.box
    Memory.box.clear()
