"""A browser with a profile on disk, whose files a test can read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.conftest import LAUNCH, PATIENCE, PHONE, chromium_path


@pytest.fixture
def profile(playwright, tmp_path: Path) -> Iterator[Callable[..., BrowserContext]]:
    """A browser with a profile on disk, as a person's own; `tmp_path/profile` holds it."""
    contexts = []

    def start(javascript: bool) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            java_script_enabled=javascript,
            viewport=PHONE,
            **LAUNCH,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield start
    for context in contexts:
        context.close()
