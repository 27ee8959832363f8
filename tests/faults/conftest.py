from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.urls import resolve

from selfreferral.transports import wire
from selfreferral.transports.webhook import Webhook
from tests.faults import acts
from tests.faults.middleman import Middleman
from tests.faults.nasty import Nasty
from tests.faults.sending import QUICK
from tests.faults.world import World, postgresql_copy, sqlite_copy
from tests.selfreferral.broker import Desk, no_rest, shared_broker


@pytest.fixture
def db(django_db_setup: None) -> None:
    """In place of pytest-django's own, which it looks for when it decides to make a database:
    worlds are copies of that, and nothing here writes to it."""


@pytest.fixture(scope="session")
def warm() -> None:
    """What a server has read by its second request; without this each fork would read it again."""
    resolve("/")
    for file in (settings.BASE_DIR / "templates").glob("selfreferral/*.html"):
        get_template(f"selfreferral/{file.name}")


@pytest.fixture
def world(db: None, warm: None, django_db_blocker, tmp_path: Path) -> Iterator[World]:
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            yield sqlite_copy(tmp_path / "world.sqlite3")
        else:
            with postgresql_copy() as world:
                yield world


@pytest.fixture
def keys(world: World) -> list[str]:
    """Queues that letters can be sealed for; the private keys that open them."""
    (identities,) = world.do(acts.furnish)
    return identities


@pytest.fixture
def nasty(tmp_path: Path, settings, monkeypatch) -> Iterator[Nasty]:
    """A receiver that misbehaves when it is told to; a try ends after QUICK seconds."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    monkeypatch.setattr(wire, "AT_MOST", QUICK)
    Webhook.resting.clear()
    one = Nasty(tmp_path / "letters")
    yield one
    one.down()


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    with shared_broker() as url:
        yield url


@pytest.fixture
def desk(broker_url: str, tmp_path: Path, settings) -> Iterator[Desk]:
    """Two queues at a real broker, and nobody who fetches from them yet."""
    settings.AMQP_PLAIN_HOSTS = ["127.0.0.1", "localhost"]
    no_rest()
    one = Desk(broker_url, tmp_path / "desk")
    yield one
    one.unmake()


@pytest.fixture
def middle(desk: Desk) -> Iterator[Middleman]:
    """Somebody on the way to that broker."""
    one = Middleman(desk.port)
    yield one
    one.down()
