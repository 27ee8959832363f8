"""Settings shared by every profile. What an operator changes is read in portal/environ.py."""

from datetime import timedelta
from pathlib import Path

import dj_database_url

from portal.environ import Environ
from portal.settings import feedback
from portal.settings.broker import *  # noqa: F403
from portal.settings.outcomes import OUTCOME_ROUNDS
from portal.settings.phone import *  # noqa: F403
from portal.settings.retention import *  # noqa: F403
from portal.settings.sign_in import *  # noqa: F403
from portal.settings.sign_in import SIGN_IN_APPS, SIGN_IN_MIDDLEWARE
from portal.settings.words import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
env = Environ.load(BASE_DIR)

# --- what this process is ---------------------------------------------------
PORTAL_DOORS = env.doors("PORTAL_DOORS", "public,cms")
PORTAL_DEMO = env.flag("PORTAL_DEMO")  # shows unverified entries under a plain banner
PORTAL_MAINTENANCE = env.flag("PORTAL_MAINTENANCE")
PORTAL_COMPONENTS_PAGE = False  # every component in every state, for development and tests
PORTAL_AREA = env.text("PORTAL_AREA", "Rotherham")

DEBUG = False
ALLOWED_HOSTS = env.words("PORTAL_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS: list[str] = []
TRUSTED_PROXIES = env.words("PORTAL_TRUSTED_PROXIES")
AUTH_USER_MODEL = "portal.User"
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "portal",
    "home",
    "home.campaigns",
    "home.feedback",
    "services_directory",
    "selfreferral",
    "pathways",
    "triage",  # its tables are everywhere; its addresses only behind its own door
    "wagtail.contrib.settings",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    *SIGN_IN_APPS,
    "django.forms",  # the widgets of which we have no template of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.safety.SafetyHeaders",  # outermost, so that refusals below wear them too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.safety.RequestGuard",
    "portal.page_cache.PageCache",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.token_cookie.TokenCookieOnce",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "home.publishing_guard.SayWhy",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.brand.brand",
                "selfreferral.sentences.says",
            ],
        },
    }
]
# Our own field and form templates stand in templates/django/forms/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database ---------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'site.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
        ),
    }

else:
    # The exit asks for the site's settings: a database that hangs must not hold it up.
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 2
    # Nor a lock that nobody gives back: as long as SQLite waits, then "not sent", with numbers.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c lock_timeout=10s")

# --- caches: pages in memory, limits where every process sees them -----------
REDIS_URL = env.text("REDIS_URL", "none")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    "limits_fallback": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 20_000},  # with the usual 300 a crowd would push each other's counts out
    },
    "limits": {"BACKEND": "portal.limits.LimitsCache", "LOCATION": REDIS_URL},
}
RATELIMIT_USE_CACHE = "limits"
RATELIMIT_VIEW = "portal.error_pages.too_many"
# E003 refuses every cache it does not know; portal.checks.limits_cache stands in its place.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

# --- the directory: how many days a person's check of an entry holds ----------
DIRECTORY_CHECK_DAYS = env.number("DIRECTORY_CHECK_DAYS", 180)

# --- leaving ----------------------------------------------------------------
QUICK_EXIT_URL = env.exit_address(
    "QUICK_EXIT_URL",
    "https://www.bbc.co.uk/weather",
    own_hosts=ALLOWED_HOSTS,
    allow_http=env.flag("PORTAL_ALLOW_HTTP_EXIT"),
)

EXIT_ADDRESS_CHECK = "portal.environ.exit_address_problem"
# Dotted paths, called with the request: what a room deletes when a visitor leaves.
LEAVE_HOOKS: list[str] = ["selfreferral.drafts.leave", "portal.sign_in.sessions.leave"]

