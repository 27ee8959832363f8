"""`make screenshots`: pictures of the main pages at both widths, into docs/pictures/."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.serving import front_door
from tests.conftest import DESK, LAUNCH, PHONE, chromium_path

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PAGES = {
    "home": "/",
    "results": "/find/?w=3&w=4",
    "service": "/s/30/",
    "hide": "/hide/",
    "not-found": "/nowhere/",
    "components": "/components/",
}
IN_README = {("home", "phone"), ("results", "desk")}


def main(everything: Path | None = None) -> None:
    """Pictures of what fits the window for the README; whole pages into `everything`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, front_door(Path(folder)) as site, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), **LAUNCH)
        for width, viewport in (("phone", PHONE), ("desk", DESK)):
            page = browser.new_page(viewport=viewport, base_url=f"http://localhost:{site.port}")
            for name, path in PAGES.items():
                page.goto(path)
                if (name, width) in IN_README:
                    page.screenshot(path=PICTURES / f"{name}-{width}.png")
                if everything:
                    page.screenshot(path=everything / f"{name}-{width}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    shots = Path(tempfile.gettempdir()) / "front-door-pictures"
    shots.mkdir(exist_ok=True)
    main(shots)
    print(f"The README's pictures: docs/pictures/. Whole pages to look at: {shots}")
