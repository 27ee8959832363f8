"""Every page works by keyboard alone and at 400% zoom (1280 px at 400% is 320 px)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

ZOOMED = {"width": 320, "height": 256}
MOST_STOPS = 200
# What has focus, unless it is all in view and clear of the leave control. A radio or a checkbox
# is drawn by its label, so its row is what must be seen.
HIDDEN_FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return 'end';
  if (focused.closest('.leave')) return '';
  const seen = getComputedStyle(focused).opacity === '0' ? focused.parentElement : focused;
  const box = seen.getBoundingClientRect();
  const bar = document.querySelector('.leave').getBoundingClientRect();
  const beside = box.right <= bar.left || box.left >= bar.right;
  const clear = beside || box.bottom <= bar.top || box.top >= bar.bottom;
  const inView = box.bottom > 0 && box.top < innerHeight;
  return clear && inView ? '' : focused.outerHTML.slice(0, 100);
}"""


@pytest.mark.parametrize("viewport", [PHONE, DESK, ZOOMED], ids=["phone", "desk", "zoomed"])
def test_focus_is_never_covered(
    open_page: Callable[..., Page], routes: dict[str, list[str]], viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    covered = {}
    for address in routes["pages"]:
        page.goto(address)
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            hidden = page.evaluate(HIDDEN_FOCUS)
            if hidden == "end":
                break
            if hidden:
                covered.setdefault(address, []).append(hidden)
    assert not covered


def test_nothing_scrolls_sideways_at_400_percent(
    open_page: Callable[..., Page], routes: dict[str, list[str]]
) -> None:
    page = open_page(viewport=ZOOMED)
    wide = []
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert not wide
