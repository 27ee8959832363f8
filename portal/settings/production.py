"""A council's installation. Whatever has no safe default must be set, or the start stops."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403
from portal.settings.base import PORTAL_DEMO, REFERRAL_TRANSPORTS, env
from portal.settings.sign_in import STAFF_MFA_REQUIRED

SECRET_KEY = env.text(
    "SECRET_KEY", mend="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
)
if len(SECRET_KEY) < 50 or "demonstration" in SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is too short or the demonstration's own. "
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
if PORTAL_DEMO:
    raise ImproperlyConfigured("PORTAL_DEMO is on. Take it out: production shows checked entries only.")
if not STAFF_MFA_REQUIRED:
    raise ImproperlyConfigured(
        "STAFF_MFA_REQUIRED is off, so that a passphrase alone would open letters. Take it out."
    )
ALLOWED_HOSTS = env.text(
    "PORTAL_HOSTS", mend="Name the site's own hosts, with commas: help.example.gov.uk"
).split(",")
QUICK_EXIT_URL = env.exit_address(
    "QUICK_EXIT_URL", "https://www.bbc.co.uk/weather", own_hosts=ALLOWED_HOSTS, allow_http=False
)

# Links in mails begin with it, which the worker sends: without it they would lead nowhere.
WAGTAILADMIN_BASE_URL = env.own_address("PORTAL_BASE_URL")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

ONE_MORE = "Make one more with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
DRAFT_PEPPER = env.text("DRAFT_PEPPER", mend=ONE_MORE)
REFERRAL_RECEIPT_KEY = env.text("REFERRAL_RECEIPT_KEY", mend=ONE_MORE)
# Needed as soon as a queue's letters go to a receiver elsewhere; setting an endpoint up says so.
ENDPOINT_KEY = env.text("ENDPOINT_KEY", "")
OPERATOR_WEBHOOK = env.webhook("OPERATOR_WEBHOOK", allow_http=False)

# Letters in memory end with the process that holds them: for tests and demonstrations only.
REFERRAL_TRANSPORTS = {name: path for name, path in REFERRAL_TRANSPORTS.items() if name != "memory"}
