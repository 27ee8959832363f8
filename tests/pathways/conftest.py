import pytest
from django.core.cache import caches

from home import brand
from pathways import facts, steps


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A test's rolled back transaction gives the same generation out again."""
    brand._snapshots.clear()
    facts.snapshots.forget()
    steps._kept = {}
    caches["pages"].clear()
