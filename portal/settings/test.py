"""pytest: like the demonstration, faster where nothing is being tested."""

from portal.settings.dev import *  # noqa: F403
from portal.settings.dev import STATIC_ROOT, STORAGES

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise complains of a missing folder at every client
# Every test asks from the same address.
ASK_LIMITS = {name: "1000000/h" for name in ASK_LIMITS}  # noqa: F405
