from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.services_directory.editors import staff


@pytest.fixture
def noise(db: None) -> None:
    factories.noise()


@pytest.fixture
def editor(db: None, client: Client) -> Any:
    """Signed in, and may publish services."""
    user = staff(
        *(f"{verb}_service" for verb in ("view", "add", "change", "delete", "publish")),
        *("change_report", "view_unmetneed", "change_location", "delete_location"),
        *("delete_taxonomyterm", "delete_organization"),
    )
    client.force_login(user)
    return user
