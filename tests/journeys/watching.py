"""What a bystander would see: the frames that Chromium paints, and a hand on the mouse."""

import base64
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import CDPSession, Page

LEAVE = ".leave__button"


class Frames:
    """Every frame as it is painted, with the moment it was painted at."""

    def __init__(self, cdp: CDPSession) -> None:
        self.cdp = cdp
        self.seen: list[tuple[float, str]] = []
        cdp.on("Page.screencastFrame", self.keep)

    def keep(self, event: dict) -> None:
        self.seen.append((event["metadata"]["timestamp"], event["data"]))
        self.cdp.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def blank_after(self, moment: float) -> float | None:
        """Milliseconds from `moment` to the first blank frame; None when there was none."""
        for painted, data in self.seen:
            if painted >= moment and is_blank(base64.b64decode(data)):
                return (painted - moment) * 1000
        return None

    def shown_after(self, moment: float) -> list[float]:
        """When, in ms after `moment`, a frame with anything on it was painted."""
        return [
            (painted - moment) * 1000
            for painted, data in self.seen
            if painted >= moment and not is_blank(base64.b64decode(data))
        ]


@contextmanager
def watched(page: Page) -> Iterator[Frames]:
    cdp = page.context.new_cdp_session(page)
    frames = Frames(cdp)
    cdp.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
    page.wait_for_timeout(250)
    yield frames
    cdp.send("Page.stopScreencast")
    cdp.detach()


def is_blank(picture: bytes) -> bool:
    """Nothing but white: no text, no bar, no colour."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    return image.getextrema()[0] >= 250


def looks_blank(page: Page) -> bool:
    """Now, not when a navigation that is under way has ended, as Playwright's own picture would be."""
    cdp = page.context.new_cdp_session(page)
    picture = cdp.send("Page.captureScreenshot", {"format": "png"})["data"]
    cdp.detach()
    return is_blank(base64.b64decode(picture))


def now(page: Page, expression: str) -> Any:
    """What an expression is. Answered only while no navigation to another site is under way."""
    cdp = page.context.new_cdp_session(page)
    answer = cdp.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
    cdp.detach()
    return answer["result"].get("value")


def until(page: Page, expression: str, seconds: float = 5) -> Any:
    """The first true value of an expression. Playwright's own wait needs eval, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := now(page, expression):
            return value
        page.wait_for_timeout(5)
    raise AssertionError(f"{expression} did not come true in {seconds} s at {page.url}")


class Hand:
    """A mouse by CDP: Playwright's own hangs with a button held and JavaScript off."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        box = page.locator(LEAVE).bounding_box()
        assert box
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def mouse(self, kind: str, x: float, y: float, buttons: int) -> float:
        at = time.time()
        button = "left" if kind != "mouseMoved" else "none"
        self.cdp.send(
            "Input.dispatchMouseEvent",
            {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1},
        )
        return at

    def press(self) -> float:
        return self.mouse("mousePressed", self.x, self.y, 1)

    def release(self) -> float:
        return self.mouse("mouseReleased", self.x, self.y, 0)

    def slide_off(self) -> None:
        self.mouse("mouseMoved", self.x, self.y - 200, 1)
        self.mouse("mouseReleased", self.x, self.y - 200, 0)

    def click(self) -> float:
        self.press()
        return self.release()


def leave(page: Page) -> None:
    """Leaves by the button and waits until the decoy stands there."""
    Hand(page).click()
    page.wait_for_url("**/weather", wait_until="load")


def shift_thrice(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")
