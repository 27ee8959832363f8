"""`make run`: a demonstration on this machine, over SQLite, with nothing real in it."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

PORTAL_DEMO = env.flag("PORTAL_DEMO", default=True)
PORTAL_COMPONENTS_PAGE = env.flag("PORTAL_COMPONENTS_PAGE", default=True)
SECRET_KEY = "demonstration-only-not-a-secret-and-refused-by-production"
STAFF_MFA_REQUIRED = env.flag("STAFF_MFA_REQUIRED", default=False)  # so that newcomers can click through
