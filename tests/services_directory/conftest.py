import pytest
from django.core.cache import caches

from services_directory import vocabulary
from tests import factories


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A test's rolled back transaction gives the same generation out again."""
    vocabulary.forget()
    caches["pages"].clear()


@pytest.fixture
def noise(db: None) -> None:
    factories.noise()
