"""Every sentence that we say about our own site names the test that proves it (E3)."""

import html
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = json.loads((ROOT / "home" / "starter" / "pages.json").read_text())
TABLE = (ROOT / "docs" / "safety.md").read_text().split("## Every sentence")[1].split("## Not promised")[0]
ROWS = dict(re.findall(r"^\| ([^|]+?) \| `(tests/[^`]+)` \|$", TABLE, re.MULTILINE))
# Advice about somebody else's device, browser or company is no claim of ours to prove.
ABOUT_OTHERS = (
    "It does not empty your browser’s history. The name of this site can still stand there.",
    "It cannot hide your visit from another device",
    "A search engine may remember",
    "Your internet provider",
    "A program or app that watches",
    "Calls may show on a phone bill",
)


def sentences() -> list[str]:
    hide = next(page for page in PAGES["children"] if page["slug"] == "hide")
    texts = [value["text"] for kind, value in hide["body"] if kind == "paragraph"][:2]
    items = [html.unescape(item) for text in texts for item in re.findall(r"<li>(.*?)</li>", text)]
    return [item for item in items if not item.startswith(ABOUT_OTHERS)]


@pytest.mark.parametrize("sentence", sentences())
def test_each_sentence_about_our_site_names_its_test(sentence):
    file, _colons, name = ROWS[sentence].partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()


def test_no_row_outlives_its_sentence():
    assert set(ROWS) == set(sentences())
