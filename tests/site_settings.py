"""The demonstration as `make run` starts it, with its files in a folder of the test's own."""

import os
from pathlib import Path

from portal.settings.dev import *  # noqa: F403

STATIC_ROOT = Path(os.environ["TEST_SITE_DIR"]) / "static"
MEDIA_ROOT = Path(os.environ["TEST_SITE_DIR"]) / "media"
KEYS_DIR = Path(os.environ["TEST_SITE_DIR"]) / "keys"
