"""`make screenshots`: pictures of the main pages and of every page of the form, at both widths."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.conftest import DESK, LAUNCH, PHONE, chromium_path
from tests.journeys.every_page import MAY_ASK, WAYS, States, Walk
from tests.running_site import Site

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PAGES = {
    "home": "/",
    "results": "/find/?w=3&w=4",
    "service": "/s/30/",
    "hide": "/hide/",
    "not-found": "/nowhere/",
    "components": "/components/",
    "ask": "/ask/",
}
IN_README = {("home", "phone"), ("results", "desk")}
SIZES = {"phone": PHONE, "desk": DESK}


def main(everything: Path) -> None:
    """Pictures of what fits the window for the README; whole pages into `everything`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        site = Site(Path(folder))
        site.load()
        browser = play.chromium.launch(executable_path=chromium_path(), **LAUNCH)
        for act, environment in ((pages, {}), (steps, {}), (states, MAY_ASK)):
            site.environment = environment
            site.start()
            try:
                for width, viewport in SIZES.items():
                    context = browser.new_context(viewport=viewport, base_url=site.url)
                    act(context.new_page(), site, width, everything)
                    context.close()
            finally:
                site.stop()
        browser.close()


def pages(page: Page, site: Site, width: str, everything: Path) -> None:
    for name, path in PAGES.items():
        page.goto(path)
        if (name, width) in IN_README:
            page.screenshot(path=PICTURES / f"{name}-{width}.png")
        page.screenshot(path=everything / f"{name}-{width}.png", full_page=True)


def steps(page: Page, site: Site, width: str, everything: Path) -> None:
    """Every step of the form, on every way."""
    walk = Walk(page, picture(page, width, everything))
    for way, person in WAYS.items():
        walk.through(way, person)


def states(page: Page, site: Site, width: str, everything: Path) -> None:
    """What stands there when something is not as usual."""
    States(page, site, picture(page, width, everything)).all()


def picture(page: Page, width: str, everything: Path) -> Callable[[str], None]:
    """Whole pages, numbered in the order in which they are seen."""
    number = len(list(everything.iterdir()))

    def look(name: str) -> None:
        nonlocal number
        number += 1
        page.screenshot(path=everything / f"{number:03}-{name.replace(' ', '-')}-{width}.png", full_page=True)

    return look


if __name__ == "__main__":
    shots = Path(tempfile.gettempdir()) / "front-door-pictures"
    shots.mkdir(exist_ok=True)
    for old in shots.glob("*.png"):
        old.unlink()
    main(shots)
    print(f"The README's pictures: docs/pictures/. Whole pages to look at: {shots}")
