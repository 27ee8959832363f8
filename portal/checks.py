"""Conventions that are errors at the start, each naming the setting and the mend."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from portal.environ import DOORS, exit_address_problem
from portal.limits import NO_REDIS

OUR_CACHE = "portal.limits.LimitsCache"


@register(Tags.security)
def leaving(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Leaving leads to somebody else's site, and takes our own cookies with it."""
    problems: list[CheckMessage] = []
    own_hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    if problem := exit_address_problem(settings.QUICK_EXIT_URL, own_hosts=own_hosts, allow_http=True):
        problems.append(Error(f"QUICK_EXIT_URL cannot be left to. {problem}", id="portal.E001"))
    if "*" in settings.ALLOWED_HOSTS:
        problems.append(
            Error("PORTAL_HOSTS allows every host.", hint="Name the site's own hosts.", id="portal.E002")
        )
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        if name not in settings.OUR_COOKIES:
            problems.append(
                Error(
                    f"Cookie {name} would outlive leaving.", hint="Add it to OUR_COOKIES.", id="portal.E003"
                )
            )
    return problems


def cache_settings(alias: str) -> dict[str, Any]:
    caches: dict[str, Any] = dict(settings.CACHES)
    return caches.get(alias, {})


@register(Tags.caches)
def limits_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Stands in for django-ratelimit's own check, which cannot know our cache."""
    alias = settings.RATELIMIT_USE_CACHE
    cache = cache_settings(alias)
    problems: list[CheckMessage] = []
    if cache.get("BACKEND") != OUR_CACHE or "limits_fallback" not in settings.CACHES:
        problems.append(
            Error(
                f"Limits are counted in CACHES[{alias!r}], which fails when Redis does.",
                hint=f"Use {OUR_CACHE} there, and keep CACHES['limits_fallback'].",
                id="portal.E004",
            )
        )
    location = cache.get("LOCATION", NO_REDIS)
    if location != NO_REDIS and urlsplit(location).scheme not in {"redis", "rediss", "unix"}:
        problems.append(
            Error(
                "REDIS_URL is no address of Redis.",
                hint="Write redis://localhost:6379/0, or none to count in each process.",
                id="portal.E005",
            )
        )
    return problems


@register(Tags.security)
def trusted_proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            problems.append(
                Error(
                    f"PORTAL_TRUSTED_PROXIES names {proxy}, which is no address.",
                    hint="Write addresses or networks, with commas: 127.0.0.1,10.0.0.0/8",
                    id="portal.E006",
                )
            )
    return problems


@register
def doors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A process opens at least one door, and only doors that exist."""
    named = set(settings.PORTAL_DOORS)
    if not named or named - set(DOORS):
        return [
            Error(
                "PORTAL_DOORS opens no door, or one that does not exist.",
                hint=f"Choose from: {', '.join(DOORS)}.",
                id="portal.E007",
            )
        ]
    return []


@register
def one_door_for_letters(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The process that is given a private key serves nobody but those who may read letters."""
    named = set(settings.PORTAL_DOORS)
    if "triage" in named and named != {"triage"}:
        return [
            Error(
                "PORTAL_DOORS opens triage beside another door, so the public's process would hold a key.",
                hint="Start a process of its own with PORTAL_DOORS=triage, as in Procfile.",
                id="portal.E010",
            )
        ]
    return []


@register(deploy=True)
def limits_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    cache = cache_settings(settings.RATELIMIT_USE_CACHE)
    if cache.get("LOCATION", NO_REDIS) == NO_REDIS:
        return [
            Error(
                "REDIS_URL is none: each process counts alone, so limits are several times too wide.",
                hint="Set REDIS_URL, for example redis://localhost:6379/0",
                id="portal.E008",
            )
        ]
    return []


@register(deploy=True)
def demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.PORTAL_DEMO:
        return [
            Error(
                "PORTAL_DEMO is on: unchecked entries would be shown to people in danger.",
                hint="Take PORTAL_DEMO out of the environment.",
                id="portal.E009",
            )
        ]
    return []


@register(deploy=True)
def somebody_to_tell(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An alarm that goes to nobody is none."""
    by_mail = settings.EMAIL_HOST and settings.OPERATOR_EMAIL
    if by_mail or settings.OPERATOR_WEBHOOK:
        return []
    return [
        Error(
            "Nobody would be told that a referral is stuck.",
            hint="Set EMAIL_URL with OPERATOR_EMAIL, or OPERATOR_WEBHOOK.",
            id="portal.E011",
        )
    ]
