"""Forms with JavaScript: sent by fetch, nothing pushed into the history, nothing typed is lost."""

import pytest

from tests.journeys.watching import looks_blank, shift_thrice

pytestmark = pytest.mark.browser
TYPED = "The number is wrong since Monday"


@pytest.fixture
def report_page(open_page, routes):
    page = open_page()
    page.goto(next(address for address in routes["pages"] if address.endswith("/note/")))
    for choice in page.locator("main form [type=radio]").all()[:1]:
        choice.check()
    page.locator("main textarea").first.fill(TYPED)
    return page


def send(page) -> None:
    page.locator("main form button").last.click()


def test_a_search_adds_no_entry_and_moves_the_focus(open_page) -> None:
    page = open_page()
    page.goto("/find/")
    before = page.evaluate("history.length")
    page.locator("main [name=q]").fill("visa")
    page.locator("main [name=q]").press("Enter")
    page.wait_for_url("**/find/?*s=*")
    assert "visa" not in page.url
    assert page.evaluate("history.length") == before
    assert page.evaluate("document.activeElement.matches('[data-focus], h1')")
    assert page.title().startswith("Find a service")


def test_when_the_network_fails_the_form_keeps_its_text(report_page) -> None:
    page = report_page
    page.context.set_offline(True)
    send(page)
    message = page.locator("[data-not-sent]")
    message.wait_for()
    assert "do not know whether it was sent" in message.inner_text() and "call" in message.inner_text()
    assert page.locator("main textarea").first.input_value() == TYPED
    assert page.evaluate("document.activeElement.hasAttribute('data-not-sent')")
    # And it can be sent again, once the network is back.
    page.context.set_offline(False)
    send(page)
    page.wait_for_url("**/note/sent/")


def test_a_refusal_keeps_the_text_too(report_page) -> None:
    """A token that is no longer good: the server says so, the text stays."""
    page = report_page
    page.context.clear_cookies()
    send(page)
    message = page.locator("[data-not-sent]")
    message.wait_for()
    assert "was not sent" in message.inner_text()
    assert page.locator("main textarea").first.input_value() == TYPED
    assert page.url.endswith("/note/")


def test_without_javascript_a_refusal_is_a_page_with_numbers(open_page, routes) -> None:
    page = open_page(javascript=False)
    page.goto(next(address for address in routes["pages"] if address.endswith("/note/")))
    page.locator("main textarea").first.fill(TYPED)
    page.context.clear_cookies()
    send(page)
    page.wait_for_url("**/wait/?w=1")
    assert "0808 2000 247" in page.content() and page.locator(".leave__button").is_visible()


def test_an_answer_that_comes_after_leaving_shows_nothing(report_page, decoy) -> None:
    """The reply of a form must not bring the page back while the decoy keeps us waiting."""
    decoy.hang = 5
    page = report_page
    page.route("**/note/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    send(page)
    shift_thrice(page)
    page.wait_for_timeout(200)
    assert looks_blank(page) or page.url == decoy.url
    decoy.released.set()
    page.wait_for_url(decoy.url)
