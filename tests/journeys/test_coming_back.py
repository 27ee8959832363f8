"""Goals B3 and B4: each page leads away, Back brings none out of memory, links within one leave no entry."""

import pytest

from tests.journeys.watching import leave

pytestmark = pytest.mark.browser
MARK = "document.documentElement.dataset.mark = '1'"
MARKED = "document.documentElement.dataset.mark || ''"


def test_the_back_forward_cache_is_on(open_page, javascript) -> None:
    """Without this the tests below would pass with nothing behind them."""
    page = open_page(javascript)
    page.goto("/")
    page.evaluate(MARK)
    page.goto("/hide/")
    page.go_back(wait_until="commit")
    page.wait_for_timeout(200)
    assert page.evaluate(MARKED) == "1"


def test_every_page_leads_away_and_none_returns_from_memory(open_page, decoy, routes, javascript) -> None:
    """B3, on every page and every refusal, for a visitor without a cookie.

    The button leads to the decoy; whatever Back shows then was fetched anew.
    """
    for address in routes["pages"] + routes["errors"]:
        page = open_page(javascript)
        page.goto("/hide/")
        page.evaluate(MARK)
        page.goto(address)
        page.evaluate(MARK)
        for field in page.locator(
            "main input:not([type]):not([name=homepage]), main input[type=search], main textarea"
        ).all():
            field.fill("some words")
        leave(page)
        for _ in range(3):
            if page.go_back(wait_until="commit") is None and page.url == "about:blank":
                break
            page.wait_for_timeout(150)
            assert page.evaluate(MARKED) == "", f"{page.url} came back from memory after {address}"
            values = page.evaluate("[...document.querySelectorAll('input, textarea')].map((f) => f.value)")
            assert "some words" not in values, page.url
        page.context.close()


def test_b3_typed_text_is_not_there_on_an_ordinary_return(open_page) -> None:
    """With JavaScript, also for somebody who did not leave."""
    page = open_page()
    page.goto("/find/")
    page.locator("main [name=q]").fill("some words")
    page.goto("/hide/")
    page.go_back(wait_until="commit")
    page.wait_for_timeout(200)
    assert page.locator("main [name=q]").input_value() == ""


def test_b4_links_within_a_page_leave_no_entry(open_page, routes) -> None:
    for address in routes["pages"]:
        page = open_page()
        page.goto(address)
        before = page.evaluate("history.length")
        for link in page.locator("a[href^='#']").all():
            target = link.get_attribute("href")[1:]
            if not target or not page.locator(f"[id='{target}']").count():
                continue
            link.evaluate("(link) => link.click()")
            assert page.evaluate("document.activeElement.id") == target, (address, target)
        for summary in page.locator("summary").all():
            summary.evaluate("(summary) => summary.click()")
        assert page.evaluate("history.length") == before, address
        assert "#" not in page.url, address
        page.context.close()


def test_b4_the_skip_link_works_by_keyboard(open_page) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("history.length") == 2 and "#" not in page.url
