"""What a strict HTML checker would say: every page is well formed, and names each part once."""

import re
import urllib.error
import urllib.request
from collections import Counter

import html5lib
import pytest

from tests.running_site import Site

pytestmark = pytest.mark.browser  # it needs the served site

FOR = re.compile(r'<label[^>]* for="([^"]+)"')
DESCRIBED = re.compile(r' aria-(?:describedby|labelledby|controls)="([^"]+)"')
ID = re.compile(r' id="([^"]*)"')
HEADINGS = re.compile(r"<h([1-6])[ >]")


def page(site: Site, path: str) -> str:
    try:
        with urllib.request.urlopen(site.url + path) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def faults(html: str) -> list[str]:
    """Parse errors, ids that stand twice, labels and descriptions of nothing, skipped headings."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    found = [f"{code} at {position}" for position, code, _data in parser.errors]
    ids = Counter(ID.findall(html))
    found += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1 or not name]
    named = [*FOR.findall(html), *(name for names in DESCRIBED.findall(html) for name in names.split())]
    found += [f"{name!r} is named and not there" for name in named if name not in ids]
    levels = [int(level) for level in HEADINGS.findall(html)]
    found += [f"h{b} after h{a}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    if levels.count(1) != 1:
        found.append(f"{levels.count(1)} first headings")
    return found


def test_every_page_is_well_formed(site: Site, routes: dict[str, list[str]]) -> None:
    # The component page shows each part many times, on purpose; axe sweeps it.
    paths = set(routes["pages"] + routes["errors"]) - {"/components/"}
    assert not {path: found for path in paths if (found := faults(page(site, path)))}


def test_the_checker_sees_faults() -> None:
    broken = '<!doctype html><h1>a</h1><h3>b</h3><p id="a"><p id="a"><b><i></b><label for="n">'
    assert len(faults(broken)) >= 4
