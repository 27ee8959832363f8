"""A wrong setting stops the start, names itself and says how to mend it."""

import os
import subprocess
import sys

import pytest

from tests.running_site import ROOT

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "k" * 30 + "0123456789" * 5,
    "PORTAL_HOSTS": "help.example.org",
    "PORTAL_BASE_URL": "https://help.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
    "REDIS_URL": "redis://localhost:6379/0",
    "DRAFT_PEPPER": "p" * 43,
    "REFERRAL_RECEIPT_KEY": "r" * 43,
}
DEV = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATABASE_URL": "sqlite:///:memory:"}


def start(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    """What a server does first: import portal.wsgi, which runs the checks."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import portal.wsgi"))],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


WRONG = {
    "exit on our own host": (
        {**DEV, "PORTAL_HOSTS": "help.example.org", "QUICK_EXIT_URL": "https://www.help.example.org/x"},
        ["QUICK_EXIT_URL", "somebody else's"],
    ),
    "exit that is no address": ({**DEV, "QUICK_EXIT_URL": "weather"}, ["QUICK_EXIT_URL", "https://"]),
    "exit with a script in it": (
        {**DEV, "QUICK_EXIT_URL": "https://a.example/'><script>"},
        ["QUICK_EXIT_URL", "plain address"],
    ),
    "unencrypted exit": (
        {**PRODUCTION, "QUICK_EXIT_URL": "http://a.example/"},
        ["QUICK_EXIT_URL", "https://"],
    ),
    "unknown door": ({**DEV, "PORTAL_DOORS": "public,attic"}, ["PORTAL_DOORS", "attic", "Choose from"]),
    "flag that is neither": ({**DEV, "PORTAL_DEMO": "perhaps"}, ["PORTAL_DEMO", "Write 1"]),
    "redis that is no address": ({**DEV, "REDIS_URL": "localhost"}, ["REDIS_URL", "redis://"]),
    "proxy that is no address": (
        {**DEV, "PORTAL_TRUSTED_PROXIES": "proxy"},
        ["PORTAL_TRUSTED_PROXIES", "10.0"],
    ),
    "every host": ({**DEV, "PORTAL_HOSTS": "*"}, ["PORTAL_HOSTS", "Name the site's own hosts"]),
    "no secret": ({**PRODUCTION, "SECRET_KEY": ""}, ["SECRET_KEY", "Make one with"]),
    "the demonstration's secret": (
        {**PRODUCTION, "SECRET_KEY": "demonstration-only-not-a-secret-and-refused-by-production"},
        ["SECRET_KEY", "Make one with"],
    ),
    "demonstration in production": ({**PRODUCTION, "PORTAL_DEMO": "1"}, ["PORTAL_DEMO", "Take it out"]),
    "no pepper for drafts": ({**PRODUCTION, "DRAFT_PEPPER": ""}, ["DRAFT_PEPPER", "Make one more"]),
    "no key for receipts": (
        {**PRODUCTION, "REFERRAL_RECEIPT_KEY": ""},
        ["REFERRAL_RECEIPT_KEY", "Make one more"],
    ),
    "triage beside another door": ({**DEV, "PORTAL_DOORS": "public,triage"}, ["a process of its own"]),
    "mail server that is no address": (
        {**DEV, "EMAIL_URL": "mail.example.org"},
        ["EMAIL_URL", "smtp+tls://"],
    ),
    "mail server without a name": ({**DEV, "EMAIL_URL": "smtp://"}, ["EMAIL_URL", "smtp+tls://"]),
    "mail server with a wrong port": (
        {**DEV, "EMAIL_URL": "smtp://mail.example.org:mail"},
        ["EMAIL_URL", "smtp+tls://"],
    ),
    "webhook without TLS": (
        {**PRODUCTION, "OPERATOR_WEBHOOK": "http://a.example/"},
        ["OPERATOR_WEBHOOK", "https://"],
    ),
    "a passphrase alone": ({**PRODUCTION, "STAFF_MFA_REQUIRED": "0"}, ["STAFF_MFA_REQUIRED", "Take it out"]),
    "half a provider of sign-ins": (
        {**DEV, "STAFF_OIDC_ISSUER": "https://a.example"},
        ["STAFF_OIDC_CLIENT_ID and STAFF_OIDC_CLIENT_SECRET", "or none"],
    ),
    "a provider of sign-ins without TLS": (
        {
            **DEV,
            "STAFF_OIDC_ISSUER": "http://a.example",
            "STAFF_OIDC_CLIENT_ID": "a",
            "STAFF_OIDC_CLIENT_SECRET": "b",
        },
        ["STAFF_OIDC_ISSUER", "https://"],
    ),
    "no address for links in mails": (
        {**PRODUCTION, "PORTAL_BASE_URL": ""},
        ["PORTAL_BASE_URL", "https://help.example.gov.uk"],
    ),
    "links in mails without TLS": (
        {**PRODUCTION, "PORTAL_BASE_URL": "http://help.example.org"},
        ["PORTAL_BASE_URL", "https://help.example.gov.uk"],
    ),
    "no hosts": ({**PRODUCTION, "PORTAL_HOSTS": ""}, ["PORTAL_HOSTS", "Name the site's own hosts"]),
}


@pytest.mark.parametrize(("environment", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_stops_the_start(environment: dict[str, str], words: list[str]) -> None:
    done = start(environment)
    assert done.returncode != 0
    for word in words:
        assert word in done.stderr, done.stderr[-600:]


def test_right_settings_start() -> None:
    done = start(PRODUCTION, "manage.py", "check")
    assert done.returncode == 0, done.stderr[-600:]


def test_limits_that_each_process_counts_alone_are_not_for_production() -> None:
    done = start({**PRODUCTION, "REDIS_URL": "none"}, "manage.py", "check", "--deploy")
    assert done.returncode != 0 and "REDIS_URL" in done.stderr and "portal.E008" in done.stderr


def test_the_demonstration_is_not_for_production() -> None:
    done = start(DEV, "manage.py", "check", "--deploy")
    assert done.returncode != 0 and "portal.E009" in done.stderr and "PORTAL_DEMO" in done.stderr


def test_letters_are_not_delivered_into_memory_in_production() -> None:
    done = start(PRODUCTION, "-c", "from django.conf import settings; print(*settings.REFERRAL_TRANSPORTS)")
    assert done.stdout.split() == ["inbox", "webhook", "amqp"], done.stderr[-600:]


def test_production_needs_somebody_to_tell() -> None:
    done = start(PRODUCTION, "manage.py", "check", "--deploy")
    assert "portal.E011" in done.stderr and "OPERATOR_EMAIL" in done.stderr
    told = {"EMAIL_URL": "smtp://localhost", "OPERATOR_EMAIL": "ops@example.org"}
    for settings in (told, {"OPERATOR_WEBHOOK": "https://a.example/hook"}):
        assert "portal.E011" not in start({**PRODUCTION, **settings}, "manage.py", "check", "--deploy").stderr


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("", "dummy.EmailBackend  25 '' '' False False"),
        ("smtp://localhost", "smtp.EmailBackend localhost 25 '' '' False False"),
        ("smtp+tls://a:p%40ss@m.example", "smtp.EmailBackend m.example 587 'a' 'p@ss' True False"),
        ("smtps://a:b@m.example:46", "smtp.EmailBackend m.example 46 'a' 'b' False True"),
    ],
)
def test_a_mail_server_is_one_address(address: str, settings: str) -> None:
    say = (
        "from django.conf import settings as s; print(s.EMAIL_BACKEND.partition('backends.')[2], "
        "s.EMAIL_HOST, s.EMAIL_PORT, repr(s.EMAIL_HOST_USER), repr(s.EMAIL_HOST_PASSWORD), "
        "s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    )
    done = start({**DEV, "EMAIL_URL": address}, "-c", say)
    assert done.stdout.strip() == settings, done.stderr[-600:]


def test_a_wrong_mail_server_is_not_printed_with_its_password() -> None:
    done = start({**DEV, "EMAIL_URL": "imap://somebody:hunter2@m.example"})
    assert done.returncode != 0 and "EMAIL_URL" in done.stderr and "hunter2" not in done.stderr


@pytest.mark.parametrize(("doors", "told"), [("public,cms", "none"), ("triage", "/somewhere/desk.txt")])
def test_only_the_triage_door_knows_where_the_private_key_is(doors: str, told: str) -> None:
    """An .env is read by every process, so the door decides and not the environment."""
    environment = {**DEV, "PORTAL_DOORS": doors, "TRIAGE_KEY_FILE": "/somewhere/desk.txt"}
    done = start(environment, "-c", "from django.conf import settings; print(settings.TRIAGE_KEY_FILE)")
    assert done.stdout.split() == [told], done.stderr[-600:]
