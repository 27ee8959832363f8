"""What everything is measured against: a bare Django view, and a minimal Wagtail page.

For the form, a bare POST: one row, one durable commit, and a redirect, without any middleware.

Run as a WSGI application with BENCH_KIND=bare or BENCH_KIND=wagtail and BENCH_DIR, a folder
for its database. Both render the same 3 KB template under the same server as the site.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

KIND = os.environ["BENCH_KIND"]
FOLDER = Path(os.environ["BENCH_DIR"])
LINE = "<li>This is a line of ordinary words to read and to measure, and nothing more.</li>\n"
TEMPLATE = (
    "<!doctype html><html lang=en><title>{{ title }}</title><h1>{{ title }}</h1><ul>"
    + LINE * 35  # 3 KB
    + "</ul></html>"
)
WAGTAIL_APPS = [
    "wagtail.users", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail", "modelcluster",
    "taggit", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages",
]  # fmt: skip
WAGTAIL_MIDDLEWARE = [  # what `wagtail start` writes
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
]


def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "wagtailcore/page.html", {"title": "Bare"})


def bare_post(request: HttpRequest) -> HttpResponse:
    """One row, committed to the disk before the answer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO kept (words) VALUES (%s)", [request.POST.get("words", "")])
    return HttpResponse(status=303, headers={"Location": "/bare/"})


urlpatterns = [path("bare/", bare), path("post/", bare_post)]
DURABLE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"

(FOLDER / "templates" / "wagtailcore").mkdir(parents=True, exist_ok=True)
(FOLDER / "templates" / "wagtailcore" / "page.html").write_text(
    TEMPLATE if KIND == "bare" else TEMPLATE.replace("{{ title", "{{ page.title")
)
settings.configure(
    SECRET_KEY="for measuring only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="bench.minimal",
    INSTALLED_APPS=WAGTAIL_APPS if KIND == "wagtail" else [],
    MIDDLEWARE=WAGTAIL_MIDDLEWARE if KIND == "wagtail" else [],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "minimal.sqlite3",
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": DURABLE},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    WAGTAIL_SITE_NAME="minimal",
    WAGTAILADMIN_BASE_URL="http://localhost",
    STATIC_URL="/static/",
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [FOLDER / "templates"],
         "APP_DIRS": True,
         "OPTIONS": {"context_processors": ["django.template.context_processors.request"]}}
    ],
)  # fmt: skip
django.setup()
if KIND == "wagtail":
    from wagtail import urls as wagtail_urls

    urlpatterns.append(path("", include(wagtail_urls)))
    call_command("migrate", verbosity=0)
with connection.cursor() as first:
    first.execute("CREATE TABLE IF NOT EXISTS kept (id integer primary key, words text)")
application = get_wsgi_application()
