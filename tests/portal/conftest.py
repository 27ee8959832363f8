import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from services_directory import freshness


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every use of the database fails, as when it is down, and nothing was read before."""

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("down")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)
    freshness.forget()
