"""What somebody typed, as words to look for: small words left out, everyday words widened.

A `Question` is looked for in tiers, best first: all words in a service's name, all words
anywhere (or what they mean), all but one, any of them. Each tier holds the ones before it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from services_directory.expression import Expression, NameWord, Word, every, some

LONGEST = 200
MOST_WORDS = 12
MOST_TO_COMBINE = 6
LETTERS = re.compile(r"[^\W_]+")
CODE = re.compile(r"zz[a-z]\w*\d$")
SMALL_WORDS = frozenset(
    LETTERS.findall("""
    a about all am an and any anyone are as at be been being but by can could d did do does doing
    don for from get gets getting go going got had has have he hello her here hers hi him his how
    i if im in into is isn it its ive just keep keeps know ll m me my myself need needs no not of
    off on one or our out please re really s she should since so some someone somewhere than thanks
    that the their them then there they thing things this those to too up us ve very want wants was
    wasn way we were what when where which who whom why will with won would you your
    """)
)


@dataclass(frozen=True)
class Meant:
    """One word of a question and the other ways in which the directory says it."""

    text: str
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def anywhere(self) -> Expression:
        other_ways = (every(map(Word, words)) for words in self.others)
        return some([every(map(Word, self.text.split())), *other_ways])


@dataclass(frozen=True)
class Question:
    """The words that count, in the order in which they were typed."""

    words: tuple[Meant, ...]

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def tiers(self) -> list[Expression]:
        in_name = every(NameWord(part) for word in self.words for part in word.text.split())
        found = [in_name, every(word.anywhere for word in self.words)]
        if 2 < len(self.words) <= MOST_TO_COMBINE:
            found.append(
                some(
                    every(word.anywhere for word in but_one)
                    for but_one in combinations(self.words, len(self.words) - 1)
                )
            )
        if len(self.words) > 1:
            found.append(some(word.anywhere for word in self.words))
        return found


WHOLE_TIERS = 2  # so many of Question.tiers hold every word


def plain(text: str) -> str:
    """As typed, without what no word is made of, and cut to a length that anyone would type."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST].strip()


def words_in(text: str) -> list[str]:
    """Lower-case words without accents: what both databases' indexes hold."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [word for word in LETTERS.findall(bare.lower()) if not CODE.match(word)]


def question(text: str, synonyms: Mapping[str, tuple[str, ...]]) -> Question:
    """The question in `text`. Words with a meaning of their own (`my son`) are found first."""
    typed = words_in(text)[: MOST_WORDS * 3]
    found: list[Meant] = []
    at = 0
    while at < len(typed) and len(found) < MOST_WORDS:
        for length in (3, 2, 1):
            phrase = " ".join(typed[at : at + length])
            if at + length <= len(typed) and phrase in synonyms:
                meant = tuple(tuple(words_in(means)) for means in synonyms[phrase])
                found.append(Meant(phrase, tuple(words for words in meant if words)))
                break
        else:
            length = 1
            if typed[at] not in SMALL_WORDS:
                found.append(Meant(typed[at]))
        at += length
    return Question(tuple(dict.fromkeys(found)))
