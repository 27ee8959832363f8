"""The two public pages: what they answer, what they cost, what they never do."""

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from services_directory import carry
from services_directory.models import UnmetNeed
from tests.factories import ALWAYS, service, term

pytestmark = pytest.mark.django_db


def number(taxonomy: str, slug: str) -> int:
    return term(taxonomy, slug).number


def warm(client: Client) -> None:
    """Words and brand are read once per generation; the first visit ever makes the site's settings."""
    client.get("/find/?p=1&warm=1")
    client.get("/find/?p=1&warm=2")


def names(response) -> list[str]:
    return [card["name"] for card in response.context["cards"]]


# --- asking ---------------------------------------------------------------------------------


def test_typed_text_goes_by_post_and_never_stands_in_an_address(noise: None, client: Client) -> None:
    service("A place", description="Housing")
    first = client.post("/find/", {"q": "housing", "a": "1"})
    assert first.status_code == 303
    assert first["Location"].startswith("/find/?a=1&s=") and "housing" not in first["Location"]
    page = client.get(first["Location"])
    assert names(page) == ["A place"]
    assert page.context["query"] == "housing"
    assert "housing" not in page.context["chips"][0][1]


def test_filters_alone_make_an_address_to_share(noise: None, client: Client) -> None:
    men = number("audience", "men")
    answer = client.post("/find/", {"w": [str(men), "999"], "q": "  ", "h": "rubbish"})
    assert (answer.status_code, answer["Location"]) == (303, f"/find/?w={men}")
    assert client.post("/find/")["Location"] == "/find/"


def test_no_cookie_and_no_token_are_needed() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/find/", {"q": "housing"}).status_code == 303
    assert not strict.get("/find/").cookies


def exempt(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith("cms/"):
                yield from exempt(pattern.url_patterns, route)
        elif getattr(pattern.callback, "csrf_exempt", False):
            yield route


ASK = "ask/"  # by POST it only reads which way was chosen: selfreferral/ways_in.py
FOR_WORK = ["professionals/check/", "professionals/find/"]
# Nobody gets a cookie for telling something: docs/decisions/telling-without-a-cookie.md
TELLING = ["tell/", "tell/page/<key:pk>/", "tell/young/"]


def test_these_and_no_other_public_views_need_no_token() -> None:
    """Searching only reads; leaving only forgets, and must work with everything else broken."""
    expected = [ASK, "find/", "leave/", *FOR_WORK, *TELLING]
    assert sorted(exempt(get_resolver().url_patterns)) == expected


def test_a_seal_that_is_too_old_asks_kindly_to_type_again(noise: None, client: Client) -> None:
    service("A place")
    page = client.get("/find/?s=tampered&a=1")
    assert page.status_code == 200
    assert page.context["text_expired"] is True
    assert page.context["query"] == ""
    assert "tampered" not in page.content.decode()
    assert names(page) == ["A place"]


def test_a_page_with_typed_text_is_kept_nowhere(noise: None, client: Client) -> None:
    service("A place")
    with mock.patch("portal.page_cache.Kept.store") as store:
        client.get("/find/?s=" + carry.seal("place", purpose="find"))
        client.get("/find/?s=expired")
        assert not store.called
        client.get("/find/")
        assert store.called


# --- what it says ------------------------------------------------------------------------------


def test_words_of_the_page(noise: None, client: Client) -> None:
    service("Men one", audiences=["men"], scope="local")
    men = number("audience", "men")
    page = client.get(f"/find/?w={men}")
    assert page.context["title"] == "Find a service"
    assert page.context["heading"] == "1 service, best match first"
    assert page.context["chosen_words"] == "Men"
    assert page.context["audience"] == "men"
    assert client.get("/find/").context["order_words"] == "local services first"


def test_pages_follow_each_other(client: Client) -> None:
    for _ in range(23):
        service(audiences=["men"])
    query = f"w={number('audience', 'men')}"
    second = client.get(f"/find/?{query}&p=2").context["page"]
    assert (second.number, second.count) == (2, 3)
    assert second.previous_url == f"/find/?{query}"
    assert second.next_url == f"/find/?{query}&p=3"
    assert [n for n, _url, current in second.pages if current] == [2]
    assert client.get(f"/find/?{query}&p=3").context["page"].next_url == ""


@pytest.mark.parametrize("page", ["4", "50", "51", "9999", "99999999999999999999"])
def test_a_page_past_the_end_is_a_plain_404(noise: None, client: Client, page: str) -> None:
    service("A place")
    assert client.get(f"/find/?p={page}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "p=0", "p=-1", "p=abc", "p=²", "w=%FF%FE", "w=3&w=3&w=3", "nothing=1", "s=" + "A" * 10_000,
        "q=housing", "w=" + "9" * 5000, "&&&===&", "p=%E2%80%AE1", "w[]=3&w[$ne]=1", "o=2", "l=-0",
    ],
)  # fmt: skip
def test_rubbish_gets_a_normal_page(noise: None, client: Client, query: str) -> None:
    service("A place")
    page = client.get(f"/find/?{query}")
    assert page.status_code == 200 and page.context["cards"]