# --- asking for help ----------------------------------------------------------
# Where sealed letters may go; each queue names one of them.
REFERRAL_TRANSPORTS = {
    "inbox": "triage.transport.Inbox",
    "memory": "selfreferral.transports.memory.Memory",
    "webhook": "selfreferral.transports.webhook.Webhook",
    "amqp": "selfreferral.transports.amqp.Amqp",
}
# Closes the secrets with which we sign what goes to receivers elsewhere.
ENDPOINT_KEY = env.text("ENDPOINT_KEY", "demonstration-only-endpoint-key")
# Receivers' hosts that may have a private address; every other one must have a public address.
WEBHOOK_PRIVATE_HOSTS = env.words("WEBHOOK_PRIVATE_HOSTS")
# Certificates that are trusted beside the system's own: an authority inside the house.
WEBHOOK_CA_FILE = env.text("WEBHOOK_CA_FILE", "")
# Called by the worker every half minute, with `now`: receivers say what was opened,
# what needs somebody is told, what is over is deleted, ticks are added up, and the deleted is wiped.
REFERRAL_ROUNDS = [
    "triage.telling.catch_up",
    "selfreferral.alarms.ring",
    "home.scheduling.publish_due",
    *OUTCOME_ROUNDS,
    "selfreferral.progress.ask",  # after the alarms, which wait for no receiver
    "selfreferral.drafts.purge",
    "selfreferral.reconciliation.daily",
    "selfreferral.purging.daily",
    "selfreferral.counting.add_up",
    "portal.sign_in.sessions.purge",
    "selfreferral.wiping.cut_log",  # last: cuts off what the others have deleted
]
# The one private key, in the triage door's environment and nobody else's.
TRIAGE_KEY_FILE = env.text("TRIAGE_KEY_FILE", "none") if "triage" in PORTAL_DOORS else "none"
KEYS_DIR = VAR_DIR / "keys"  # where the demonstration keeps what a council keeps elsewhere
FEEDBACK_KEY_FILE = feedback.key_file(env, doors=PORTAL_DOORS, demo=PORTAL_DEMO, keys_dir=KEYS_DIR)
# Signs receipts of the inbox, which shares this database; the draft's key needs it beside the cookie.
REFERRAL_RECEIPT_KEY = env.text("REFERRAL_RECEIPT_KEY", "demonstration-only-receipt-key")
DRAFT_PEPPER = env.text("DRAFT_PEPPER", "demonstration-only-pepper")
# Postcode districts of the area. Local lead must confirm: some districts cross a border.
PORTAL_DISTRICTS = env.words("PORTAL_DISTRICTS", "S60,S61,S62,S63,S64,S65,S66,S25,S26")
# Whether a child under 16 may ask here; otherwise the page for children gives advice and numbers only.
CHILDREN_MAY_ASK = env.flag("PORTAL_CHILDREN_MAY_ASK")
# Called with the number of the campaign that somebody came from, `started` or `sent`, and `now`.
WAY_IN = "home.campaigns.counting.came"
# Soft limits, for one network and for one form. Sending at the end is never refused.
ASK_LIMITS = {"start": "300/h", "steps": "3000/h", "journey": "200/h"}

# --- alarms: who is told that something waits, and how ------------------------
# How long after sending somebody should have opened it, by urgency, in the team's open hours (urgent: by
# the wall clock): eight are the end of an office's next working day. Local lead must confirm.
ANSWER_WITHIN = {
    "urgent": timedelta(hours=2),
    "soon": timedelta(hours=4),
    "routine": timedelta(hours=8),
}
MAIL = env.mail("EMAIL_URL")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL['host'] else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL["host"], MAIL["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["user"], MAIL["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["tls"], MAIL["ssl"]
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "front-door@localhost")
OPERATOR_EMAIL = env.text("OPERATOR_EMAIL", "")
OPERATOR_WEBHOOK = env.webhook("OPERATOR_WEBHOOK", allow_http=True)
# Stands in alarms to a queue, so that nobody needs an address that came some other way.
DESK_ADDRESS = env.text("DESK_ADDRESS", "")
# Looked through once a day: each returns in how many places it is not whole.
REFERRAL_RECORDS = ["selfreferral.events.broken", "triage.events.faults"]

# --- headers ----------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer turns every POST into a 403
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
PUBLIC_BODY_MAX_BYTES = 256 * 1024
PUBLIC_MAX_FIELDS = 200
# Django's own limits hold for editors too: a page of many blocks has thousands of fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
STAFF_UPLOAD_MAX_BYTES = 10 * 1024 * 1024

# --- static files -------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
WHITENOISE_MAX_AGE = 60

# --- words and time -----------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- Wagtail ------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Front door"
WAGTAILADMIN_BASE_URL = env.text("PORTAL_BASE_URL", "http://localhost:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # every hour on the site is Europe/London
WAGTAIL_ALLOW_UNICODE_SLUGS = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- logs: that something happened, never what was said -------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bare": {"()": "portal.bare_logs.Bare"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["bare"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "portal": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
