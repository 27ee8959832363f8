"""Goals E1 and E2: the exit is always under the thumb, and Shift three times works everywhere."""

import random

import pytest

pytestmark = pytest.mark.browser

SIZES = [(360, 740), (320, 256), (1280, 800)]
# 320 x 256 is also what a 1280 x 1024 screen shows at 400% zoom.
CHECK = """(scrollTo_) => {
  scrollTo(0, scrollTo_ * document.documentElement.scrollHeight);
  const button = document.querySelector(".leave__button");
  const box = button.getBoundingClientRect();
  const inside = box.top >= 0 && box.left >= 0
    && box.bottom <= innerHeight + 0.5 && box.right <= innerWidth + 0.5;
  const points = [[0.5, 0.5], [0.05, 0.2], [0.95, 0.8]];
  const top = points.every(([x, y]) =>
    button.contains(document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)));
  return { inside, top, width: box.width, height: box.height };
}"""


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_e1_in_view_on_top_and_large_enough(open_page, routes, javascript, size) -> None:
    page = open_page(javascript, viewport={"width": size[0], "height": size[1]})
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        for scroll in (0, 0.3, 0.6, 1):
            found = page.evaluate(CHECK, scroll)
            assert found["inside"] and found["top"], (address, size, scroll, found)
            assert found["width"] >= 48 and found["height"] >= 48, (address, found)


def test_e1_above_an_open_dialog(open_page) -> None:
    page = open_page()
    page.goto("/")
    page.evaluate(
        """const dialog = document.createElement("dialog");
        dialog.textContent = "A banner over everything ".repeat(200);
        document.body.append(dialog); dialog.show();"""
    )
    found = page.evaluate(CHECK, 0)
    assert found["inside"] and found["top"]
    # A modal one would stand above the exit whatever its layer: the site opens none.
    script = page.request.get(page.locator("script[src]").get_attribute("src")).text()
    assert "showModal" not in script and page.locator("dialog, [popover]").count() == 1


def test_e1_first_stop_after_the_skip_link(open_page, routes, javascript) -> None:
    page = open_page(javascript)
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "leave__button", address


def test_e1_hidden_in_print(open_page) -> None:
    page = open_page()
    page.goto("/hide/")
    page.emulate_media(media="print")
    assert not page.locator(".leave__button").is_visible()


WAYS = {
    "left": ["ShiftLeft"] * 3,
    "right": ["ShiftRight"] * 3,
    "mixed": ["ShiftLeft", "ShiftRight", "ShiftLeft"],
}


@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("where", ["page", "field"])
def test_e2_shift_three_times(open_page, decoy, keys: list[str], where: str) -> None:
    page = open_page()
    page.goto("/find/")
    if where == "field":
        page.locator("main [name=q]").focus()
        page.keyboard.type("Some words")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(decoy.url)


def test_e2_both_hands_at_once(open_page, decoy) -> None:
    """Presses count, not clean taps: the second comes before the first was let go."""
    page = open_page()
    page.goto("/find/")
    page.keyboard.down("ShiftLeft")
    page.keyboard.down("ShiftRight")
    page.keyboard.up("ShiftRight")
    page.keyboard.down("ShiftRight")
    page.wait_for_url(decoy.url)


def test_e2_a_held_shift_is_one_press(open_page, decoy) -> None:
    page = open_page()
    page.goto("/find/")
    for _ in range(5):
        page.keyboard.down("ShiftLeft")
    page.wait_for_timeout(200)
    assert not decoy.headers and "/find/" in page.url


def test_e2_ten_thousand_typed_keys_never_leave(open_page, decoy) -> None:
    """Capitals, shouted words, shifted punctuation, selections and slips, from a fixed seed."""
    page = open_page()
    page.goto("/find/")
    page.locator("main [name=q]").focus()
    chance = random.Random(7)
    events = []
    for _ in range(10_000):
        shifted = chance.random() < 0.5
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz.,!?'\"")
        shift = chance.choice(["ShiftLeft", "ShiftRight"])
        if shifted:
            events.append(["keydown", "Shift", shift])
        events.append(["keydown", letter.upper() if shifted else letter, "KeyA"])
        if shifted:
            events.append(["keyup", "Shift", shift])
    page.evaluate(
        """(events) => { const field = document.activeElement;
        for (const [type, key, code] of events)
          field.dispatchEvent(new KeyboardEvent(type, { key, code, bubbles: true })); }""",
        events,
    )
    for text in ("HELLO", "I AM NOT OK", "Mr. And Mrs. O'Brien, McDONALD"):
        for letter in text:
            page.keyboard.press(f"Shift+{letter}" if letter.isupper() else letter)
    page.wait_for_timeout(200)
    assert not decoy.headers and "/find/" in page.url


def test_e2_two_presses_and_a_pause_are_not_three(open_page, decoy) -> None:
    page = open_page()
    page.goto("/find/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_timeout(2200)
    page.keyboard.press("Shift")
    page.wait_for_timeout(200)
    assert not decoy.headers
