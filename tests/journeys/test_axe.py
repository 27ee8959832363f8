"""axe-core finds nothing on any public page, error page or component, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.conftest import DESK, PHONE
from tests.front_end import node_packages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe() -> str:
    return (node_packages() / "axe-core" / "axe.min.js").read_text()


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{rule['id']}: {rule['help']} {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found
    ]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_violation_on_any_page(
    open_page: Callable[..., Page],
    routes: dict[str, list[str]],
    axe: str,
    viewport: dict[str, int],
    colours: str,
) -> None:
    page = open_page(viewport=viewport, color_scheme=colours)
    wrong = {}
    for address in routes["pages"] + routes["errors"]:
        page.goto(address)
        if found := violations(page, axe):
            wrong[address] = found
    assert not wrong


def test_no_violation_with_everything_unfolded(open_page: Callable[..., Page], axe: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/components/")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert not violations(page, axe)
