"""Limits of the form: soft, nothing typed is lost, and nobody who wants to send is held up."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.limits import LimitsCache
from selfreferral import limits
from selfreferral.models import Draft, Referral
from selfreferral.notes import FLAGS
from selfreferral.sentences import say
from tests.portal.test_limits import Redis
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import NOW, WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys", "fresh_counts")]
WAIT = "/ask/wait/"
FEW = {"start": "3/10m", "steps": "4/10m", "journey": "100/10m"}


@pytest.fixture
def fresh_counts(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is counted yet, and a window begins now: else one ends in the middle of a test now and then."""
    settings.ASK_LIMITS = FEW
    began = int(time.time())

    def window(_value: str, period: int) -> int:
        return began + ((int(time.time()) - began) // period + 1) * period

    monkeypatch.setattr("django_ratelimit.core._get_window", window)
    caches["limits_fallback"].clear()
    LimitsCache.closed_until = 0.0
    yield
    caches["limits_fallback"].clear()
    LimitsCache.closed_until = 0.0


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """As if so much time had gone, for the counting only."""
    real = time.time
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: real() + seconds)


def request_from(address: str) -> HttpRequest:
    return RequestFactory().post("/ask/start/", REMOTE_ADDR=address)


def starts(number: int) -> list[str]:
    return [Client().post("/ask/start/").url for _ in range(number)]


def over_the_limit(until: str) -> Visitor:
    """Somebody at a step, whose network has used up what it has."""
    visitor = Visitor()
    visitor.client.defaults["REMOTE_ADDR"] = "192.0.2.77"
    visitor.go(until=until)
    for _ in range(5):
        visitor.post(do="stay")
    return visitor


# --- beginning ----------------------------------------------------------------------------
def test_one_start_too_many_leads_to_a_page_with_a_time_and_numbers():
    assert starts(4) == [NOW, NOW, NOW, WAIT]
    assert Draft.objects.count() == 3
    response = Client().get(WAIT)
    page = response.content.decode()
    assert response.status_code == 429 and 0 < int(response["Retry-After"]) <= 600
    assert "You can try again in" in page and "<title>" in page and "0808 2000 247" in page
    assert 'href="tel:999"' in page and 'action="/leave/"' in page
    assert "Ask for help - " in page.split("</title>")[0], "the title is neutral"


def test_other_visitors_begin_as_ever():
    starts(4)
    assert Client(REMOTE_ADDR="192.0.2.8").post("/ask/start/").url == NOW
    assert Client(REMOTE_ADDR="192.0.2.8").get(WAIT).status_code == 200


def test_after_the_time_said_it_works_again(monkeypatch):
    starts(4)
    seconds = int(Client().get(WAIT)["Retry-After"])
    later(monkeypatch, seconds + 1)
    assert starts(1) == [NOW]
    assert "You can go on now" in Client().get(WAIT).content.decode()


def test_a_start_over_the_limit_takes_no_open_form_away():
    visitor = Visitor()
    visitor.go(until="who")
    starts(4)
    assert visitor.client.post("/ask/start/", {"again": "1"}).url == WAIT
    assert visitor.step == "who"


# --- steps --------------------------------------------------------------------------------
def test_over_the_limit_what_was_typed_waits_in_the_draft_and_is_there_afterwards(settings):
    settings.ASK_LIMITS = {**FEW, "steps": "4/10m"}
    visitor = Visitor()
    visitor.go(until="about")
    assert visitor.post({"name": "Typed over the limit"}).url == WAIT
    waiting = visitor.client.get(WAIT)
    page = waiting.content.decode()
    assert waiting.status_code == 429 and "What you wrote is still here" in page
    assert "0808 2000 247" in page and "Typed over" not in page and 'action="/leave/"' in page
    page = visitor.page()
    assert visitor.step == "about" and "Typed over the limit" in page
    assert "govuk-error" not in page, "it was kept, not judged"


@pytest.mark.parametrize("do", ["next", "back", "change:who"])
def test_no_button_loses_text_over_the_limit(do):
    visitor = over_the_limit("about")
    assert visitor.post({"name": "x" * 500}, do=do).url == WAIT
    assert "x" * 500 in visitor.page()


def test_after_the_window_the_same_form_goes_on(monkeypatch):
    visitor = over_the_limit("about")
    visitor.post({"name": "Sam"})
    seconds = int(visitor.client.get(WAIT)["Retry-After"])
    later(monkeypatch, seconds + 1)
    assert visitor.client.get(WAIT).status_code == 200
    assert visitor.post({"name": "Sam"}).url == NOW and visitor.step == "contact"


def test_a_complete_form_is_sent_over_the_limit_and_says_so(settings, keys):
    visitor = Visitor()
    settings.ASK_LIMITS = {**FEW, "steps": "9/10m"}
    visitor.go(until="check")
    for _ in range(10):
        visitor.post(do="stay")
    assert visitor.post().url == "/ask/sent/"
    assert say(FLAGS["many"]) in notes(keys)


def test_an_incomplete_form_is_not_sent_by_going_over_the_limit():
    visitor = over_the_limit("about")
    visitor.post(hidden={**visitor.hidden(), "a-current_step": "check"})
    assert not Referral.objects.exists()


