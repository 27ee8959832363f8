"""A pathway as a picture: its steps from top to bottom, drawn by the server as SVG.

Text is wrapped by count, because SVG does not wrap and nothing may be measured here. Colours
are the page's own (`currentColor`), so dark mode, forced colours and paper follow. The
description says what the picture shows, in the words of the list beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, PAD, GAP, APART, LINE = 320, 10, 24, 8, 19
LETTERS, BOLD_LETTERS = 38, 34  # that fit in a box at 15 px, with room for wide ones


@dataclass(frozen=True)
class Box:
    """One step: plain words, facts filled in. `when` stands over its box."""

    title: str
    clock: str = ""
    when: str = ""


def draw(name: str, boxes: Iterable[Box], *, in_order: bool = True) -> SafeString:
    """The picture of `boxes`; arrows between them when they follow each other."""
    shapes: list[str] = []
    texts: list[str] = []
    top = 2
    steps = list(boxes)
    for number, box in enumerate(steps, 1):
        if number > 1:
            shapes += [_arrow(top)] if in_order else []
            top += GAP if in_order else APART
        lines = _lines(box, number if in_order else 0)
        texts += [_text(line, weight, top + PAD + LINE * at) for at, (line, weight) in enumerate(lines)]
        height = len(lines) * LINE + 2 * PAD
        shapes.append(f'<rect x="1" y="{top}" width="{WIDTH - 2}" height="{height}" rx="8"/>')
        top += height
    label = "The steps as a picture" if in_order else "Side by side"
    return mark_safe(
        f'<svg class="diagram" role="img" aria-labelledby="drawn said" viewBox="0 0 {WIDTH} {top + 2}" '
        f'font-size="15"><title id="drawn">{escape(label)}: {escape(name)}</title>'
        f'<desc id="said">{escape(in_words(steps, in_order=in_order))}</desc>'
        f'<g fill="none" stroke="currentColor">{"".join(shapes)}</g>'
        f'<g fill="currentColor">{"".join(texts)}</g></svg>'
    )


def in_words(boxes: Iterable[Box], *, in_order: bool = True) -> str:
    """What the picture says: the description that a screen reader reads."""
    said = []
    for number, box in enumerate(boxes, 1):
        words = [box.when, box.title, f"By when: {box.clock}" if box.clock else ""]
        sentence = ". ".join(part.rstrip(".") for part in words if part)
        said.append(f"{number}. {sentence}." if in_order else f"{sentence}.")
    return (" Then ").join(said) if in_order else " ".join(said)


def _lines(box: Box, number: int) -> list[tuple[str, str]]:
    """The lines in a box, each with its weight as an attribute."""
    title = f"{number}. {box.title}" if number else box.title
    return [
        *((line, "") for line in wrap(box.when, LETTERS)),
        *((line, ' font-weight="700"') for line in wrap(title, BOLD_LETTERS)),
        *((line, "") for line in wrap(box.clock, LETTERS)),
    ]


def _text(line: str, weight: str, top: int) -> str:
    return f'<text x="{PAD + 2}" y="{top + LINE - 5}"{weight}>{escape(line)}</text>'


def _arrow(top: int) -> str:
    return f'<path d="M{WIDTH // 2} {top + 1}v{GAP - 3}m-5-6 5 6 5-6"/>'
