"""Fixtures for tests against the real server and in a real browser."""

import os
import shutil
import unittest
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests import ready_made
from tests.running_site import Decoy, Site
from tests.sinks import Mail

DATABASES = {"db", "transactional_db", "live_server"}
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# How long a test waits for what a page should do, in milliseconds: two browsers, their servers and a
# worker share two cores in CI.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
# Playwright turns the back/forward cache off; people's browsers have it on.
LAUNCH = {"args": ["--no-sandbox"], "ignore_default_args": ["--disable-back-forward-cache"]}


def asks_a_database(item: pytest.Item) -> bool:
    """pytest-django lets a test near one by these fixtures, that mark or a test case of Django's."""
    by_fixture = not DATABASES.isdisjoint(getattr(item, "fixturenames", ()))
    by_class = issubclass(getattr(item, "cls", None) or object, unittest.TestCase)
    return by_fixture or by_class or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database runs `once`: on SQLite only."""
    for item in items:
        if not asks_a_database(item):
            item.add_marker("once")


def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> None:
    asked = fixturedef.argname in DATABASES and isinstance(request.node, pytest.Item)
    if asked and not asks_a_database(request.node):
        pytest.fail("Nobody could see that this test asks a database: name it among the arguments.")


@pytest.fixture(scope="session", autouse=True)
def addresses_of_the_public_and_cms_doors() -> None:
    """Read once, as settings are now: before a test plays the desk, which has others."""
    import portal.urls  # noqa: F401


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Whether pytest-django finds a database: it runs the migrations that are left, which are none."""
    return bool(ready_made.HERE or request.config.getoption("reuse_db"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker
) -> Iterator[None]:
    with ExitStack() as held:
        if ready_made.HERE:
            with django_db_blocker.unblock():
                held.enter_context(ready_made.copied_database())
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A test's rolled back transaction gives the same generations out again."""
    from services_directory import freshness  # here: pictures and measurements use this file without Django

    freshness.forget()
    caches["pages"].clear()


@pytest.fixture(scope="session")
def shared_decoy() -> Iterator[Decoy]:
    decoy = Decoy()
    decoy.up()
    yield decoy
    decoy.released.set()
    decoy.down()


@pytest.fixture
def decoy(shared_decoy: Decoy) -> Iterator[Decoy]:
    """The site that people leave to, quick and up when each test begins."""
    shared_decoy.reset()
    yield shared_decoy
    shared_decoy.reset()


@pytest.fixture
def mail(settings) -> Iterator[Mail]:
    """A mail server of our own, where everything goes that is sent."""
    sink = Mail()
    sink.up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.down()


@pytest.fixture(scope="session")
def loaded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter site's files, before any server has opened them. Serve a copy."""
    if ready_made.HERE:
        return ready_made.HERE / ready_made.LOADED
    folder = tmp_path_factory.mktemp("loaded")
    Site(folder).load()
    return folder


@contextmanager
def serving(
    folder: Path, loaded_folder: Path, decoy: Decoy, environment: dict[str, str] | None = None
) -> Iterator[Site]:
    """A copy of the starter site, served as `make run` serves it, leaving to the decoy."""
    shutil.copytree(loaded_folder, folder, dirs_exist_ok=True)
    leaving = {"QUICK_EXIT_URL": decoy.url, "PORTAL_ALLOW_HTTP_EXIT": "1"}
    site = Site(folder, {**leaving, **(environment or {})})
    site.start()
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    """One site for every test that changes nothing. Who changes something serves a copy."""
    with serving(tmp_path_factory.mktemp("site"), loaded_folder, shared_decoy) as site:
        yield site


@pytest.fixture(scope="session")
def routes(site: Site) -> dict[str, list[str]]:
    return site.routes()


def chromium_path() -> str:
    """Debian's Chromium. Without one the browser tests are skipped here, and fail in CI."""
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    chromium_path()
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), **LAUNCH)
    yield browser
    browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Runs the test twice: with JavaScript and without."""
    return request.param


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`open_page(javascript=True, viewport=PHONE)`: a page of a browser that knows nothing yet."""
    contexts = []

    def open_one(javascript: bool = True, viewport: dict[str, int] | None = None, **options: object) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport=viewport or PHONE, base_url=site.url, **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
