"""The picture of a pathway says in words what it shows, fits its frame and needs no style of its own."""

import re
from xml.etree import ElementTree

import pytest

from pathways.diagram import LETTERS, Box, draw, in_words

BOXES = [
    Box("See the person alone and ask what is happening to them", "Now, while they are with you"),
    Box('Ring <MASH> & "others"', "The same day", "If there are children, or a pregnancy, or both of them"),
    Box("Wait"),
]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(in_order: bool = True) -> ElementTree.Element:
    text = draw("A child", BOXES, in_order=in_order).replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '
    )
    return ElementTree.fromstring(text)


def test_title_and_description_name_it_and_say_every_word() -> None:
    picture = parsed()
    assert picture.get("role") == "img"
    named = {part.get("id"): part.text or "" for part in picture if part.get("id")}
    assert (picture.get("aria-labelledby") or "").split() == list(named)
    said = " ".join(named.values())
    drawn = " ".join(part.text or "" for part in picture.iter(f"{SVG}text"))
    for box in BOXES:
        for words in filter(None, (box.title, box.clock, box.when)):
            assert words in said and words in drawn
    assert in_words(BOXES).count(" Then ") == len(BOXES) - 1


def test_no_line_is_long_and_none_lies_over_another() -> None:
    """How wide they are is measured in a browser: tests/journeys/test_professionals.py."""
    picture = parsed()
    lines = list(picture.iter(f"{SVG}text"))
    assert max(len(line.text or "") for line in lines) <= LETTERS
    tops = [int(line.get("y", 0)) for line in lines]
    assert min(b - a for a, b in zip(tops, tops[1:], strict=False)) >= 19
    boxes = [(int(box.get("y", 0)), int(box.get("height", 0))) for box in picture.iter(f"{SVG}rect")]
    assert len(boxes) == len(BOXES)
    assert all(a + height <= b for (a, height), (b, _h) in zip(boxes, boxes[1:], strict=False))


@pytest.mark.parametrize(("in_order", "arrows"), [(True, 2), (False, 0)])
def test_arrows_only_where_steps_follow_each_other(in_order: bool, arrows: int) -> None:
    assert len(list(parsed(in_order).iter(f"{SVG}path"))) == arrows


def test_nothing_inline_that_the_policy_forbids() -> None:
    assert not re.search(r"style=|<style|<script|onload|href", draw("A child", BOXES))
