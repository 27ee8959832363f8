"""Limits count in Redis, go on counting when it is gone, and do not say who came."""

import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.http import HttpRequest
from django.test import RequestFactory
from django_ratelimit.core import is_ratelimited

from portal.limits import LimitsCache, client_address, visitor
from tests.running_site import free_port


class Redis:
    """A real server on a free port."""

    def __init__(self, folder) -> None:
        self.folder, self.port, self.process = folder, free_port(), None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("Redis is not installed: apt-get install redis-server")
        options = ["--port", str(self.port), "--save", "", "--dir", str(self.folder), "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        client = LimitsCache(self.url, {}).redis
        for _ in range(200):
            try:
                client.get("ready")
                return
            except Exception:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis(tmp_path, settings) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    redis.start()
    settings.CACHES = {
        **settings.CACHES,
        "limits": {"BACKEND": "portal.limits.LimitsCache", "LOCATION": redis.url},
    }
    LimitsCache.closed_until = 0.0
    caches["limits_fallback"].clear()
    yield redis
    redis.kill()
    LimitsCache.closed_until = 0.0
    caches["limits_fallback"].clear()


def request_from(address: str, **meta: str) -> HttpRequest:
    return RequestFactory().post("/find/", REMOTE_ADDR=address, **meta)


def refused(address: str, times: int) -> list[bool]:
    request = request_from(address)
    return [
        is_ratelimited(request, group="t", key="portal.limits.visitor", rate="10/h", increment=True)
        for _ in range(times)
    ]


def test_the_eleventh_of_ten_is_refused(redis: Redis) -> None:
    assert refused("192.0.2.1", 12) == [False] * 10 + [True] * 2
    assert refused("192.0.2.2", 1) == [False]


def test_two_processes_share_one_count(redis: Redis) -> None:
    """A second cache object, as a second process has it, goes on where the first stopped."""
    first, second = LimitsCache(redis.url, {}), LimitsCache(redis.url, {})
    assert first.add("k", 1, 60) and not second.add("k", 1, 60)
    assert (second.incr("k"), first.incr("k")) == (2, 3)


def test_redis_killed_in_the_middle_costs_50_ms_and_never_opens(redis: Redis) -> None:
    assert refused("192.0.2.1", 5) == [False] * 5
    redis.kill()
    times, answers = [], []
    for _ in range(14):
        start = time.perf_counter()
        answers += refused("192.0.2.1", 1)
        times.append((time.perf_counter() - start) * 1000)
    print(f"Redis down: worst {max(times):.1f} ms, then {times[-1]:.2f} ms")
    assert max(times) <= 50
    # The count starts anew in this process, and its limit holds.
    assert answers == [False] * 10 + [True] * 4


def test_a_redis_that_hangs_costs_50_ms(redis: Redis) -> None:
    redis.process.send_signal(19)  # SIGSTOP: connected, and silent
    start = time.perf_counter()
    answers = refused("192.0.2.9", 11)
    spent = (time.perf_counter() - start) * 1000
    redis.process.send_signal(18)
    print(f"Redis silent: {spent:.1f} ms for eleven requests")
    assert answers == [False] * 10 + [True]
    assert spent <= 60


def test_redis_that_comes_back_counts_again(redis: Redis) -> None:
    redis.kill()
    refused("192.0.2.1", 3)
    redis.start()
    LimitsCache.closed_until = 0.0
    assert refused("192.0.2.1", 11) == [False] * 10 + [True]


def test_without_redis_this_process_counts(settings) -> None:
    caches["limits_fallback"].clear()
    assert refused("192.0.2.1", 11) == [False] * 10 + [True]
    caches["limits_fallback"].clear()


def test_the_key_says_nothing_and_changes_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from portal import limits

    keys = []
    for day in (1, 1, 2):
        monkeypatch.setattr(limits.timezone, "now", lambda day=day: datetime(2026, 3, day, tzinfo=UTC))
        keys.append(visitor("g", request_from("192.0.2.77")))
    assert keys[0] == keys[1] != keys[2]
    assert "192.0.2.77" not in "".join(keys) and len(keys[0]) == 64


def test_a_household_shares_its_ipv6_network() -> None:
    assert visitor("g", request_from("2001:db8::1")) == visitor("g", request_from("2001:db8::ffff"))
    assert visitor("g", request_from("2001:db8::1")) != visitor("g", request_from("2001:db8:0:1::1"))
    assert visitor("g", request_from("::ffff:192.0.2.1")) == visitor("g", request_from("192.0.2.1"))


PROXIES = ["10.0.0.1", "10.1.0.0/16"]


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "expected"),
    [
        ([], "192.0.2.1", "203.0.113.5", "192.0.2.1"),
        (PROXIES, "192.0.2.1", "203.0.113.5", "192.0.2.1"),
        (PROXIES, "10.0.0.1", "203.0.113.5", "203.0.113.5"),
        (PROXIES, "10.0.0.1", "6.6.6.6, 203.0.113.5, 10.1.2.3", "203.0.113.5"),
        (PROXIES, "10.0.0.1", "nonsense", "10.0.0.1"),
        (PROXIES, "10.0.0.1", "", "10.0.0.1"),
        ([], "", "203.0.113.5", "0.0.0.0"),
        ([], "unix:", "", "0.0.0.0"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, trusted, remote, forwarded, expected) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert client_address(request_from(remote, HTTP_X_FORWARDED_FOR=forwarded)) == expected
