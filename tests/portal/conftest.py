from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from services_directory import freshness


@pytest.fixture
def no_database() -> Iterator[None]:
    """Every use of the database fails, as when it is down, and nothing was read before."""

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("down")

    with pytest.MonkeyPatch.context() as patch:  # ends before a test's transaction does
        patch.setattr(BaseDatabaseWrapper, "cursor", fail)
        freshness.forget()
        yield
