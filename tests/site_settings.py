"""The demonstration as `make run` starts it, with its files in a folder of the test's own."""

import os
from pathlib import Path

from portal.settings.dev import *  # noqa: F403

STATIC_ROOT = Path(os.environ["TEST_SITE_DIR"]) / "static"
MEDIA_ROOT = Path(os.environ["TEST_SITE_DIR"]) / "media"
KEYS_DIR = Path(os.environ["TEST_SITE_DIR"]) / "keys"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow one costs 0.2 s at each sign-in
# Many people ask from one address here; tests/selfreferral/test_limits.py lowers the limits again.
ASK_LIMITS = {name: "1000000/h" for name in ASK_LIMITS}  # noqa: F405
ASK_LIMITS["journey"] = os.environ.get("TEST_JOURNEY_LIMIT", ASK_LIMITS["journey"])
if "TEST_SITE_UNFINISHED" in os.environ and DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
