"""Every page of the form, on every way and in every state: no violation, and none wider than the window."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from selfreferral.questions import STEPS
from tests.conftest import DESK, serving
from tests.journeys.every_page import MAY_ASK, WAYS, States, Walk
from tests.journeys.test_axe import axe, violations  # noqa: F401  a fixture of that name
from tests.running_site import Decoy, Site

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}  # what fits here fits on a wider phone
SIZES = pytest.mark.parametrize(
    ("viewport", "colours"), [(SMALL, "light"), (DESK, "dark")], ids=["320 light", "desk dark"]
)


def looking(page: Page, axe: str, wrong: dict[str, list[str]]) -> Callable[[str], None]:  # noqa: F811
    def look(name: str) -> None:
        found = violations(page, axe)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the window")
        if found:
            wrong[name] = found

    return look


@SIZES
def test_axe_finds_nothing_on_any_step(open_page, axe, viewport, colours) -> None:  # noqa: F811
    page, wrong = open_page(viewport=viewport, color_scheme=colours), {}
    walk = Walk(page, looking(page, axe, wrong))
    for way, person in WAYS.items():
        walk.through(way, person)
    # A page that only children see who may ask is in States.
    assert {step.slug for step in STEPS} - walk.seen == {"child_happening"}
    assert not wrong


@pytest.fixture(scope="module")
def other_site(
    tmp_path_factory: pytest.TempPathFactory, loaded_folder: Path, shared_decoy: Decoy
) -> Iterator[Site]:
    """Children may ask there, and a form may post only a few times."""
    with serving(tmp_path_factory.mktemp("other"), loaded_folder, shared_decoy, MAY_ASK) as site:
        yield site


def test_axe_finds_nothing_when_something_is_not_as_usual(browser: Browser, axe, other_site) -> None:  # noqa: F811
    context = browser.new_context(viewport=SMALL, base_url=other_site.url)
    context.set_default_timeout(15000)
    page, wrong = context.new_page(), {}
    States(page, other_site, looking(page, axe, wrong)).all()
    context.close()
    assert not wrong