def test_deleting_everything_and_leaving_have_no_limit():
    visitor = over_the_limit("about")
    assert visitor.post(do="forget").url == "/"
    visitor = over_the_limit("who")
    assert visitor.client.post("/leave/").status_code == 200
    assert not Draft.objects.filter(state=Draft.State.OPEN).exists()


def test_one_form_has_a_limit_of_its_own_and_another_on_the_same_network_does_not_feel_it(settings):
    settings.ASK_LIMITS = {"start": "9/h", "steps": "1000/h", "journey": "6/h"}
    busy, other = Visitor(), Visitor()
    for _ in range(8):
        busy.post(do="stay")
    assert busy.post().url == WAIT
    assert other.post().url == NOW


def test_text_of_a_form_that_is_over_is_taken_over_though_the_network_is_over_its_limit(settings):
    visitor = over_the_limit("about")
    page = visitor.hidden()
    Draft.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    visitor.post({"name": "Typed for a long time"}, hidden=page)
    assert "Typed for a long time" in visitor.page()


# --- the cache behind it --------------------------------------------------------------------
@pytest.fixture
def silent() -> Iterator[int]:
    """The port of something that takes every connection and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield server.getsockname()[1]


def use(settings, address: str) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "limits": {"BACKEND": "portal.limits.LimitsCache", "LOCATION": address},
    }


def what_redis_cost(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Milliseconds of each count from here on."""
    spent: list[float] = []
    real = limits.ratelimit.__globals__["is_ratelimited"]

    def timed(**kwargs):
        begin = time.perf_counter()
        try:
            return real(**kwargs)
        finally:
            spent.append((time.perf_counter() - begin) * 1000)

    monkeypatch.setitem(limits.ratelimit.__globals__, "is_ratelimited", timed)
    return spent


@pytest.mark.parametrize("fault", ["silent", "down"])
def test_a_redis_that_does_not_answer_costs_50_ms_and_opens_nothing(settings, monkeypatch, silent, fault):
    use(settings, f"redis://127.0.0.1:{silent if fault == 'silent' else 1}/0")
    spent = what_redis_cost(monkeypatch)
    assert starts(4) == [NOW, NOW, NOW, WAIT]
    print(f"{fault}: worst {max(spent):.1f} ms")
    assert max(spent) <= 50


def test_a_redis_that_is_flushed_begins_to_count_anew_and_never_fails(settings, tmp_path):
    redis = Redis(tmp_path)
    redis.start()
    try:
        use(settings, redis.url)
        assert starts(4)[-1] == WAIT
        caches["limits"].redis.clear()
        assert starts(4) == [NOW, NOW, NOW, WAIT]
    finally:
        redis.kill()


def test_nothing_that_the_cache_holds_says_who_came():
    """Django's in-memory cache keeps its keys in the open."""
    visitor = over_the_limit("who")
    held = str(LocMemCache("limits", {})._cache)
    assert "rl:" in held and "192.0.2.77" not in held and visitor.cookie not in held


def test_a_crowd_does_not_push_each_others_counts_out(settings):
    settings.ASK_LIMITS = {**FEW, "start": "1/h"}
    first = Client(REMOTE_ADDR="192.0.2.1")
    first.post("/ask/start/")
    for number in range(400):
        limits.count(request_from(f"198.51.{number // 250}.{number % 250}"), "start")
    assert Client(REMOTE_ADDR="192.0.2.1").post("/ask/start/").url == WAIT


def test_two_at_once_are_both_counted(settings):
    settings.ASK_LIMITS = {**FEW, "start": "20/h"}
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(limits.count(request_from("192.0.2.5"), "start")))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(False) == 20


# --- what only marks the letter -----------------------------------------------------------------
def notes(keys) -> list[str]:
    return letter_of(Referral.objects.get(), keys)["notes"]


def test_whoever_fills_the_hidden_box_is_marked_and_not_refused(settings, keys):
    settings.ASK_LIMITS = {name: "1000/h" for name in FEW}
    visitor = Visitor()
    visitor.go(until="about")
    assert 'name="homepage" tabindex="-1" autocomplete="off"' in visitor.page()
    visitor.client.post(NOW, {**visitor.hidden(), "homepage": "http://x.example"})
    visitor.go()
    assert say(FLAGS["honeypot"]) in notes(keys)


def test_nobody_is_marked_for_an_empty_box(settings, keys):
    settings.ASK_LIMITS = {name: "1000/h" for name in FEW}
    Visitor().go()
    assert notes(keys) == [say(FLAGS["fast"])], "nobody else fills a form as fast as a test"


@pytest.mark.parametrize(("seconds", "marked"), [(10, True), (21, False)])
def test_a_whole_form_within_seconds_is_marked_and_not_refused(settings, keys, seconds, marked):
    settings.ASK_LIMITS = {name: "1000/h" for name in FEW}
    visitor = Visitor()
    visitor.go(until="check")
    Draft.objects.update(started_at=timezone.now() - timedelta(seconds=seconds))
    assert visitor.post().url == "/ask/sent/"
    assert (say(FLAGS["fast"]) in notes(keys)) is marked


def test_the_way_through_the_form_still_fits_its_declared_limits():
    """Shared networks are normal: ten whole journeys by the longest way within an hour are nothing."""
    from portal.settings.base import ASK_LIMITS

    per_hour = {name: int(rate.split("/")[0]) for name, rate in ASK_LIMITS.items()}
    assert per_hour["journey"] >= 5 * len(WAY) and per_hour["steps"] >= 50 * len(WAY)
