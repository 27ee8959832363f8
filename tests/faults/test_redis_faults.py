"""Redis is down, silent, slow, flushed or talks nonsense: limits hold, the form goes on, Send sends."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from django.test import RequestFactory
from django_ratelimit.core import is_ratelimited

from portal.limits import LimitsCache
from selfreferral.models import Referral
from tests.faults.form_acts import HELPLINE
from tests.faults.proof import record
from tests.selfreferral.opened import letter_of
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import NOW, Visitor
from tests.throwaway import free_port, redis

pytestmark = pytest.mark.django_db
LONGEST_MS = 50


def silent(peer: socket.socket) -> None:
    while peer.recv(1024):
        pass


def late(peer: socket.socket) -> None:
    while peer.recv(1024):
        time.sleep(0.2)
        peer.sendall(b"+OK\r\n")


def says(words: bytes) -> Callable[[socket.socket], None]:
    def answer(peer: socket.socket) -> None:
        while peer.recv(1024):
            peer.sendall(words)

    return answer


WAYS: dict[str, Callable[[socket.socket], None]] = {
    "accepts and never answers": silent,
    "hangs up": lambda peer: None,
    "answers late": late,
    "is no Redis": says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    "is out of memory": says(b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
    "is read-only": says(b"-READONLY You can't write against a read only replica.\r\n"),
    "wants a password": says(b"-NOAUTH Authentication required.\r\n"),
    "is loading": says(b"-LOADING Redis is loading the dataset in memory\r\n"),
}


@contextlib.contextmanager
def listening(way: Callable[[socket.socket], None]) -> Iterator[int]:
    """Something on a port that is no good Redis."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve(peer: socket.socket) -> None:
            with peer, contextlib.suppress(OSError):
                way(peer)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while not over.is_set():
                    peer, _ = server.accept()
                    threading.Thread(target=serve, args=(peer,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        over.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def counting_at(settings) -> Iterator[Callable[[str], None]]:
    """Says where limits are counted from now on."""

    def use(address: str) -> None:
        limits = {"BACKEND": "portal.limits.LimitsCache", "LOCATION": address}
        settings.CACHES = {**settings.CACHES, "limits": limits}
        LimitsCache.closed_until = 0.0
        caches["limits_fallback"].clear()

    yield use
    use("none")


def refused(times: int) -> tuple[list[bool], list[float]]:
    """Of so many at a limit of ten: who was refused, and the milliseconds that each took."""
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")
    answers, spent = [], []
    for _ in range(times):
        started = time.perf_counter()
        answers.append(
            is_ratelimited(request, group="t", key="portal.limits.visitor", rate="10/h", increment=True)
        )
        spent.append((time.perf_counter() - started) * 1000)
    return answers, spent


@pytest.fixture(params=["down", *WAYS])
def bad_redis(request: pytest.FixtureRequest, counting_at: Callable[[str], None]) -> Iterator[str]:
    if request.param == "down":
        counting_at(f"redis://127.0.0.1:{free_port()}/0")
        yield request.param
        return
    with listening(WAYS[request.param]) as port:
        counting_at(f"redis://127.0.0.1:{port}/0")
        yield request.param


def test_the_limit_holds_and_costs_50_ms_once(bad_redis: str) -> None:
    """The best of three, so that a busy machine is not taken for a slow fallback."""
    worst = []
    for _ in range(3):
        caches["limits_fallback"].clear()
        LimitsCache.closed_until = 0.0
        answers, spent = refused(12)
        assert answers == [False] * 10 + [True] * 2
        worst.append(max(spent))
    record(f"redis {bad_redis}", worst_ms=round(min(worst), 1))
    assert min(worst) <= LONGEST_MS


def test_the_whole_form_goes_through(bad_redis: str) -> None:
    queues_with_keys()
    visitor = Visitor()
    assert visitor.go().url == "/ask/sent/"
    assert Referral.objects.count() == 1
    record(f"redis {bad_redis} during the form", lost=0, duplicated=0)


def test_over_the_limit_nothing_typed_is_lost_and_send_still_sends(bad_redis: str, settings) -> None:
    """Counted in this process then; whoever is over is told when to go on, and whom to ring."""
    keys = queues_with_keys()
    visitor = Visitor()
    visitor.go("about")
    few, many = ({**settings.ASK_LIMITS, "journey": rate} for rate in ("1/h", "999/h"))
    settings.ASK_LIMITS = few
    visitor.post({"name": "Marigold", "age": "25-39"}, do="stay")
    response = visitor.post({"name": "Marigold", "age": "25-39"})
    waiting = visitor.client.get(response.url)
    assert response.url != NOW and waiting.status_code == 429 and HELPLINE in waiting.content.decode()
    assert 'value="Marigold"' in visitor.page()
    settings.ASK_LIMITS = many
    visitor.go("check", about={"name": "Marigold"})
    settings.ASK_LIMITS = few
    assert visitor.post().url == "/ask/sent/", "a complete form is never held up"
    assert "Marigold" in str(letter_of(Referral.objects.get(), keys))


def test_redis_goes_away_between_two_steps_and_comes_back_empty(counting_at: Callable[[str], None]) -> None:
    queues_with_keys()
    with redis() as address:
        if address is None:
            pytest.skip("Redis is not installed: apt-get install redis-server")
        counting_at(address)
        visitor = Visitor()
        visitor.go("about")
        LimitsCache(address, {}).redis.clear()  # type: ignore[union-attr]
        visitor.go("contact")
    visitor.go("check")
    assert visitor.post().url == "/ask/sent/"
    record("redis flushed, then gone during the form", lost=0, duplicated=0)


def test_a_flushed_redis_counts_anew_and_holds(counting_at: Callable[[str], None]) -> None:
    with redis() as address:
        if address is None:
            pytest.skip("Redis is not installed: apt-get install redis-server")
        counting_at(address)
        assert refused(5)[0] == [False] * 5
        LimitsCache(address, {}).redis.clear()  # type: ignore[union-attr]
        assert refused(12)[0] == [False] * 10 + [True] * 2
