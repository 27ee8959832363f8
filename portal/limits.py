"""Limits that are soft, forget who came, and never fail.

`visitor` is the key for django-ratelimit (`key="portal.limits.visitor"`): a keyed hash of the
address that changes every day, so that nothing stored says who came. `LimitsCache` counts in
Redis and, while that does not answer, in this process: a limit is never an error and never off.
"""

import hashlib
import hmac
import ipaddress
import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

logger = logging.getLogger("portal.limits")
NO_REDIS = "none"
# Both steps together stay under the 50 ms that an outage may cost a person.
CONNECT_SECONDS = 0.02
ANSWER_SECONDS = 0.02
BREAK_SECONDS = 5.0


def visitor(group: str, request: HttpRequest) -> str:
    """Who to count: the same visitor today, nobody tomorrow."""
    day = timezone.now().date().isoformat()
    secret = hashlib.sha256(f"limits {day} {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(secret, visitor_network(request).encode(), hashlib.sha256).hexdigest()


def visitor_network(request: HttpRequest) -> str:
    """The visitor's address; of an IPv6 address the part that a household shares."""
    address = ipaddress.ip_address(client_address(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def client_address(request: HttpRequest) -> str:
    """REMOTE_ADDR, or what our own proxies say of it. Anybody else's X-Forwarded-For is a claim."""
    address = valid_address(request.META.get("REMOTE_ADDR", "")) or "0.0.0.0"
    claimed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while claimed and is_trusted_proxy(address):
        before = valid_address(claimed.pop().strip())
        if before is None:
            break
        address = before
    return address


def valid_address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def is_trusted_proxy(address: str) -> bool:
    return any(
        ipaddress.ip_address(address) in ipaddress.ip_network(proxy, strict=False)
        for proxy in settings.TRUSTED_PROXIES
    )


class LimitsCache(BaseCache):
    """Counts in Redis at LOCATION; in CACHES["limits_fallback"] while Redis does not answer.

    After a failure Redis is left alone for BREAK_SECONDS, so that an outage costs one
    short wait now and then and not one for every visitor.
    """

    closed_until = 0.0  # shared by every thread: one finds the outage, all go round it

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis: RedisCache | None = None
        if server and server != NO_REDIS:
            options = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
            self.redis = RedisCache(server, {**params, "OPTIONS": options})

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if self.redis is not None and time.monotonic() >= LimitsCache.closed_until:
            try:
                return getattr(self.redis, method)(*args, **kwargs)
            except (RedisError, OSError):
                LimitsCache.closed_until = time.monotonic() + BREAK_SECONDS
                logger.warning("Redis does not answer; limits are counted in this process")
        return getattr(caches["limits_fallback"], method)(*args, **kwargs)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self.call("add", key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.call("get", key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self.call("set", key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self.call("touch", key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self.call("delete", key, version)

    def clear(self) -> None:
        self.call("clear")

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """One more. When Redis went away since `add`, or came back, the count starts anew:
        django-ratelimit would take a missing key for a visitor who is over the limit."""
        try:
            return self.call("incr", key, delta, version)
        except ValueError:
            self.add(key, delta, version=version)
            return delta
