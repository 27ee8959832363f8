"""Help for whoever writes: how hard the words are, which words have better ones, which links lead nowhere.

Hints, never refusals. The reading age is Flesch and Kincaid's grade and five years, from words per
sentence and syllables per word; it is rough, and says nothing about a page of a few words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.urls import Resolver404, resolve
from wagtail.models import Page

from home.models import PublicPage, Wording
from services_directory.editing.typed_numbers import typed_number

FEWEST_WORDS = 30
WANTED_AGE = 11
TAG = re.compile(r"<[^>]*>")
BREAK = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>")
SENTENCE = re.compile(r"[^.!?:\n]+")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouy]+")
PAGE_LINK = re.compile(r'<a [^>]*linktype="page"[^>]*>')
OWN_LINK = re.compile(r'<a [^>]*href="(/[^"#?]*)')
ID = re.compile(r'\bid="(\d+)"')


@dataclass(frozen=True)
class Hints:
    """What an editor is told. `age` is None for a page of few words."""

    age: int | None
    words: list[Wording]
    links: list[str]
    number: str  # typed by hand; empty when there is none

    @property
    def is_hard(self) -> bool:
        return self.age is not None and self.age > WANTED_AGE


def hints(page: PublicPage, *, wordings: Iterable[Wording]) -> Hints:
    """Of the page as it is given: its draft, when that is what was opened."""
    text = text_of(page)
    better = [row for row in wordings if says(text, row.word)]
    return Hints(reading_age(text), better, dead_links(page), typed_number(text))


def text_of(page: PublicPage) -> str:
    """Title, lead and body as lines of plain words."""
    parts = [page.title, page.lead, *map(str, page.body.stream_block.get_searchable_content(page.body))]
    return "\n".join(unescape(TAG.sub(" ", BREAK.sub("\n", part))) for part in parts if part)


def reading_age(text: str) -> int | None:
    """In years; from 5."""
    sentences = [words for line in SENTENCE.findall(text) if (words := WORD.findall(line))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return max(5, round(grade + 5))


def syllables(word: str) -> int:
    """About how many: groups of vowels, without a silent e at the end."""
    plain = word.lower()
    if plain.endswith("e") and not plain.endswith("le"):
        plain = plain[:-1]
    return max(1, len(VOWELS.findall(plain)))


def says(text: str, word: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE))


def dead_links(page: PublicPage) -> list[str]:
    """Links in the body to pages of this site that are gone, hidden or were never there, in words."""
    html = " ".join(rich_texts(page.body.get_prep_value()))
    wanted = {int(found[1]) for tag in PAGE_LINK.findall(html) if (found := ID.search(tag))}
    live = dict(Page.objects.filter(pk__in=wanted, live=True).values_list("pk", "title")) if wanted else {}
    drafts = dict(Page.objects.filter(pk__in=wanted - set(live)).values_list("pk", "title"))
    dead = [drafts.get(pk, "") or f"a page that is gone (number {pk})" for pk in sorted(wanted - set(live))]
    return dead + [path for path in dict.fromkeys(OWN_LINK.findall(html)) if not leads_somewhere(path)]


def leads_somewhere(path: str) -> bool:
    try:
        view = resolve(path)
    except Resolver404:
        return False
    if view.url_name != "wagtail_serve":
        return True
    return Page.objects.live().filter(depth__gt=1, url_path__endswith=path).exists()


def rich_texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if "<a " in value:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from rich_texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from rich_texts(inner)
