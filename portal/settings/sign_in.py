"""How staff sign in, at the desk and at the CMS: cookies, second step, how long, and OpenID Connect.

One process opens one staff door, so these are that door's (portal/sign_in/doors.py).
"""

from datetime import timedelta
from pathlib import Path

from portal.environ import Environ

env = Environ.load(Path(__file__).resolve().parent.parent.parent)
_doors = env.doors("PORTAL_DOORS", "public,cms")
STAFF_DOOR = "desk" if "triage" in _doors else "cms" if "cms" in _doors else ""

# --- cookies: neutral names, none before they are needed ----------------------
# Cookies ignore ports, so a door of its own needs a name of its own.
SESSION_COOKIE_NAME = "__Host-q" if STAFF_DOOR == "desk" else "__Host-d"
DRAFT_COOKIE_NAME = "__Host-w" if STAFF_DOOR == "desk" else "__Host-n"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-u" if STAFF_DOOR == "desk" else "__Host-t"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "portal.sign_in.held.form_refused"
OUR_COOKIES = [SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, DRAFT_COOKIE_NAME]

# --- how long, and how many steps ---------------------------------------------
# Production refuses to start without a second step; the demonstration lets newcomers click through.
STAFF_MFA_REQUIRED = env.flag("STAFF_MFA_REQUIRED", default=True)
# After so many minutes in which nobody asked for anything the session is locked, not lost.
STAFF_IDLE = timedelta(minutes=env.number("STAFF_IDLE_MINUTES", 20))
STAFF_LONGEST = timedelta(hours=10)  # a shift
SESSION_COOKIE_AGE = int(STAFF_LONGEST.total_seconds())
PASSWORD_RESET_TIMEOUT = 60 * 60

# --- django-allauth: the second step, and signing in at the council's own provider -------------
SIGN_IN_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
SIGN_IN_MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware", "portal.sign_in.gate.Gate"]
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "portal.sign_in.adapters.Account"
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up: addresses are given by whoever adds the person
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Ours count where every process sees them and outlive Redis: docs/decisions/staff-sign-in.md
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form may not lead to another site (portal/safety.py)
MFA_ADAPTER = "portal.sign_in.adapters.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong; each code works once
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "portal.sign_in.adapters.Provider"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# None, or the one provider that stands in for the passphrase, never for the second step.
STAFF_OIDC = env.oidc("STAFF_OIDC")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [STAFF_OIDC] if STAFF_OIDC else []}
}

# Wagtail's own ways round this door are shut; portal/sign_in/urls.py stands on their addresses.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # where a new passphrase is sent is not for a session to change
