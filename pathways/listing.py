"""The list for professionals, and finding a step in it by words."""

from dataclasses import dataclass
from itertools import chain

from pathways.facts import Facts
from pathways.steps import Flow, Step, listed, published
from pathways.words import plain
from services_directory.question import SMALL_WORDS, words_in

IN_TITLE, IN_SEARCH_WORDS, IN_STEP_TITLE, IN_TEXT = 6, 5, 3, 1  # what a word counts for, by where it stands
MOST_FOUND, MOST_STEPS = 6, 2
SHORTEST, SHORTEST_STEM = 2, 4  # letters of a word that counts, and of one that may have another ending


@dataclass(frozen=True)
class Found:
    """A page that has words which were looked for, and the steps of it that have most of them."""

    flow: Flow
    steps: list[tuple[int, Step]]


def groups(generation: int | None = None) -> list[tuple[str, list[Flow]]]:
    """Published pages under their headings, in the editors' order."""
    from pathways.models import PathwayPage

    flows = listed(generation)
    named = [(str(kind.label), [flow for flow in flows if flow.kind == kind]) for kind in PathwayPage.Kind]
    return [(label, members) for label, members in named if members]


def find(text: str, facts: Facts, generation: int | None = None) -> list[Found]:
    """Pages that have words of `text`, the best first. Each word counts once, where it counts most."""
    looked_for = [word for word in words_in(text) if word not in SMALL_WORDS and len(word) >= SHORTEST]
    if not looked_for:
        return []
    everything = published(generation)
    scored = []
    for place, flow in enumerate(everything.flows):
        steps = everything.steps_on(flow)
        by_step = [score(looked_for, step_places(step, facts)) for step in steps]
        best = sorted(range(len(steps)), key=lambda at: (-by_step[at], at))[:MOST_STEPS]
        hits = [(at + 1, steps[at]) for at in best if by_step[at]] or list(enumerate(steps[:1], 1))
        total = score(looked_for, page_places(flow, steps, facts))
        if total:
            scored.append((-total, place, Found(flow, hits)))
    return [found for _score, _place, found in sorted(scored, key=lambda row: row[:2])[:MOST_FOUND]]


Places = list[tuple[int, list[str]]]


def step_places(step: Step, facts: Facts) -> Places:
    """The words of a step by what they count for. Facts are searched as they read now."""
    said = " ".join(plain(text, facts) for text in (*step.words.values(), step.when))
    title = plain(step.words["title"], facts)
    return [(IN_STEP_TITLE, words_in(title)), (IN_TEXT, words_in(said))]


def page_places(flow: Flow, steps: list[Step], facts: Facts) -> Places:
    inside = list(chain.from_iterable(step_places(step, facts) for step in steps))
    return [
        (IN_TITLE, words_in(flow.title)),
        (IN_SEARCH_WORDS, words_in(flow.search_words)),
        (IN_TEXT, words_in(plain(flow.lead, facts))),
        *inside,
    ]


def score(looked_for: list[str], places: Places) -> int:
    return sum(
        max((worth for worth, words in places if any(same(word, other) for other in words)), default=0)
        for word in looked_for
    )


def same(looked_for: str, word: str) -> bool:
    """Whether they are one word, or differ by an ending: pregnant, pregnancy; lock, locks."""
    if looked_for == word:
        return True
    length = min(len(looked_for), len(word))
    if length < SHORTEST_STEM or looked_for.isdigit():
        return False
    stem = max(SHORTEST_STEM, length - 1)
    return looked_for[:stem] == word[:stem] and abs(len(looked_for) - len(word)) <= 3