def test_a_thousand_parameters_and_ten_kilobytes(noise: None, client: Client) -> None:
    service("A place")
    assert client.get("/find/?" + "&".join(f"a{n}=1" for n in range(1000))).status_code in (200, 400)
    assert client.post("/find/", {f"a{n}": "1" for n in range(1000)}).status_code in (303, 400)
    long = client.post("/find/", {"q": "housing " * 1250})
    assert long.status_code == 303 and len(long["Location"]) < 1000
    assert client.get(long["Location"]).status_code == 200
    nul = client.post("/find/", {"q": "hou\x00sing", "w": "\x00"})
    assert client.get(nul["Location"]).status_code == 200
    assert client.get("/find/?w=%00").status_code in (200, 400)


# --- never an empty page -----------------------------------------------------------------------


def test_national_services_stand_in_and_the_gap_is_counted(noise: None, client: Client) -> None:
    service("Far", scope="national")
    men, legal = number("audience", "men"), number("help", "legal")
    url = f"/find/?w={men}&h={legal}"
    page = client.get(url)
    assert names(page) == ["Far"]
    assert page.context["stand_in_heading"] == "We do not know a service for: Men, Legal"
    assert "0 services" not in page.content.decode()
    client.get(url)
    counted = UnmetNeed.objects.get()
    assert (counted.codes, counted.count, counted.day) == (f"h{legal} w{men}", 2, timezone.localdate())


def test_words_that_find_nothing_are_not_an_unmet_need(noise: None, client: Client) -> None:
    service("For men", audiences=["men"], scope="local")
    service("Far", scope="national")
    page = client.post("/find/", {"q": "qwertyuiop", "w": str(number("audience", "men"))}, follow=True)
    assert names(page) == ["Far"]
    assert "qwertyuiop" not in page.context["stand_in_heading"]
    client.post("/find/", {"q": "qwertyuiop"}, follow=True)
    assert not UnmetNeed.objects.exists()


def test_no_typed_word_is_counted(noise: None, client: Client) -> None:
    service("Far", scope="national")
    asked = {"q": "secretword", "h": str(number("help", "legal"))}
    client.post("/find/", asked, follow=True)
    assert UnmetNeed.objects.get().codes == f"h{asked['h']}"


def test_a_count_that_fails_does_not_fail_the_page(noise: None, client: Client) -> None:
    service("Far", scope="national")
    with mock.patch.object(UnmetNeed, "count_one", side_effect=DatabaseError):
        page = client.get(f"/find/?h={number('help', 'legal')}")
    assert page.status_code == 200 and names(page) == ["Far"]


def test_an_empty_directory_still_answers(client: Client) -> None:
    page = client.get("/find/")
    assert page.status_code == 200 and page.context["heading"]


# --- time and cost ------------------------------------------------------------------------------


def test_the_page_lasts_until_the_next_opening(noise: None, client: Client) -> None:
    service("A place", week=dict.fromkeys(ALWAYS, ("00:00", "23:59")))
    page = client.get("/find/")
    assert page.cache_until == min(card["changes_at"] for card in page.context["cards"])
    page = client.get("/find/?o=1")
    assert page.cache_until <= timezone.now() + timedelta(minutes=15)


@pytest.mark.parametrize("services", [1, 30])
def test_two_queries_for_any_page_of_results_and_one_for_pages_that_fit_the_words(
    noise: None, client: Client, services: int
) -> None:
    for _ in range(services):
        service(audiences=["men"], description="Housing")
    sealed = carry.seal("housing", purpose="find")
    urls = ["/find/", f"/find/?w={number('audience', 'men')}", f"/find/?s={sealed}"]
    warm(client)
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        most = 3 if url.endswith(sealed) else 2
        assert len(queries) == most, [query["sql"] for query in queries]


# --- one service -----------------------------------------------------------------------------------


def test_a_service_has_a_page_with_a_neutral_title(noise: None, client: Client) -> None:
    place = service("A telling name", description="What they do.")
    warm(client)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/s/{place.pk}/")
    assert len(queries) == 2  # the generation, and the public copy
    content = page.content.decode()
    title = content[content.index("<title>") : content.index("</title>")]
    assert "Service details" in title and "telling" not in title
    assert "<h1>A telling name</h1>" in content
    assert page.cache_until == page.context["card"]["changes_at"]


@pytest.mark.parametrize("pk", ["0", "999999", "9223372036854775808", "9" * 60])
def test_a_service_that_is_not_there_is_404(client: Client, pk: str) -> None:
    assert client.get(f"/s/{pk}/").status_code == 404


def test_hidden_and_unchecked_services_are_404(noise: None, client: Client, settings) -> None:
    hidden, unchecked = service("Hidden"), service("Unchecked", assured_date=None)
    hidden.live = False
    hidden.save()
    assert client.get(f"/s/{hidden.pk}/").status_code == 404
    assert client.get(f"/s/{unchecked.pk}/").status_code == 200
    settings.PORTAL_DEMO = False
    caches["pages"].clear()
    assert client.get(f"/s/{unchecked.pk}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/find/").status_code == 405
    assert getattr(client, method)("/s/1/").status_code == 405
